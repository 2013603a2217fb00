/// A symmetric matrix whose eigenvalues are all wanted.
public struct SymmetricMatrix: Sendable {
  public let order: Int
  /// order × order, row-major.
  private let elements: [Double]

  /// - Parameter elements: order × order, row-major; those right of the diagonal are taken to mirror the others.
  public init(order: Int, elements: [Double]) {
    precondition(elements.count == order * order)
    (self.order, self.elements) = (order, elements)
  }

  /// All eigenvalues, ascending, and their unit eigenvectors, in the same order; of each the largest element is positive.
  ///
  /// Householder's reduction to a tridiagonal matrix, then the implicit QL method (Golub and Van Loan, "Matrix
  /// Computations", sections 8.3.1 and 8.3.3).
  public func eigenpairs() -> (values: [Double], vectors: [[Double]]) {
    let (matrix, rows) = tridiagonal()
    let (found, basis) = matrix.eigenvalues(rows: rows, check: {})
    let ascending = found.indices.sorted { found[$0] < found[$1] }
    let vectors = ascending.map { column -> [Double] in
      let vector = basis.map { $0[column] }
      let largest = vector.reduce(0) { $1.magnitude > $0.magnitude ? $1 : $0 }
      return largest < 0 ? vector.map { -$0 } : vector
    }
    return (ascending.map { found[$0] }, vectors)
  }

  /// T and the rows of Q of Q T Qᵀ.
  private func tridiagonal() -> (SymmetricTridiagonal, rows: [[Double]]) {
    let n = order
    var a = elements
    for row in 0..<n {
      for column in row + 1..<max(n, row + 1) { a[row * n + column] = a[column * n + row] }
    }
    var rows = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0.0 } }
    var offDiagonal: [Double] = []
    var (v, p) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    for k in 0..<max(n - 1, 0) {
      // I − β v vᵀ maps the column below the diagonal to its first element alone.
      let first = k + 1
      for i in first..<n { v[i] = a[i * n + k] }
      let norm = v[first...].reduce(0) { $0 + $1 * $1 }.squareRoot()
      let image = v[first] > 0 ? -norm : norm
      offDiagonal.append(image)
      v[first] -= image
      let square = v[first...].reduce(0) { $0 + $1 * $1 }
      guard square > 0 else { continue }
      let beta = 2 / square
      for i in first..<n {
        var sum = 0.0
        for j in first..<n { sum += a[i * n + j] * v[j] }
        p[i] = beta * sum
      }
      let half = beta / 2 * (first..<n).reduce(0) { $0 + v[$1] * p[$1] }
      for i in first..<n { p[i] -= half * v[i] }
      for i in first..<n {
        for j in first..<n { a[i * n + j] -= v[i] * p[j] + p[i] * v[j] }
      }
      for row in rows.indices {
        let product = beta * (first..<n).reduce(0) { $0 + rows[row][$1] * v[$1] }
        for j in first..<n { rows[row][j] -= product * v[j] }
      }
    }
    let diagonal = (0..<n).map { a[$0 * n + $0] }
    return (SymmetricTridiagonal(diagonal: diagonal, offDiagonal: offDiagonal), rows)
  }
}
