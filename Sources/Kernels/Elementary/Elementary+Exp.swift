extension Elementary {
  /// eˣ, with an error below 1 unit in the last place.
  ///
  /// With n = round(x / ln 2) and r = x − n ln 2, |r| ≤ (ln 2)/2, it is 2ⁿ (1 + r + r² p(r)). The power is
  /// applied in two halves, so that overflow gives ∞ and underflow rounds once, to subnormals and to 0.
  @inlinable @inline(__always)
  public static func exp(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // Past these ends the result is ∞ and 0; a NaN passes.
    let x = x.replacing(with: 90, where: x .> 90).replacing(with: -105, where: x .< -105)
    // Adding 1.5 × 2²³ leaves n in the low bits of the sum.
    let shift = SIMD8<Float>(repeating: 0x1.8p23)
    let shifted = shift.addingProduct(x, SIMD8(repeating: 0x1.715476p0))
    let n = shifted - shift
    // ln 2 in two parts; the first has 17 bits, so its product with n, and the difference, are exact.
    let r = x.addingProduct(n, SIMD8(repeating: -0x1.62e3p-1))
      .addingProduct(n, SIMD8(repeating: -0x1.2fefa2p-17))
    let p = SIMD8(repeating: 0x1.a17dfap-13)
      .times(r, plus: 0x1.6d4318p-10)
      .times(r, plus: 0x1.1110acp-7)
      .times(r, plus: 0x1.5554eap-5)
      .times(r, plus: 0x1.555556p-3)
      .times(r, plus: 0x1p-1)
    let y = SIMD8<Float>(repeating: 1) + r.addingProduct(r * r, p)
    // The low bits hold n + 2⁹ in 0 ..< 2¹⁰ after this shift of their origin, so halving is unsigned.
    let bits = unsafeBitCast(shifted, to: SIMD8<UInt32>.self)
    let biased = bits &- SIMD8(repeating: 0x4B40_0000 - 512)
    let half = biased &>> 1
    let low = unsafeBitCast((half &- (256 - 127)) &<< 23, to: SIMD8<Float>.self)
    let high = unsafeBitCast((biased &- half &- (256 - 127)) &<< 23, to: SIMD8<Float>.self)
    return y * low * high
  }

  /// eˣ, with an error below 1 unit in the last place.
  ///
  /// As for `Float`, with a longer polynomial.
  @inlinable @inline(__always)
  public static func exp(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let x = x.replacing(with: 710, where: x .> 710).replacing(with: -747, where: x .< -747)
    let shift = SIMD8<Double>(repeating: 0x1.8p52)
    let shifted = shift.addingProduct(x, SIMD8(repeating: 0x1.71547652b82fep0))
    let n = shifted - shift
    let r = x.addingProduct(n, SIMD8(repeating: -0x1.62e42feep-1))
      .addingProduct(n, SIMD8(repeating: -0x1.a39ef35793c76p-33))
    let p = SIMD8(repeating: 0x1.1f8b45ce667d9p-29)
      .times(r, plus: 0x1.af4dde4698f10p-26)
      .times(r, plus: 0x1.27e4ccd1a0209p-22)
      .times(r, plus: 0x1.71de0236edaedp-19)
      .times(r, plus: 0x1.a01a01acf9601p-16)
      .times(r, plus: 0x1.a01a01abe6537p-13)
      .times(r, plus: 0x1.6c16c16c15200p-10)
      .times(r, plus: 0x1.11111111100dfp-7)
      .times(r, plus: 0x1.5555555555558p-5)
      .times(r, plus: 0x1.5555555555557p-3)
      .times(r, plus: 0x1p-1)
    let y = SIMD8<Double>(repeating: 1) + r.addingProduct(r * r, p)
    let bits = unsafeBitCast(shifted, to: SIMD8<UInt64>.self)
    let biased = bits &- SIMD8(repeating: 0x4338_0000_0000_0000 - 4096)
    let half = biased &>> 1
    let low = unsafeBitCast((half &- (2048 - 1023)) &<< 52, to: SIMD8<Double>.self)
    let high = unsafeBitCast((biased &- half &- (2048 - 1023)) &<< 52, to: SIMD8<Double>.self)
    return y * low * high
  }

  /// eˣ, with an error below 1 unit in the last place.
  @inlinable
  public static func exp(_ x: Float) -> Float { exp(SIMD8(repeating: x))[0] }

  /// eˣ, with an error below 1 unit in the last place.
  @inlinable
  public static func exp(_ x: Double) -> Double { exp(SIMD8(repeating: x))[0] }
}
