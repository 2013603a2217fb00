import Studies

/// How much results vary over seeds: a row per study and metric, a column per optimizer, as Table 2 of
/// Xie et al. (2022).
public struct VarianceTable: Hashable, Sendable {
  /// The labels of the sweeps, the columns.
  public let labels: [String]
  public let rows: [Row]

  public struct Row: Hashable, Sendable {
    /// The name of the study.
    public let study: String
    public let metric: Metric
    public let source: Source
    /// How the points were chosen.
    public let choice: Choice
    /// What each column has; `nil` where the study has no such sweep or no point to show.
    public let values: [Value?]
    /// The columns with the smallest mean among the values where every seed completed.
    public let best: [Int]
  }

  /// A metric of one optimizer at one point, over seeds.
  public struct Value: Hashable, Sendable {
    public let label: String
    public let optimizer: String
    public let settings: [Setting]
    /// The keys of the axes on whose end the point lies, as in ``BestPoint/edges``.
    public let edges: [String]
    public let entry: Entry
  }

  /// Which runs a row is over.
  public enum Source: String, Hashable, Sendable {
    /// The grid's own: the best point was chosen by them, so its mean is optimistic.
    case grid
    /// Fresh seeds that had no part in the choice.
    case confirmation
  }

  /// How a row's points were chosen.
  public enum Choice: Hashable, Sendable {
    /// Each sweep's best by this metric.
    case best(Metric)
    /// Whoever asked named them.
    case given
  }

  /// The table of several studies, rows in their order, columns in the order labels first come.
  public init(_ tables: [VarianceTable]) {
    var labels: [String] = []
    for table in tables { labels += table.labels.filter { !labels.contains($0) } }
    self.labels = labels
    rows = tables.flatMap(\.rows).map { row in
      Row(
        row.study, row.metric, row.source, row.choice,
        labels.map { label in row.values.first { $0?.label == label } ?? nil })
    }
  }

  /// The table of one study: its ``Metric/testErrors(of:)`` over the grid's seeds at each sweep's best
  /// point, then the same over the confirmation seeds if there are any.
  public init(_ results: StudyResults) {
    let best = results.bestPoints
    let confirmed = results.confirmationPoints
    let choice = Choice.best(Metric.selection(for: results.grid.study))
    let points = results.points
    var rows = Self.rows(
      results, .grid, choice,
      best.map { best in
        best.flatMap { best in
          points.first { $0.sweep == best.sweep && $0.coordinates == best.coordinates }
        }
      }, best)
    if !confirmed.isEmpty {
      rows += Self.rows(
        results, .confirmation, choice,
        best.indices.map { sweep in confirmed.first { $0.sweep == sweep } }, best)
    }
    (labels, self.rows) = (results.grid.study.sweeps.map(\.label), rows)
  }

  /// The table of one study at given points, one per sweep; `nil` for none.
  public init(_ results: StudyResults, at points: [Point?]) {
    precondition(points.count == results.grid.study.sweeps.count)
    labels = results.grid.study.sweeps.map(\.label)
    rows = Self.rows(results, .grid, .given, points, results.bestPoints)
  }

  private static func rows(
    _ results: StudyResults, _ source: Source, _ choice: Choice, _ points: [Point?],
    _ best: [BestPoint?]
  ) -> [Row] {
    Metric.testErrors(of: results.grid.study).map { metric in
      let values = points.map { point in
        point.map { point in
          let sweep = results.grid.study.sweeps[point.sweep]
          let known = best[point.sweep]
          return Value(
            label: sweep.label, optimizer: sweep.optimizer,
            settings: sweep.settings(at: point.coordinates),
            edges: known?.coordinates == point.coordinates ? known?.edges ?? [] : [],
            entry: point.entry(metric))
        }
      }
      return Row(results.grid.study.name, metric, source, choice, values)
    }
  }
}

extension VarianceTable.Row {
  fileprivate init(
    _ study: String, _ metric: Metric, _ source: VarianceTable.Source,
    _ choice: VarianceTable.Choice, _ values: [VarianceTable.Value?]
  ) {
    (self.study, self.metric, self.source, self.choice) = (study, metric, source, choice)
    self.values = values
    let means = values.map { $0?.entry.complete?.mean }
    let smallest = means.compactMap { $0 }.min()
    best = means.indices.filter { means[$0] != nil && means[$0] == smallest }
  }
}
