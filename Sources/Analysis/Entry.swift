import Studies

/// What is known of one metric at one point of a grid, over the point's seeds.
///
/// A NaN is never part of a mean: a diverged seed is counted, not averaged.
public enum Entry: Hashable, Sendable {
  /// At least one seed completed and none diverged; the summary is over those that completed.
  case measured(Summary, Tally)
  /// At least one seed diverged; the summary is over those that completed, `nil` if none did.
  case diverged(others: Summary?, Tally)
  /// No seed completed or diverged, and at least one failed.
  case failed(Tally)
  /// Nothing is known of any seed.
  case missing(Tally)

  /// How many seeds ended in which way.
  public struct Tally: Hashable, Sendable {
    /// How many have a value of the metric.
    public var completed = 0
    /// How many diverged, or completed with a value that is not finite.
    public var diverged = 0
    /// How many failed as often as they may.
    public var failed = 0
    /// How many have no record, or a record without the metric.
    public var missing = 0

    public init() {}

    /// How many seeds there are.
    public var seeds: Int { completed + diverged + failed + missing }
  }

  /// The entry of a metric over the cells of a point.
  public init(_ metric: Metric, of states: some Sequence<CellState>) {
    var tally = Tally()
    var values: [Double] = []
    for state in states {
      switch state {
      case .missing: tally.missing += 1
      case .failed: tally.failed += 1
      case .finished(let record):
        if case .diverged = record.outcome {
          tally.diverged += 1
        } else if let value = metric.value(in: record) {
          if value.isFinite { values.append(value) } else { tally.diverged += 1 }
        } else {
          tally.missing += 1
        }
      }
    }
    tally.completed = values.count
    let summary = Summary(values)
    if tally.diverged > 0 {
      self = .diverged(others: summary, tally)
    } else if let summary {
      self = .measured(summary, tally)
    } else {
      self = tally.failed > 0 ? .failed(tally) : .missing(tally)
    }
  }

  public var tally: Tally {
    switch self {
    case .measured(_, let tally), .diverged(_, let tally), .failed(let tally), .missing(let tally):
      tally
    }
  }

  /// The summary over the seeds that completed, whether or not others diverged; `nil` if none did.
  public var summary: Summary? {
    switch self {
    case .measured(let summary, _): summary
    case .diverged(let others, _): others
    case .failed, .missing: nil
    }
  }

  /// The summary if every seed completed.
  public var complete: Summary? {
    guard case .measured(let summary, let tally) = self, tally.completed == tally.seeds else {
      return nil
    }
    return summary
  }
}
