/// Sums over whole views: eight lanes over blocks of 1,024, a fixed tree over the lanes, blocks in double precision.
public enum Reduction {
  /// Σ x².
  public static func sumOfSquares<S: KernelScalar>(_ x: View<S>) -> Double {
    sumOfSquaresOfRun(x.pointer, x.count)
  }

  /// The sum of eight lanes, always as ((0+4)+(2+6)) + ((1+5)+(3+7)).
  @inlinable @inline(__always)
  public static func tree<S: KernelScalar>(_ v: SIMD8<S>) -> S {
    let four = v.lowHalf + v.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// The numbers summed in one precision before a block's sum joins the total in double precision.
  public static let block = 1024
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func sumOfSquaresOfRun<S: KernelScalar>(_ x: UnsafePointer<S>, _ count: Int) -> Double {
  var total = 0.0
  var start = 0
  while start < count {
    let end = min(start + Reduction.block, count)
    var sum = SIMD8<S>.zero
    var index = start
    while index + 8 <= end {
      let v = load(x + index)
      sum = sum.addingProduct(v, v)
      index += 8
    }
    var tail = SIMD8<S>.zero
    for lane in 0..<end - index { tail[lane] = x[index + lane] }
    sum = sum.addingProduct(tail, tail)
    total += Double(Reduction.tree(sum))
    start = end
  }
  return total
}

/// The rows whose sum is one partial sum of a column.
let columnBlock = 64

/// Sums each column of rows × columns: partial sums over 64 rows, then the partial sums in order.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func sumColumns<S: KernelScalar>(
  _ x: UnsafePointer<S>, rows: Int, columns: Int, to sums: UnsafeMutablePointer<S>
) {
  var column = 0
  while column < columns {
    var total = SIMD8<S>.zero
    var row = 0
    while row < rows {
      let end = min(row + columnBlock, rows)
      var partial = SIMD8<S>.zero
      while row < end {
        partial += load(x + row * columns + column)
        row += 1
      }
      total += partial
    }
    store(total, sums + column, first: min(8, columns - column))
    column += 8
  }
}
