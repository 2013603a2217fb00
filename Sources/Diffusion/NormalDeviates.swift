import Kernels
import Randomness

/// Standard normal deviates of eight replicas, in the order in which a simulation uses them.
///
/// The deviates 4q, …, 4q + 3 of replica r at point p under a seed come from the four words of Philox at the counter
/// (r, q, p, purpose): block r of the ``RandomStream`` of index p and subindex q. With u = (w₀ + ½) / 2³² and
/// φ = 2π w₁ / 2³², the first two are √(−2 ln u) cos φ and √(−2 ln u) sin φ; w₂ and w₃ give the others.
/// (Box and Muller, 1958.) None lies beyond 6.77. A deviate depends on nothing but these numbers, so replicas may
/// be simulated in any order, by any number of threads.
public struct NormalDeviates {
  private let key: SIMD2<UInt32>
  private let point: UInt32
  private let replicas: SIMD8<UInt64>
  private var quad: UInt32 = 0
  /// Those of the last four not yet taken lie from `taken` on.
  private var four: (Vector, Vector, Vector, Vector) = (.zero, .zero, .zero, .zero)
  private var taken = 4
  /// Likewise of the last four words, where words are taken.
  private var words: (Words, Words, Words, Words) = (.zero, .zero, .zero, .zero)
  private var wordsTaken = 4

  private typealias Words = SIMD8<UInt64>

  public typealias Vector = SIMD8<Double>

  /// The most words, or deviates, that a replica can take.
  public static let mostWords = 1 << 34

  /// - Parameter first: the first of the eight replicas.
  public init(seed: Int, point: Int, first: Int) {
    let seed = UInt64(bitPattern: Int64(seed))
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.point = UInt32(point)
    replicas = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7) &+ SIMD8(repeating: UInt64(first))
  }

  /// The next deviate of each replica.
  @inline(__always)
  public mutating func next() -> Vector {
    if taken == 4 {
      four = deviates(quad)
      quad += 1
      taken = 0
    }
    taken += 1
    switch taken {
    case 1: return four.0
    case 2: return four.1
    case 3: return four.2
    default: return four.3
    }
  }

  /// The next word of each replica's stream, in place of a deviate: whole numbers in 0 ..< 2³².
  @inline(__always)
  mutating func nextWords() -> SIMD8<UInt64> {
    if wordsTaken == 4 {
      words = philox(quad)
      quad += 1
      wordsTaken = 0
    }
    wordsTaken += 1
    switch wordsTaken {
    case 1: return words.0
    case 2: return words.1
    case 3: return words.2
    default: return words.3
    }
  }

  private func deviates(_ quad: UInt32) -> (Vector, Vector, Vector, Vector) {
    let words = philox(quad)
    let (a, b) = pair(words.0, words.1)
    let (c, d) = pair(words.2, words.3)
    return (a, b, c, d)
  }

  @inline(__always)
  private func pair(_ w0: SIMD8<UInt64>, _ w1: SIMD8<UInt64>) -> (Vector, Vector) {
    let u = (Elementary.number(w0) + 0.5) * 0x1p-32
    let radius = (-2 * Elementary.log(normal: u)).roots
    let (sine, cosine) = Elementary.sineAndCosine(turns: w1)
    return (radius * cosine, radius * sine)
  }

  /// The words of ``Philox4x32`` for eight replicas, each in the low half of a lane.
  @inline(__always)
  private func philox(
    _ quad: UInt32
  ) -> (SIMD8<UInt64>, SIMD8<UInt64>, SIMD8<UInt64>, SIMD8<UInt64>) {
    let low = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
    var (c0, c1) = (replicas & low, SIMD8<UInt64>(repeating: UInt64(quad)))
    var c2 = SIMD8<UInt64>(repeating: UInt64(point))
    var c3 = SIMD8<UInt64>(repeating: UInt64(RandomStream.Purpose.diffusion.rawValue))
    var key = key
    for _ in 0..<10 {
      let first = (c0 & low) &* 0xD251_1F53
      let second = (c2 & low) &* 0xCD9E_8D57
      c0 = (second &>> 32) ^ c1 ^ SIMD8(repeating: UInt64(key.x))
      c1 = second & low
      c2 = (first &>> 32) ^ c3 ^ SIMD8(repeating: UInt64(key.y))
      c3 = first & low
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return (c0, c1, c2, c3)
  }
}
