import Analysis
import Studies

extension Exhibit {
  /// Every cell, one line each.
  ///
  /// Columns: `id`, `label`, `optimizer`, `seeds_from` (`grid` or `confirmation`), one for each swept
  /// hyperparameter, `init`, `order`, `augmentation` (the seeds), `outcome` (`completed`, `diverged`,
  /// `failed` or `missing`), `final_test_error`, `best_test_error`, `best_epoch`, `diverged_epoch`.
  /// Why a cell failed is not there: it may name a machine.
  public static func cells(_ table: CellTable) -> Exhibit {
    let columns =
      [
        TextTable.Column("id", "Cell", .left), TextTable.Column("label", "Label", .left),
        TextTable.Column("optimizer", "Optimizer", .left),
        TextTable.Column("seeds_from", "Seeds from", .left),
      ] + table.axes.map { TextTable.Column($0, heading(of: $0)) }
      + [
        TextTable.Column("init", "Seed: weights"), TextTable.Column("order", "Seed: order"),
        TextTable.Column("augmentation", "Seed: augmentation"),
        TextTable.Column("outcome", "Outcome", .left),
        TextTable.Column("final_test_error", "Final test error (%)"),
        TextTable.Column("best_test_error", "Best-epoch test error (%)"),
        TextTable.Column("best_epoch", "Best epoch"),
        TextTable.Column("diverged_epoch", "Diverged in epoch"),
      ]
    let rows = table.lines.map { line -> [TextTable.Value] in
      let start: [TextTable.Value] = [
        .text(line.id.hex), .text(line.label), .text(line.optimizer),
        .text(line.source.rawValue),
      ]
      let seeds: [TextTable.Value] = [
        .integer(line.seeds.initialization), .integer(line.seeds.order),
        .integer(line.seeds.augmentation),
      ]
      return start + table.axes.map { .init(setting: line.settings.setting(of: $0)) } + seeds
        + [.text(line.state.name)] + results(line.state)
    }
    let text = TextTable(
      title: "Cells of \(table.study)",
      caption: "One line per training run. Errors are top-1 on the test images.",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }

  private static func results(_ state: CellState) -> [TextTable.Value] {
    guard case .finished(let record) = state else { return [.none, .none, .none, .none] }
    func error(_ value: Double) -> TextTable.Value { value.isFinite ? .fraction(value) : .none }
    let epoch: TextTable.Value =
      if case .diverged(let epoch, _) = record.outcome { .integer(epoch) } else { .none }
    return [
      error(record.finalTestError), error(record.bestTestError),
      record.bestEpoch > 0 ? .integer(record.bestEpoch) : .none, epoch,
    ]
  }
}
