/// A number that kernels compute with: `Float` when training, `Double` for checks and curvature.
public protocol KernelScalar: BinaryFloatingPoint, Codable, SIMDScalar, Sendable {
  /// eˣ in each of eight lanes.
  static func exponential(_ x: SIMD8<Self>) -> SIMD8<Self>
  /// The natural logarithm.
  static func logarithm(_ x: Self) -> Self

  // Comparisons of generic vectors compile to loops over lanes; those of named types to one instruction.

  /// max(x, 0) in each of eight lanes; NaN stays NaN.
  static func rectified(_ x: SIMD8<Self>) -> SIMD8<Self>
  /// The larger in each of eight lanes; NaN if either is NaN.
  static func larger(_ x: SIMD8<Self>, _ y: SIMD8<Self>) -> SIMD8<Self>
  /// `value` where x > 0, else 0, in each of eight lanes.
  static func select(_ value: SIMD8<Self>, whereAboveZero x: SIMD8<Self>) -> SIMD8<Self>
  /// `value` where x = y, else 0, in each of eight lanes.
  static func select(_ value: SIMD8<Self>, where x: SIMD8<Self>, equals y: SIMD8<Self>)
    -> SIMD8<Self>
}

extension Float: KernelScalar {
  @inlinable @inline(__always)
  public static func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> { Elementary.exp(x) }
  @inlinable @inline(__always)
  public static func logarithm(_ x: Float) -> Float { Elementary.log(x) }
  @inlinable @inline(__always)
  public static func rectified(_ x: SIMD8<Float>) -> SIMD8<Float> {
    x.replacing(with: SIMD8<Float>.zero, where: x .< SIMD8<Float>.zero)
  }
  @inlinable @inline(__always)
  public static func larger(_ x: SIMD8<Float>, _ y: SIMD8<Float>) -> SIMD8<Float> {
    let larger = x.replacing(with: y, where: x .<= y)
    return larger.replacing(with: y, where: y .!= y)
  }
  @inlinable @inline(__always)
  public static func select(
    _ value: SIMD8<Float>, whereAboveZero x: SIMD8<Float>
  ) -> SIMD8<Float> {
    SIMD8<Float>.zero.replacing(with: value, where: x .> SIMD8<Float>.zero)
  }
  @inlinable @inline(__always)
  public static func select(
    _ value: SIMD8<Float>, where x: SIMD8<Float>, equals y: SIMD8<Float>
  ) -> SIMD8<Float> {
    SIMD8<Float>.zero.replacing(with: value, where: x .== y)
  }
}

extension Double: KernelScalar {
  @inlinable @inline(__always)
  public static func exponential(_ x: SIMD8<Double>) -> SIMD8<Double> { Elementary.exp(x) }
  @inlinable @inline(__always)
  public static func logarithm(_ x: Double) -> Double { Elementary.log(x) }
  @inlinable @inline(__always)
  public static func rectified(_ x: SIMD8<Double>) -> SIMD8<Double> {
    x.replacing(with: SIMD8<Double>.zero, where: x .< SIMD8<Double>.zero)
  }
  @inlinable @inline(__always)
  public static func larger(_ x: SIMD8<Double>, _ y: SIMD8<Double>) -> SIMD8<Double> {
    let larger = x.replacing(with: y, where: x .<= y)
    return larger.replacing(with: y, where: y .!= y)
  }
  @inlinable @inline(__always)
  public static func select(
    _ value: SIMD8<Double>, whereAboveZero x: SIMD8<Double>
  ) -> SIMD8<Double> {
    SIMD8<Double>.zero.replacing(with: value, where: x .> SIMD8<Double>.zero)
  }
  @inlinable @inline(__always)
  public static func select(
    _ value: SIMD8<Double>, where x: SIMD8<Double>, equals y: SIMD8<Double>
  ) -> SIMD8<Double> {
    SIMD8<Double>.zero.replacing(with: value, where: x .== y)
  }
}

/// The eight numbers from an address on, which need not be aligned.
@inlinable @inline(__always)
func load<S: SIMDScalar>(_ address: UnsafePointer<S>) -> SIMD8<S> {
  UnsafeRawPointer(address).loadUnaligned(as: SIMD8<S>.self)
}

/// The eight numbers from an address on, which need not be aligned.
@inlinable @inline(__always)
func load<S: SIMDScalar>(_ address: UnsafeMutablePointer<S>) -> SIMD8<S> {
  UnsafeRawPointer(address).loadUnaligned(as: SIMD8<S>.self)
}

/// Writes eight numbers from an address on, which need not be aligned.
@inlinable @inline(__always)
func store<S: SIMDScalar>(_ value: SIMD8<S>, _ address: UnsafeMutablePointer<S>) {
  UnsafeMutableRawPointer(address).storeBytes(of: value, as: SIMD8<S>.self)
}

/// Writes the first `count` of eight numbers.
@inline(__always)
func store<S: SIMDScalar>(_ value: SIMD8<S>, _ address: UnsafeMutablePointer<S>, first count: Int) {
  if count >= 8 { return store(value, address) }
  var (four, at) = (value.lowHalf, address)
  if count & 4 != 0 {
    UnsafeMutableRawPointer(at).storeBytes(of: four, as: SIMD4<S>.self)
    (four, at) = (value.highHalf, at + 4)
  }
  var two = four.lowHalf
  if count & 2 != 0 {
    UnsafeMutableRawPointer(at).storeBytes(of: two, as: SIMD2<S>.self)
    (two, at) = (four.highHalf, at + 2)
  }
  if count & 1 != 0 { at.pointee = two[0] }
}
