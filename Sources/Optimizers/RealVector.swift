import CVectors
import Kernels

/// A vector in ℝⁿ with element-wise arithmetic: all that an update rule may use.
///
/// `Double` and `Float` conform, so a rule can be checked with a pencil; eight SIMD lanes conform, so
/// the compiler fuses a whole rule into one pass over memory. Coefficients are computed in double
/// precision and rounded once, when they meet the vector.
public protocol RealVector {
  /// The vector all of whose elements are `value`, rounded to the vector's precision.
  init(all value: Double)

  static func + (lhs: Self, rhs: Self) -> Self
  static func - (lhs: Self, rhs: Self) -> Self
  /// The element-wise product.
  static func * (lhs: Self, rhs: Self) -> Self
  /// The element-wise quotient.
  static func / (lhs: Self, rhs: Self) -> Self
  /// The element-wise square root, correctly rounded.
  func squareRoot() -> Self
  /// Every element moved into [lower, upper]; NaN stays NaN.
  func clamped(from lower: Double, to upper: Double) -> Self
  /// The larger of each two elements; NaN if either is NaN.
  static func maximum(_ lhs: Self, _ rhs: Self) -> Self
  /// The sign of each element: −1, 0 or 1; NaN stays NaN.
  var sign: Self { get }
  /// Every element, none of them negative, to a power: exp(exponent · ln x) by our own exp and ln.
  func power(_ exponent: Double) -> Self
}

extension RealVector {
  /// The product with a number.
  @inlinable @inline(__always)
  public static func * (lhs: Double, rhs: Self) -> Self { Self(all: lhs) * rhs }

  /// The sum with a number, added to each element.
  @inlinable @inline(__always)
  public static func + (lhs: Self, rhs: Double) -> Self { lhs + Self(all: rhs) }

  /// The difference from a number, element by element.
  @inlinable @inline(__always)
  public static func - (lhs: Double, rhs: Self) -> Self { Self(all: lhs) - rhs }

  /// Every element, none of them negative, to the power of `exponent`.
  ///
  /// The powers 0, ¼, ½ and 1 are exact to a rounding or two of square roots; x⁰ is 1 for all x.
  @inlinable @inline(__always)
  public func raised(to exponent: Double) -> Self {
    switch exponent {
    case 0: Self(all: 1)
    case 0.25: squareRoot().squareRoot()
    case 0.5: squareRoot()
    case 1: self
    default: power(exponent)
    }
  }
}

extension Double: RealVector {
  @inlinable @inline(__always)
  public init(all value: Double) { self = value }

  @inlinable @inline(__always)
  public func clamped(from lower: Double, to upper: Double) -> Double {
    self < lower ? lower : self > upper ? upper : self
  }

  @inlinable @inline(__always)
  public static func maximum(_ lhs: Double, _ rhs: Double) -> Double {
    lhs < rhs || rhs.isNaN ? rhs : lhs
  }

  @inlinable @inline(__always)
  public var sign: Double { self > 0 ? 1 : self < 0 ? -1 : self }

  @inlinable @inline(__always)
  public func power(_ exponent: Double) -> Double {
    Elementary.exp(exponent * Elementary.log(self))
  }
}

extension Float: RealVector {
  @inlinable @inline(__always)
  public init(all value: Double) { self = Float(value) }

  @inlinable @inline(__always)
  public func clamped(from lower: Double, to upper: Double) -> Float {
    self < Float(lower) ? Float(lower) : self > Float(upper) ? Float(upper) : self
  }

  @inlinable @inline(__always)
  public static func maximum(_ lhs: Float, _ rhs: Float) -> Float {
    lhs < rhs || rhs.isNaN ? rhs : lhs
  }

  @inlinable @inline(__always)
  public var sign: Float { self > 0 ? 1 : self < 0 ? -1 : self }

  @inlinable @inline(__always)
  public func power(_ exponent: Double) -> Float {
    Elementary.exp(Float(exponent) * Elementary.log(self))
  }
}

/// A number whose vectors of eight are vectors of ℝⁿ.
///
/// A comparison of generic vectors compiles to a loop over lanes, one of named types to an instruction: hence
/// a requirement for each precision.
public protocol LaneScalar: BinaryFloatingPoint, Codable, SIMDScalar {
  /// Every lane moved into [lower, upper]; NaN stays NaN.
  static func clamp(_ x: SIMD8<Self>, _ lower: Self, _ upper: Self) -> SIMD8<Self>
  /// The larger of each two lanes; NaN if either is NaN.
  static func maximum(_ x: SIMD8<Self>, _ y: SIMD8<Self>) -> SIMD8<Self>
  /// The sign of each lane: −1, 0 or 1; NaN stays NaN.
  static func sign(_ x: SIMD8<Self>) -> SIMD8<Self>
  /// The square root of each lane, correctly rounded.
  static func squareRoot(_ x: SIMD8<Self>) -> SIMD8<Self>
  /// Each lane, none of them negative, to a power.
  static func power(_ x: SIMD8<Self>, _ exponent: Self) -> SIMD8<Self>
}

extension Float: LaneScalar {
  @inlinable @inline(__always)
  public static func clamp(_ x: SIMD8<Float>, _ lower: Float, _ upper: Float) -> SIMD8<Float> {
    let (low, high) = (SIMD8<Float>(repeating: lower), SIMD8<Float>(repeating: upper))
    return x.replacing(with: low, where: x .< low).replacing(with: high, where: x .> high)
  }

  @inlinable @inline(__always)
  public static func maximum(_ x: SIMD8<Float>, _ y: SIMD8<Float>) -> SIMD8<Float> {
    x.replacing(with: y, where: x .< y).replacing(with: y, where: y .!= y)
  }

  @inlinable @inline(__always)
  public static func sign(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let zero = SIMD8<Float>.zero
    return x.replacing(with: SIMD8(repeating: 1), where: x .> zero)
      .replacing(with: SIMD8(repeating: -1), where: x .< zero)
  }

  @inlinable @inline(__always)
  public static func squareRoot(_ x: SIMD8<Float>) -> SIMD8<Float> { cvectors_sqrt_float8(x) }

  @inlinable @inline(__always)
  public static func power(_ x: SIMD8<Float>, _ exponent: Float) -> SIMD8<Float> {
    Elementary.exp(exponent * Elementary.log(x))
  }
}

extension Double: LaneScalar {
  @inlinable @inline(__always)
  public static func clamp(_ x: SIMD8<Double>, _ lower: Double, _ upper: Double) -> SIMD8<Double> {
    let (low, high) = (SIMD8<Double>(repeating: lower), SIMD8<Double>(repeating: upper))
    return x.replacing(with: low, where: x .< low).replacing(with: high, where: x .> high)
  }

  @inlinable @inline(__always)
  public static func maximum(_ x: SIMD8<Double>, _ y: SIMD8<Double>) -> SIMD8<Double> {
    x.replacing(with: y, where: x .< y).replacing(with: y, where: y .!= y)
  }

  @inlinable @inline(__always)
  public static func sign(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let zero = SIMD8<Double>.zero
    return x.replacing(with: SIMD8(repeating: 1), where: x .> zero)
      .replacing(with: SIMD8(repeating: -1), where: x .< zero)
  }

  @inlinable @inline(__always)
  public static func squareRoot(_ x: SIMD8<Double>) -> SIMD8<Double> { cvectors_sqrt_double8(x) }

  @inlinable @inline(__always)
  public static func power(_ x: SIMD8<Double>, _ exponent: Double) -> SIMD8<Double> {
    Elementary.exp(exponent * Elementary.log(x))
  }
}

extension SIMD8: RealVector where Scalar: LaneScalar {
  @inlinable @inline(__always)
  public init(all value: Double) { self.init(repeating: Scalar(value)) }

  @inlinable @inline(__always)
  public func clamped(from lower: Double, to upper: Double) -> Self {
    Scalar.clamp(self, Scalar(lower), Scalar(upper))
  }

  @inlinable @inline(__always)
  public static func maximum(_ lhs: Self, _ rhs: Self) -> Self { Scalar.maximum(lhs, rhs) }

  @inlinable @inline(__always)
  public var sign: Self { Scalar.sign(self) }

  @inlinable @inline(__always)
  public func squareRoot() -> Self { Scalar.squareRoot(self) }

  @inlinable @inline(__always)
  public func power(_ exponent: Double) -> Self { Scalar.power(self, Scalar(exponent)) }
}
