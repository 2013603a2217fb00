extension Elementary {
  /// ln x, with an error below 1 unit in the last place; −∞ at 0 and NaN below it.
  ///
  /// With x = 2ᵉ (1 + f), 1 + f in [√½, √2), and s = f / (2 + f), it is e ln 2 + 2 artanh s, computed as
  /// f − f²/2 + s (f²/2 + s² p(s²)), the way of Sun's fdlibm, which keeps the large term f exact.
  @inlinable @inline(__always)
  public static func log(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let tiny = x .< SIMD8(repeating: Float.leastNormalMagnitude)
    let normal = x.replacing(with: x * 0x1p32, where: tiny)
    // Bits of √½; what lies above the mantissa in the difference is e, here with 127 added.
    let root: UInt32 = 0x3F35_04F3
    let bits = unsafeBitCast(normal, to: SIMD8<UInt32>.self) &- SIMD8(repeating: root)
    let biased = (bits &+ SIMD8(repeating: 127 << 23)) &>> 23
    let mantissa = (bits & SIMD8(repeating: 0x7F_FFFF)) &+ SIMD8(repeating: root)
    let f = unsafeBitCast(mantissa, to: SIMD8<Float>.self) - 1
    let offset = SIMD8<Float>(repeating: 0x1p23 + 127)
      .replacing(with: 0x1p23 + 127 + 32, where: tiny)
    let e = unsafeBitCast(biased | SIMD8(repeating: 0x4B00_0000), to: SIMD8<Float>.self) - offset

    let s = f / (2 + f)
    let z = s * s
    let p = SIMD8(repeating: 0x1.ddd848p-3)
      .times(z, plus: 0x1.245c0ep-2)
      .times(z, plus: 0x1.9999ecp-2)
      .times(z, plus: 0x1.555556p-1)
    let halfSquare = 0.5 * f * f
    let low = (e * 0x1.2fefa2p-17).addingProduct(s, halfSquare.addingProduct(z, p))
    let y = (f - (halfSquare - low)).addingProduct(e, SIMD8(repeating: 0x1.62e3p-1))
    let infinite = x .== SIMD8(repeating: .infinity)
    return y.replacing(with: .infinity, where: infinite)
      .replacing(with: -.infinity, where: x .== SIMD8(repeating: 0))
      .replacing(with: .nan, where: .!(x .>= SIMD8(repeating: 0)))
  }

  /// ln x, with an error below 1 unit in the last place; −∞ at 0 and NaN below it.
  ///
  /// As for `Float`, with a longer polynomial.
  @inlinable @inline(__always)
  public static func log(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let tiny = x .< SIMD8(repeating: Double.leastNormalMagnitude)
    let normal = x.replacing(with: x * 0x1p64, where: tiny)
    let offset = SIMD8<Double>(repeating: 0x1p52 + 1023)
      .replacing(with: 0x1p52 + 1023 + 64, where: tiny)
    let y = log(normal: normal, offset: offset)
    let infinite = x .== SIMD8(repeating: .infinity)
    return y.replacing(with: .infinity, where: infinite)
      .replacing(with: -.infinity, where: x .== SIMD8(repeating: 0))
      .replacing(with: .nan, where: .!(x .>= SIMD8(repeating: 0)))
  }

  /// ln x where every x is positive, finite and not subnormal: the bits of ``log(_:)`` in a third of its time.
  @inlinable @inline(__always)
  public static func log(normal x: SIMD8<Double>) -> SIMD8<Double> {
    log(normal: x, offset: SIMD8(repeating: 0x1p52 + 1023))
  }

  /// ln x + (1023 + 2⁵² − offset) ln 2 for normal x.
  @inlinable @inline(__always)
  static func log(normal x: SIMD8<Double>, offset: SIMD8<Double>) -> SIMD8<Double> {
    let root: UInt64 = 0x3FE6_A09E_667F_3BCD
    let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self) &- SIMD8(repeating: root)
    let biased = (bits &+ SIMD8(repeating: 1023 << 52)) &>> 52
    let mantissa = (bits & SIMD8(repeating: 0xF_FFFF_FFFF_FFFF)) &+ SIMD8(repeating: root)
    let f = unsafeBitCast(mantissa, to: SIMD8<Double>.self) - 1
    let e =
      unsafeBitCast(biased | SIMD8(repeating: 0x4330_0000_0000_0000), to: SIMD8<Double>.self)
      - offset

    let s = f / (2 + f)
    let z = s * s
    let p = SIMD8(repeating: 0x1.0c09ce6dcf431p-3)
      .times(z, plus: 0x1.0fbdf27fbfca1p-3)
      .times(z, plus: 0x1.3b1c3bf61d110p-3)
      .times(z, plus: 0x1.745cf8e2a0693p-3)
      .times(z, plus: 0x1.c71c7201b280bp-3)
      .times(z, plus: 0x1.249249247694ap-2)
      .times(z, plus: 0x1.9999999999a39p-2)
      .times(z, plus: 0x1.5555555555555p-1)
    let halfSquare = 0.5 * f * f
    let low = (e * 0x1.a39ef35793c76p-33).addingProduct(s, halfSquare.addingProduct(z, p))
    return (f - (halfSquare - low)).addingProduct(e, SIMD8(repeating: 0x1.62e42feep-1))
  }

  /// ln x, with an error below 1 unit in the last place; −∞ at 0 and NaN below it.
  @inlinable
  public static func log(_ x: Float) -> Float { log(SIMD8(repeating: x))[0] }

  /// ln x, with an error below 1 unit in the last place; −∞ at 0 and NaN below it.
  @inlinable
  public static func log(_ x: Double) -> Double { log(SIMD8(repeating: x))[0] }
}
