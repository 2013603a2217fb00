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
