/// β₁ᵗ and β₂ᵗ as running products, with which the averages m and v of so many steps are unbiased.
public struct MomentClock: Sendable {
  @usableFromInline let (beta1, beta2): (Double, Double)
  /// β₁ᵗ and β₂ᵗ.
  @usableFromInline var (beta1Power, beta2Power) = (1.0, 1.0)

  @inlinable
  init(beta1: Double, beta2: Double) { (self.beta1, self.beta2) = (beta1, beta2) }

  @inlinable
  mutating func advance() {
    beta1Power *= beta1
    beta2Power *= beta2
  }

  /// 1 / (1 − β₁ᵗ), which makes m̂ of m.
  @inlinable @inline(__always)
  var correction1: Double { 1 / (1 - beta1Power) }

  /// 1 / (1 − β₂ᵗ), which makes v̂ of v.
  @inlinable @inline(__always)
  var correction2: Double { 1 / (1 - beta2Power) }

  /// √(1 − β₂ᵗ) / (1 − β₁ᵗ), by which the rate is multiplied where m and v themselves are used.
  @inlinable @inline(__always)
  var rateCorrection: Double { (1 - beta2Power).squareRoot() / (1 - beta1Power) }
}

/// A memory with moving averages of the gradient and of its square.
public protocol Moments<Vector>: RuleMemory {
  var m: Vector { get set }
  var v: Vector { get set }
  /// The largest of a second moment so far, if the memory keeps it, or the one given.
  mutating func largest(with secondMoment: Vector) -> Vector
}

extension Moments {
  /// m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g².
  @inlinable @inline(__always)
  mutating func average(_ g: Vector, _ beta1: Double, _ beta2: Double) {
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
  }
}

/// m and v, the moving averages of the gradient and of its square.
public struct MomentMemory<Vector: RealVector>: Moments {
  public var m: Vector
  public var v: Vector

  public static var names: [String] { ["m", "v"] }
  @inlinable @inline(__always)
  public init(reading slot: (Int) -> Vector) { (m, v) = (slot(0), slot(1)) }
  @inlinable @inline(__always)
  public func write(to slot: (Int, Vector) -> Void) {
    slot(0, m)
    slot(1, v)
  }
  @inlinable @inline(__always)
  public mutating func largest(with secondMoment: Vector) -> Vector { secondMoment }
}

/// m and v, and the largest second moment so far.
public struct MaximumMemory<Vector: RealVector>: Moments {
  public var m: Vector
  public var v: Vector
  public var vMax: Vector

  public static var names: [String] { ["m", "v", "v_max"] }
  @inlinable @inline(__always)
  public init(reading slot: (Int) -> Vector) { (m, v, vMax) = (slot(0), slot(1), slot(2)) }
  @inlinable @inline(__always)
  public func write(to slot: (Int, Vector) -> Void) {
    slot(0, m)
    slot(1, v)
    slot(2, vMax)
  }
  @inlinable @inline(__always)
  public mutating func largest(with secondMoment: Vector) -> Vector {
    vMax = Vector.maximum(vMax, secondMoment)
    return vMax
  }
}
