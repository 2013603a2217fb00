import Studies

/// Every pair of optimizers at their best points: do they differ, in mean and in deviation?
///
/// The seeds are common, so numbers are compared in pairs. Families for Holm's correction are all pairs of one metric
/// and one source of seeds.
public struct ComparisonTable: Hashable, Sendable {
  public let study: String
  public let rows: [Row]

  public struct Row: Hashable, Sendable {
    public let metric: Metric
    public let source: VarianceTable.Source
    public let first: String
    public let second: String
    /// The values at the seeds where both completed.
    public let pairs: PairedSample
    public let signFlips: SignificanceTest
    /// Holm's p-value of the sign flips in the family.
    public let signFlipsAdjusted: Double
    /// Holm's p-value of the paired t test in the family.
    public let tAdjusted: Double?
    public let welch: SignificanceTest?
    public let brownForsythe: SignificanceTest?
  }

  public init(_ results: StudyResults) {
    study = results.grid.study.name
    let best = results.bestPoints
    let points = results.points
    let confirmed = results.confirmationPoints
    let grid = best.map { best in
      best.flatMap { best in
        points.first { $0.sweep == best.sweep && $0.coordinates == best.coordinates }
      }
    }
    let fresh = best.indices.map { sweep in confirmed.first { $0.sweep == sweep } }
    rows = [(VarianceTable.Source.grid, grid), (.confirmation, fresh)].flatMap { source, points in
      Metric.testErrors(of: results.grid.study).flatMap { metric in
        Self.family(results, metric, source, points)
      }
    }
  }

  private static func family(
    _ results: StudyResults, _ metric: Metric, _ source: VarianceTable.Source, _ points: [Point?]
  ) -> [Row] {
    let labels = results.grid.study.sweeps.map(\.label)
    var found: [(Int, Int, PairedSample, SignificanceTest)] = []
    for first in points.indices {
      for second in points.indices where second > first {
        guard let a = points[first], let b = points[second],
          let pairs = PairedSample(metric, a, b)
        else { continue }
        found.append((first, second, pairs, pairs.signFlipTest(seed: 0)))
      }
    }
    let flips = holm(found.map(\.3.pValue))
    let tests = holm(found.map(\.2.tTest?.pValue))
    return found.enumerated().map { index, comparison in
      let (first, second, pairs, test) = comparison
      let moments = (Moments(pairs.first), Moments(pairs.second))
      return Row(
        metric: metric, source: source, first: labels[first], second: labels[second],
        pairs: pairs, signFlips: test, signFlipsAdjusted: flips[index] ?? 1,
        tAdjusted: tests[index],
        welch: moments.0.flatMap { a in moments.1.flatMap { a.welchTest(against: $0) } },
        brownForsythe: brownForsytheTest([pairs.first, pairs.second]))
    }
  }
}

extension PairedSample {
  /// A metric at two points, at the seeds where both completed; `nil` if there is none.
  init?(_ metric: Metric, _ first: Point, _ second: Point) {
    let pairs = zip(first.runs, second.runs).compactMap { a, b -> (Double, Double)? in
      guard let x = a.state.value(of: metric), let y = b.state.value(of: metric) else { return nil }
      return (x, y)
    }
    self.init(pairs.map(\.0), pairs.map(\.1))
  }
}

extension CellState {
  /// The finite value of a metric; `nil` if the run diverged, failed or is missing.
  public func value(of metric: Metric) -> Double? {
    guard case .finished(let record) = self, let value = metric.value(in: record),
      value.isFinite
    else { return nil }
    return value
  }
}
