import Analysis

extension Exhibit {
  /// Curves: a line per point, metric and epoch.
  ///
  /// Columns: `label`, `optimizer`, one for each swept hyperparameter, `metric`, `epoch` (from 1),
  /// `seeds` (of the point), `n` (those that completed the epoch), `mean`, `standard_deviation`
  /// (sample, over those n).
  public static func curves(_ table: CurveTable) -> Exhibit {
    let columns =
      [
        TextTable.Column("label", "Label", .left),
        TextTable.Column("optimizer", "Optimizer", .left),
      ] + table.axes.map { TextTable.Column($0, heading(of: $0)) }
      + [
        TextTable.Column("metric", "Metric", .left), TextTable.Column("epoch", "Epoch"),
        TextTable.Column("seeds", "Seeds"), TextTable.Column("n", "n"),
        TextTable.Column("mean", "Mean"),
        TextTable.Column("standard_deviation", "Sample standard deviation"),
      ]
    let rows = table.curves.flatMap { curve in
      curve.epochs.enumerated().map { epoch, summary -> [TextTable.Value] in
        let start: [TextTable.Value] = [.text(curve.label), .text(curve.optimizer)]
        let axes = table.axes.map { TextTable.Value(setting: curve.settings.setting(of: $0)) }
        return start + axes
          + [
            .text(curve.metric), .integer(epoch + 1), .integer(curve.seeds),
            .integer(summary?.count ?? 0), .init(number: summary?.mean),
            .init(number: summary?.standardDeviation),
          ]
      }
    }
    let text = TextTable(
      title: "Curves of \(table.study)",
      caption: "Mean and sample standard deviation over the n seeds that completed the epoch. "
        + "Errors are shares in [0, 1].",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }
}
