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
