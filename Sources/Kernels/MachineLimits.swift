/// What a machine can do at most, measured: benchmarks are held against it.
public enum MachineLimits {
  /// Floating-point operations a second of fused multiply-adds in registers, each counted as two.
  ///
  /// Every thread keeps twelve independent sums of eight lanes going, which is enough to hide the latency of
  /// the instruction on the processors the program runs on. The best of `repeats` runs of some 20 ms.
  public static func multiplyAddRate(threads: Int, repeats: Int = 15) -> Double {
    let rounds = 10_000_000
    let team = Team(threads: threads)
    let ends = View<Float>(zeros: threads)
    let seconds = least(repeats) {
      team.forEach(threads) { thread in ends[thread] = multiplyAdds(rounds, Float(thread)) }
    }
    // The sums are read, so that none can be left out.
    for thread in 0..<threads { require(ends[thread].isFinite) }
    return Double(threads * rounds * 12 * 8 * 2) / seconds
  }

  /// Bytes a second that copying moves: those read and those written, from 256 MiB to another 256 MiB.
  ///
  /// The best of `repeats` copies.
  public static func copyRate(threads: Int, repeats: Int = 5) -> Double {
    let count = 64 << 20
    let (source, target) = (View<Float>(zeros: count), View<Float>(zeros: count))
    let team = Team(threads: threads)
    let seconds = least(repeats) {
      team.forEachPart(of: count) { part in target[part].copy(from: source[part]) }
    }
    return Double(2 * count * MemoryLayout<Float>.stride) / seconds
  }

  /// The shortest of the times that `work` takes after a first time that does not count.
  private static func least(_ repeats: Int, _ work: () -> Void) -> Double {
    let clock = ContinuousClock()
    work()
    return (0..<repeats).reduce(.infinity) { least, _ in
      let (seconds, attoseconds) = clock.measure(work).components
      return min(least, Double(seconds) + Double(attoseconds) * 1e-18)
    }
  }
}

/// Twelve fused multiply-adds of eight lanes a round, none of which waits for another of its round.
@inline(never)
private func multiplyAdds(_ rounds: Int, _ start: Float) -> Float {
  typealias V = SIMD8<Float>
  // Each sum tends to 1.
  let (x, y) = (V(repeating: 0.5), V(repeating: 0.5))
  var (a, b, c, d) = (V(repeating: start), V(repeating: 1), V(repeating: 2), V(repeating: 3))
  var (e, f, g, h) = (V(repeating: 4), V(repeating: 5), V(repeating: 6), V(repeating: 7))
  var (i, j, k, l) = (V(repeating: 8), V(repeating: 9), V(repeating: 10), V(repeating: 11))
  for _ in 0..<rounds {
    a = y.addingProduct(a, x)
    b = y.addingProduct(b, x)
    c = y.addingProduct(c, x)
    d = y.addingProduct(d, x)
    e = y.addingProduct(e, x)
    f = y.addingProduct(f, x)
    g = y.addingProduct(g, x)
    h = y.addingProduct(h, x)
    i = y.addingProduct(i, x)
    j = y.addingProduct(j, x)
    k = y.addingProduct(k, x)
    l = y.addingProduct(l, x)
  }
  return (a + b + c + d + e + f + g + h + i + j + k + l)[0]
}
