/// A sequence of random numbers fixed by a seed, a purpose and two indices, and by nothing else.
///
/// The sequence is specified so that anyone can compute it again (`Tests/Interop/streams.py` does):
///
/// - The words of a stream are those of ``Philox4x32`` at the counters
///   (block, subindex, index, purpose), block = 0, 1, 2, …, under the key
///   (low 32 bits of the seed, high 32 bits of the seed, in two's complement); the four words of a block
///   come in order. A stream has 2³⁴ words.
/// - ``nextWord()`` is the next word, ``uniform()`` its top 24 bits × 2⁻²⁴. ``uniformDouble()`` takes two
///   words, the first as the high half of 64 bits; it is the top 53 bits × 2⁻⁵³.
/// - ``below(_:)`` takes one word x for each try: with the 64-bit product p = x n, the try is refused if
///   p mod 2³² < 2³² mod n; otherwise the result is ⌊p / 2³²⌋.
///   (Lemire, "Fast Random Integer Generation in an Interval", 2019.)
/// - ``permutation(of:)`` starts from 0, 1, …, n − 1 and, for i from n − 1 down to 1, swaps the elements
///   at i and at `below(i + 1)`. (Fisher and Yates.)
///
/// Streams are values: a copy goes on by itself from where its original was.
public struct RandomStream: Hashable, Sendable {
  /// What the numbers are for. Streams of different purposes are independent at the same seed.
  public enum Purpose: UInt32, Hashable, CaseIterable, Sendable {
    /// Initial weights; the index is that of the parameter tensor.
    case initialization = 1
    /// The order of the training images; the index is the epoch.
    case order = 2
    /// Crops and flips.
    case augmentation = 3
    /// Which elements a dropout layer drops.
    case dropout = 4
    /// Which weight is perturbed.
    case perturbation = 5
    /// The images of a synthetic dataset.
    case synthetic = 6
    /// Resampling in the analysis.
    case bootstrap = 7
    /// Where Lanczos starts (index 0, subindex the restart), and the probes of a trace (index from 1).
    case curvature = 8
    /// Which images make the mini-batches that gradient noise is measured with; the index is the batch size.
    case batches = 9
    /// The noise of simulated optimizers.
    case diffusion = 16
  }

  @usableFromInline let key: SIMD2<UInt32>
  /// The last three words of every counter: subindex, index, purpose.
  @usableFromInline let stream: SIMD3<UInt32>
  /// The position of the next word.
  @usableFromInline var position = 0
  /// The words of the block that holds the position, once its first word was taken.
  @usableFromInline var words = SIMD4<UInt32>(repeating: 0)

  /// The stream at its first word.
  ///
  /// - Precondition: `index` and `subindex` are in 0 ..< 2³².
  public init(seed: Int, purpose: Purpose, index: Int = 0, subindex: Int = 0) {
    let seed = UInt64(bitPattern: Int64(seed))
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    stream = SIMD3(UInt32(subindex), UInt32(index), purpose.rawValue)
  }

  @inlinable
  func block(_ number: Int) -> SIMD4<UInt32> {
    Philox4x32.block(counter: SIMD4(UInt32(number), stream.x, stream.y, stream.z), key: key)
  }

  /// The word at a position, from 0, wherever the stream itself is.
  ///
  /// - Precondition: `position` is in 0 ..< 2³⁴.
  @inlinable
  public func word(at position: Int) -> UInt32 { block(position >> 2)[position & 3] }

  /// The next word: 32 random bits.
  @inlinable
  public mutating func nextWord() -> UInt32 {
    if position & 3 == 0 { words = block(position >> 2) }
    defer { position += 1 }
    return words[position & 3]
  }

  /// The next number in [0, 1), a multiple of 2⁻²⁴.
  @inlinable
  public mutating func uniform() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

  /// The next number in [0, 1), a multiple of 2⁻⁵³.
  @inlinable
  public mutating func uniformDouble() -> Double {
    let high = UInt64(nextWord())
    let bits = high << 32 | UInt64(nextWord())
    return Double(bits >> 11) * 0x1p-53
  }

  /// The next number in 0 ..< n, each with the same probability.
  ///
  /// - Precondition: `n` is in 1 ... 2³².
  @inlinable
  public mutating func below(_ n: Int) -> Int {
    precondition(n >= 1 && n <= 1 << 32, "a random number below n needs n in 1 ... 2³²")
    let refused = (1 << 32) % UInt64(n)
    while true {
      let product = UInt64(nextWord()) * UInt64(n)
      if product & 0xFFFF_FFFF >= refused { return Int(product >> 32) }
    }
  }

  /// The numbers 0 ..< n in random order, each order with the same probability.
  public mutating func permutation(of n: Int) -> [Int] {
    var order = Array(0..<n)
    for i in stride(from: n - 1, to: 0, by: -1) { order.swapAt(i, below(i + 1)) }
    return order
  }
}
