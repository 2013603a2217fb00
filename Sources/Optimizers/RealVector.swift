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
}

extension Double: RealVector {
  @inlinable @inline(__always)
  public init(all value: Double) { self = value }

  @inlinable @inline(__always)
  public func clamped(from lower: Double, to upper: Double) -> Double {
    self < lower ? lower : self > upper ? upper : self
  }
}

extension Float: RealVector {
  @inlinable @inline(__always)
  public init(all value: Double) { self = Float(value) }

  @inlinable @inline(__always)
  public func clamped(from lower: Double, to upper: Double) -> Float {
    self < Float(lower) ? Float(lower) : self > Float(upper) ? Float(upper) : self
  }
}

/// A number whose vectors of eight are vectors of ℝⁿ.
///
/// A comparison of generic vectors compiles to a loop over lanes, one of named types to an instruction: hence
/// a requirement for each precision.
public protocol LaneScalar: BinaryFloatingPoint, Codable, SIMDScalar {
  /// Every lane moved into [lower, upper]; NaN stays NaN.
  static func clamp(_ x: SIMD8<Self>, _ lower: Self, _ upper: Self) -> SIMD8<Self>
}

extension Float: LaneScalar {
  @inlinable @inline(__always)
  public static func clamp(_ x: SIMD8<Float>, _ lower: Float, _ upper: Float) -> SIMD8<Float> {
    let (low, high) = (SIMD8<Float>(repeating: lower), SIMD8<Float>(repeating: upper))
    return x.replacing(with: low, where: x .< low).replacing(with: high, where: x .> high)
  }
}

extension Double: LaneScalar {
  @inlinable @inline(__always)
  public static func clamp(_ x: SIMD8<Double>, _ lower: Double, _ upper: Double) -> SIMD8<Double> {
    let (low, high) = (SIMD8<Double>(repeating: lower), SIMD8<Double>(repeating: upper))
    return x.replacing(with: low, where: x .< low).replacing(with: high, where: x .> high)
  }
}

extension SIMD8: RealVector where Scalar: LaneScalar {
  @inlinable @inline(__always)
  public init(all value: Double) { self.init(repeating: Scalar(value)) }

  @inlinable @inline(__always)
  public func clamped(from lower: Double, to upper: Double) -> Self {
    Scalar.clamp(self, Scalar(lower), Scalar(upper))
  }
}
