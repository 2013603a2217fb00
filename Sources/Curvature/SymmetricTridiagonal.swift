/// A symmetric tridiagonal matrix.
struct SymmetricTridiagonal {
  var diagonal: [Double]
  /// One shorter than the diagonal.
  var offDiagonal: [Double]

  /// Its eigenvalues and, for some rows of the matrix of eigenvectors, their elements.
  ///
  /// The implicit QL method with Wilkinson's shifts (Bowdler, Martin, Reinsch and Wilkinson, 1968, `tql2`).
  ///
  /// - Parameters:
  ///   - rows: rows of the identity; each becomes that row of the eigenvectors' matrix.
  ///   - check: called before each sweep over the rows; what it throws ends this.
  /// - Returns: the eigenvalues and the rows in the same order, which is none in particular.
  func eigenvalues(
    rows: [[Double]], check: () throws -> Void
  ) rethrows -> (values: [Double], rows: [[Double]]) {
    let n = diagonal.count
    var (d, e) = (diagonal, offDiagonal + [0])
    // Element by element of the rows: those that turn together lie together.
    var turned = (0..<n).flatMap { column in rows.map { $0[column] } }
    let count = rows.count
    for l in 0..<n {
      while true {
        try check()
        var m = l
        while m < n - 1 {
          let size = d[m].magnitude + d[m + 1].magnitude
          if size + e[m].magnitude == size { break }
          m += 1
        }
        if m == l { break }
        var g = (d[l + 1] - d[l]) / (2 * e[l])
        var r = length(g, 1)
        g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r))
        var (s, c, p) = (1.0, 1.0, 0.0)
        var i = m - 1
        var isSplit = false
        while i >= l {
          let f = s * e[i]
          let b = c * e[i]
          r = length(f, g)
          e[i + 1] = r
          if r == 0 {
            d[i + 1] -= p
            e[m] = 0
            isSplit = true
            break
          }
          s = f / r
          c = g / r
          g = d[i + 1] - p
          r = (d[i] - g) * s + 2 * c * b
          p = s * r
          d[i + 1] = g + p
          g = c * r - b
          var z = turned.mutableSpan
          for row in i * count..<(i + 1) * count {
            let moved = z[row + count]
            z[row + count] = s * z[row] + c * moved
            z[row] = c * z[row] - s * moved
          }
          i -= 1
        }
        if isSplit { continue }
        d[l] -= p
        e[l] = g
        e[m] = 0
      }
    }
    return (d, rows.indices.map { row in (0..<n).map { turned[$0 * count + row] } })
  }
}

/// √(x² + y²) without overflow.
private func length(_ x: Double, _ y: Double) -> Double {
  let (large, small) = (max(x.magnitude, y.magnitude), min(x.magnitude, y.magnitude))
  guard large > 0 else { return 0 }
  let ratio = small / large
  return large * (1 + ratio * ratio).squareRoot()
}
