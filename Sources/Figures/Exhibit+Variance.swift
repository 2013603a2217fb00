import Analysis

extension Exhibit {
  /// A variance table: a record per row and optimizer; for people, Table 2's shape, and a table of the
  /// points it is at.
  ///
  /// Columns of the records: `study`, `metric`, `seeds_from` (`grid` or `confirmation`), `chosen_by`
  /// (the metric whose best point it is, or `given`), `label`, `optimizer`, one for each swept
  /// hyperparameter, `edge` (the axes on whose end the best point lies, joined by `;`), then `seeds` to
  /// `deviation_upper` as in ``heatmap(_:)``.
  public static func variance(_ table: VarianceTable) -> Exhibit {
    Exhibit(records: records(table), pages: [page(table), points(table)])
  }

  private static func records(_ table: VarianceTable) -> TextTable {
    let axes = axisKeys(table)
    let columns =
      [
        TextTable.Column("study", "Study", .left), TextTable.Column("metric", "Metric", .left),
        TextTable.Column("seeds_from", "Seeds from", .left),
        TextTable.Column("chosen_by", "Chosen by", .left),
        TextTable.Column("label", "Label", .left),
        TextTable.Column("optimizer", "Optimizer", .left),
      ] + axes.map { TextTable.Column($0, heading(of: $0)) }
      + [TextTable.Column("edge", "Edge", .left)] + entryColumns
    let rows = table.rows.flatMap { row in
      row.values.compactMap { $0 }.map { value -> [TextTable.Value] in
        let start: [TextTable.Value] = [
          .text(row.study), .text(row.metric.key), .text(row.source.rawValue),
          .text(row.choice.text), .text(value.label), .text(value.optimizer),
        ]
        return start + axes.map { .init(setting: value.settings.setting(of: $0)) }
          + [.text(value.edges.joined(separator: ";"))] + entryValues(value.entry)
      }
    }
    return TextTable(
      title: "Variance over seeds",
      caption: "The mean, the sample standard deviation, the minimum and the maximum are over the "
        + "seeds that completed. Errors are shares in [0, 1].",
      columns: columns, rows: rows)
  }

  private static func page(_ table: VarianceTable) -> TextTable {
    let columns =
      [
        TextTable.Column("study", "Study", .left), TextTable.Column("metric", "Metric", .left),
        TextTable.Column("seeds_from", "Seeds", .left),
      ] + table.labels.map { TextTable.Column($0, $0, .center) } + [TextTable.Column("n", "n")]
    let rows = table.rows.map { row -> [TextTable.Value] in
      let values = row.values.enumerated().map { index, value -> TextTable.Value in
        guard let value else { return .text("–") }
        return .entry(
          value.entry, isFraction: row.metric.isFraction, isBest: row.best.contains(index))
      }
      let unit = row.metric.isFraction ? " (%)" : ""
      return [
        .text(row.study), .text(row.metric.title + unit),
        .text(row.source == .grid ? "of the grid" : "fresh"),
      ] + values + [.text(counts(row))]
    }
    let confirmed = table.rows.contains { $0.source == .confirmation }
    return TextTable(
      title: "Variance over seeds",
      caption: "Mean and sample standard deviation over n seeds at "
        + (table.rows.contains { $0.choice == .given }
          ? "the points given" : "each optimizer's best point")
        + "; the smallest mean of a row is bold."
        + (confirmed
          ? " Fresh seeds had no part in choosing the point; means over the grid's seeds are "
            + "optimistic because they chose it."
          : ""),
      columns: columns, rows: rows)
  }

  /// How many seeds a row's values are over, once if it is the same for all.
  private static func counts(_ row: VarianceTable.Row) -> String {
    let counts = row.values.map { $0.map { String($0.entry.tally.completed) } ?? "–" }
    let known = Set(counts).subtracting(["–"])
    return known.count == 1 ? known.first ?? "" : counts.joined(separator: ", ")
  }

  private static func points(_ table: VarianceTable) -> TextTable {
    let axes = axisKeys(table)
    var rows: [[TextTable.Value]] = []
    for row in table.rows where row.metric == .finalTestError && row.source == .grid {
      for value in row.values.compactMap({ $0 }) {
        rows.append(
          [.text(row.study), .text(value.label)]
            + axes.map { .init(setting: value.settings.setting(of: $0)) }
            + [.text(row.choice.words)] + [.text(value.edges.map(heading).joined(separator: ", "))])
      }
    }
    return TextTable(
      title: "The points of the variance table",
      caption: "A point on the edge of its grid may not be the best there is: a better one may lie "
        + "beyond.",
      columns: [
        TextTable.Column("study", "Study", .left), TextTable.Column("label", "Optimizer", .left),
      ] + axes.map { TextTable.Column($0, heading(of: $0)) }
        + [
          TextTable.Column("chosen_by", "Chosen by", .left),
          TextTable.Column("edge", "On the edge of", .left),
        ], rows: rows)
  }

  private static func axisKeys(_ table: VarianceTable) -> [String] {
    var keys: [String] = []
    for value in table.rows.flatMap(\.values).compactMap({ $0 }) {
      keys += value.settings.map(\.key).filter { !keys.contains($0) }
    }
    return keys
  }

  /// The name of a hyperparameter for people.
  static func heading(of key: String) -> String {
    switch key {
    case "learning_rate": "Learning rate"
    case "weight_decay": "Weight decay"
    default: key
    }
  }
}

extension VarianceTable.Choice {
  fileprivate var text: String {
    switch self {
    case .best(let metric): metric.key
    case .given: "given"
    }
  }

  /// For people.
  fileprivate var words: String {
    switch self {
    case .best(let metric):
      "smallest mean \(metric.title.prefix(1).lowercased())\(metric.title.dropFirst())"
    case .given: "given"
    }
  }
}
