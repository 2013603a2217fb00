/// The counter-based generator Philox 4×32-10: a function from a counter and a key to four random words.
///
/// Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011, section 3.3, with ten rounds.
/// It keeps no state, so any word of any stream can be had at once, in any order, on any machine.
public enum Philox4x32 {
  /// The four words at a counter.
  ///
  /// One round maps the counter (c₀, c₁, c₂, c₃) under the key (k₀, k₁) to
  ///
  ///     (hi(M₁ c₂) ⊕ c₁ ⊕ k₀,  lo(M₁ c₂),  hi(M₀ c₀) ⊕ c₃ ⊕ k₁,  lo(M₀ c₀))
  ///
  /// where hi and lo are the halves of the 64-bit product, and between rounds the key moves on by
  /// (W₀, W₁), modulo 2³².
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (counter, key) = (counter, key)
    for round in 0..<10 {
      if round > 0 { key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let first = counter.x.multipliedFullWidth(by: 0xD251_1F53)
      let second = counter.z.multipliedFullWidth(by: 0xCD9E_8D57)
      counter = SIMD4(
        second.high ^ counter.y ^ key.x, second.low, first.high ^ counter.w ^ key.y, first.low)
    }
    return counter
  }
}
