/// Sums and products of long vectors, in an order fixed by their lengths alone.
public enum Vectors {
  /// y ← y + factor · x.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func add<S: KernelScalar>(_ x: View<S>, times factor: S, to y: View<S>) {
    require(x.count == y.count)
    addScaledRun(x.pointer, factor, y.pointer, x.count)
  }

  /// y ← factor · x.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func set<S: KernelScalar>(_ y: View<S>, to x: View<S>, times factor: S) {
    require(x.count == y.count)
    setScaledRun(x.pointer, factor, y.pointer, x.count)
  }

  /// x · y: eight running sums of fused products, then a fixed tree.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public static func dot<S: KernelScalar>(_ x: View<S>, _ y: View<S>) -> S {
    require(x.count == y.count)
    return dotRun(x.pointer, y.pointer, x.count)
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func addScaledRun<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ factor: S, _ y: UnsafeMutablePointer<S>, _ count: Int
) {
  var index = 0
  while index + 8 <= count {
    store(load(y + index).addingProduct(load(x + index), SIMD8(repeating: factor)), y + index)
    index += 8
  }
  while index < count {
    y[index] = y[index].addingProduct(x[index], factor)
    index += 1
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func setScaledRun<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ factor: S, _ y: UnsafeMutablePointer<S>, _ count: Int
) {
  for index in 0..<count { y[index] = factor * x[index] }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func dotRun<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, _ count: Int
) -> S {
  // Four vectors of sums, so that no addition waits for the one before it.
  var sums = (SIMD8<S>.zero, SIMD8<S>.zero, SIMD8<S>.zero, SIMD8<S>.zero)
  var index = 0
  while index + 32 <= count {
    sums.0 = sums.0.addingProduct(load(x + index), load(y + index))
    sums.1 = sums.1.addingProduct(load(x + index + 8), load(y + index + 8))
    sums.2 = sums.2.addingProduct(load(x + index + 16), load(y + index + 16))
    sums.3 = sums.3.addingProduct(load(x + index + 24), load(y + index + 24))
    index += 32
  }
  var rest: S = 0
  while index < count {
    rest = rest.addingProduct(x[index], y[index])
    index += 1
  }
  return Reduction.tree((sums.0 + sums.1) + (sums.2 + sums.3)) + rest
}
