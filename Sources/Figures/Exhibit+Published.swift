import Analysis

extension Exhibit {
  /// Ours beside a published table: a record for each label and row of the table.
  ///
  /// Columns: `study`, `metric`, `label`, one for each column that tells the table's rows apart, `published_label`, `seeds`,
  /// `completed`, `mean`, `standard_deviation` (÷ (n − 1), at the best point over the grid's seeds), `rank` (of the mean among the
  /// labels that both have), `published_mean`, `published_deviation` (shares in [0, 1] where the metric is one),
  /// `published_n`, `published_rank`.
  public static func published(_ table: PublishedComparison) -> Exhibit {
    let factor = table.metric.isFraction ? 0.01 : 1
    let columns =
      (["study", "metric", "label"] + table.keys.map { "published_\($0)" } + ["published_label"])
      .map { TextTable.Column($0, $0, .left) }
      + [
        "seeds", "completed", "mean", "standard_deviation", "rank", "published_mean",
        "published_deviation", "published_n", "published_rank",
      ].map { TextTable.Column($0, $0) }
    let rows = table.rows.map { row -> [TextTable.Value] in
      [.text(table.study), .text(table.metric.key), .text(row.label)]
        + row.row.map(TextTable.Value.text)
        + [
          .text(row.published.label), .integer(row.ours.tally.seeds),
          .integer(row.ours.tally.completed), .init(number: row.ours.summary?.mean),
          .init(number: row.ours.summary?.standardDeviation),
          row.rank.map(TextTable.Value.integer) ?? .none, .number(row.published.mean * factor),
          .init(number: row.published.deviation.map { $0 * factor }),
          .integer(row.published.count), .integer(row.publishedRank),
        ]
    }
    let caption =
      "Ours: mean and sample standard deviation over the grid's seeds at each optimizer's best point. "
      + "Published: as printed; what its deviation was divided by is not known. Places are among the optimizers "
      + "that both have." + (table.note.isEmpty ? "" : " What differs: \(table.note)")
    return Exhibit(
      records: TextTable(
        title: "Beside what was published", caption: caption, columns: columns, rows: rows),
      pages: [publishedPage(table, caption)])
  }

  private static func publishedPage(
    _ table: PublishedComparison, _ caption: String
  ) -> TextTable {
    let unit = table.metric.isFraction ? " (%)" : ""
    func published(_ result: PublishedTable.Result) -> String {
      func text(_ value: Double) -> String { DecimalText(value).fixed(2) }
      return text(result.mean) + (result.deviation.map { " ± \(text($0))" } ?? "")
    }
    return TextTable(
      title: "\(table.metric.title)\(unit), beside what was published", caption: caption,
      columns: [
        TextTable.Column("label", "Optimizer", .left), TextTable.Column("row", "Row", .left),
        TextTable.Column("ours", "Ours", .center), TextTable.Column("n", "n"),
        TextTable.Column("rank", "Place"), TextTable.Column("published", "Published", .center),
        TextTable.Column("published_n", "n"), TextTable.Column("published_rank", "Place"),
      ],
      rows: table.rows.map { row in
        [
          .text(row.label), .text(row.row.joined(separator: ", ")),
          .entry(row.ours, isFraction: table.metric.isFraction, isBest: row.rank == 1),
          .integer(row.ours.tally.completed), row.rank.map(TextTable.Value.integer) ?? .none,
          .text(published(row.published)), .integer(row.published.count),
          .integer(row.publishedRank),
        ]
      })
  }
}
