import Kernels

/// What a test of a hypothesis gave.
public struct SignificanceTest: Hashable, Sendable {
  /// The number that was compared with its distribution: t, W, …
  public let statistic: Double
  /// Of the t distribution; `nil` where there is none.
  public let degreesOfFreedom: Double?
  /// The two-sided probability of a statistic as extreme, if the hypothesis holds.
  public let pValue: Double

  /// Student's test of a statistic.
  init(t: Double, degreesOfFreedom: Double) {
    statistic = t
    self.degreesOfFreedom = degreesOfFreedom
    pValue = StudentT(degreesOfFreedom: degreesOfFreedom).probability(beyond: t)
  }

  /// Fisher's test that Pearson's correlation is `expected` (Metron 1, 1921): z = (artanh r − artanh ρ) √(n − 3).
  ///
  /// Made for two normal variables. Where one is set and not drawn, r varies less: its asymptotic variance is
  /// (1 − ρ²)² (1 − ρ²/2)/n for (1 − ρ²)²/n, so the test is rather careful.
  ///
  /// - Precondition: more than three pairs, both correlations in (−1, 1).
  public init(correlation r: Double, expected: Double, pairs n: Int) {
    precondition(n > 3 && abs(r) < 1 && abs(expected) < 1)
    func artanh(_ x: Double) -> Double { 0.5 * Elementary.log((1 + x) / (1 - x)) }
    let z = (artanh(r) - artanh(expected)) * Double(n - 3).squareRoot()
    self.init(statistic: z, pValue: 2 * StandardNormal.probability(atMost: -abs(z)))
  }

  init(statistic: Double, degreesOfFreedom: Double? = nil, pValue: Double) {
    (self.statistic, self.degreesOfFreedom, self.pValue) = (statistic, degreesOfFreedom, pValue)
  }
}

/// Holm's adjusted p-values of a family, in its order (Scandinavian Journal of Statistics 6, 1979).
///
/// The i-th smallest of m is multiplied by m − i + 1, then by none less than those before it, and is at most
/// 1. A p-value that is `nil`, of a comparison that could not be made, stays so and does not count in m.
public func holm(_ pValues: [Double?]) -> [Double?] {
  let known = pValues.indices.filter { pValues[$0] != nil }
    .sorted { (pValues[$0] ?? 1, $0) < (pValues[$1] ?? 1, $1) }
  var adjusted = [Double?](repeating: nil, count: pValues.count)
  var largest = 0.0
  for (rank, index) in known.enumerated() {
    largest = max(largest, (pValues[index] ?? 1) * Double(known.count - rank))
    adjusted[index] = min(1, largest)
  }
  return adjusted
}
