import Studies

/// What an optimizer is expected to reach when so many points of its grid are tried at random.
///
/// After Sivaprasad, Mai, Vogels, Jaggi & Fleuret, "Optimizer Benchmarking Needs to Account for Hyperparameter Tuning", ICML 2020,
/// but over the grid itself: k different points, every choice as likely as any other, of which the best is kept. A
/// point where a seed diverged, failed or is missing is tried in vain: it has no value, and none is invented for it.
public struct Tunability: Hashable, Sendable {
  public let label: String
  public let metric: Metric
  /// After k = 1, 2, … points, up to the whole grid.
  public let budgets: [Budget]

  public struct Budget: Hashable, Sendable {
    /// The expected value of the metric at the best of the points tried, given that at least one of them has a
    /// value; `nil` if none has.
    public let expected: Double?
    /// The probability that at least one of the points tried has a value.
    public let probability: Double
  }

  /// The expectations for points that have a value and a number to choose by, among `count` points.
  ///
  /// With values in the order of choice, the best one tried is the i-th with probability C(N − i, k − 1) / C(N, k).
  public init(
    label: String, metric: Metric, points: [(choice: Double, value: Double)], of count: Int
  ) {
    precondition(points.count <= count)
    (self.label, self.metric) = (label, metric)
    let values = points.sorted { $0.choice < $1.choice }.map(\.value)
    budgets = (0..<count).map { index in
      let k = index + 1
      var (sum, total, probability) = (0.0, 0.0, Double(k) / Double(count))
      for (rank, value) in values.enumerated() {
        sum += probability * value
        total += probability
        let rest = count - rank - 1
        probability *= rest > 0 ? Double(max(0, rest - index)) / Double(rest) : 0
      }
      return Budget(expected: total > 0 ? sum / total : nil, probability: min(1, total))
    }
  }
}

extension StudyResults {
  /// The tunability of every sweep by a metric; points are chosen by ``Metric/selection(for:)``.
  public func tunability(of metric: Metric) -> [Tunability] {
    let selection = Metric.selection(for: grid.study)
    let bySweep = Dictionary(grouping: points, by: \.sweep)
    return grid.study.sweeps.indices.map { sweep in
      let points = bySweep[sweep] ?? []
      let known = points.compactMap { point -> (choice: Double, value: Double)? in
        guard let choice = point.entry(selection).complete?.mean,
          let value = point.entry(metric).complete?.mean
        else { return nil }
        return (choice, value)
      }
      return Tunability(
        label: grid.study.sweeps[sweep].label, metric: metric, points: known, of: points.count)
    }
  }
}

extension [Tunability] {
  /// The labels from the smallest expected value after k points to the largest; those without one are
  /// left out, and one whose grid is smaller than k has tried it all.
  public func order(after k: Int) -> [String] {
    let reached = compactMap { tunability -> (String, Double)? in
      guard !tunability.budgets.isEmpty,
        let value = tunability.budgets[Swift.min(k, tunability.budgets.count) - 1].expected
      else { return nil }
      return (tunability.label, value)
    }
    return reached.sorted { $0.1 < $1.1 }.map(\.0)
  }
}
