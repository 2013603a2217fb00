extension Elementary {
  /// The sine and the cosine of 2π w / 2³² for eight whole numbers w in 0 ..< 2³², with an error below 1 unit
  /// in the last place of the larger of the two.
  ///
  /// The quarter turn nearest is taken off in whole numbers, so only the angle left, |r| ≤ π/4, is rounded;
  /// the polynomials are those of ``sin(_:)`` and ``cos(_:)``.
  @inlinable @inline(__always)
  public static func sineAndCosine(
    turns w: SIMD8<UInt64>
  ) -> (sine: SIMD8<Double>, cosine: SIMD8<Double>) {
    let half = SIMD8<UInt64>(repeating: 1 << 29)
    let moved = w &+ half
    let quarters = moved &>> 30
    let r = (number(moved & SIMD8(repeating: 1 << 30 - 1)) - 0x1p29) * 0x1.921fb54442d18p-30
    let z = r * r
    let s = SIMD8(repeating: 0x1.5e0b2d1aac9ddp-33)
      .times(z, plus: -0x1.ae600b3db9701p-26)
      .times(z, plus: 0x1.71de3796c9c52p-19)
      .times(z, plus: -0x1.a01a019e83e31p-13)
      .times(z, plus: 0x1.1111111110bb3p-7)
      .times(z, plus: -0x1.5555555555555p-3)
    let c = SIMD8(repeating: -0x1.907db46c8b3eep-37)
      .times(z, plus: 0x1.1eeb69037a8fdp-29)
      .times(z, plus: -0x1.27e4fa17f65f8p-22)
      .times(z, plus: 0x1.a01a019f4ec90p-16)
      .times(z, plus: -0x1.6c16c16c16967p-10)
      .times(z, plus: 0x1.5555555555555p-5)
    let sine = r.addingProduct(z * r, s)
    let cosine = (1 - 0.5 * z).addingProduct(z * z, c)
    // Odd quarters exchange the two; the second bit of quarters, and of quarters + 1, is the sign.
    let (first, second) = (bits(sine), bits(cosine))
    let exchanged = (first ^ second) & (0 &- (quarters & 1))
    let signs = ((quarters & 2) &<< 62, ((quarters &+ 1) & 2) &<< 62)
    return (
      unsafeBitCast(first ^ exchanged ^ signs.0, to: SIMD8<Double>.self),
      unsafeBitCast(second ^ exchanged ^ signs.1, to: SIMD8<Double>.self)
    )
  }

  /// Whole numbers below 2⁵², converted exactly.
  @inlinable @inline(__always)
  public static func number(_ x: SIMD8<UInt64>) -> SIMD8<Double> {
    unsafeBitCast(x | SIMD8(repeating: 0x4330_0000_0000_0000), to: SIMD8<Double>.self) - 0x1p52
  }

  @inlinable @inline(__always)
  static func bits(_ x: SIMD8<Double>) -> SIMD8<UInt64> {
    unsafeBitCast(x, to: SIMD8<UInt64>.self)
  }
}
