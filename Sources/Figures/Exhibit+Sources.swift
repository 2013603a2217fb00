import Analysis

extension Exhibit {
  /// Where variance comes from: a record for each optimizer and source.
  ///
  /// Columns: `study`, `label`, `source` (`init`, `order`, `augmentation`, interactions as `init×order`, `total`; `test_set`:
  /// what this test set shows, and `distribution`: what any would; `chaos`: what moving a weight by some units in the last
  /// place brings), `variance` (of the final test error; unbiased, so it may be
  /// negative), `deviation` (its root, if not negative), `n` (runs).
  public static func sources(_ table: SourceTable) -> Exhibit {
    let columns =
      [
        TextTable.Column("study", "Study", .left), TextTable.Column("label", "Optimizer", .left),
        TextTable.Column("source", "Source", .left),
      ] + [
        TextTable.Column("variance", "Variance"), TextTable.Column("deviation", "Deviation"),
        TextTable.Column("n", "n"),
      ]
    let rows = table.rows.flatMap { row -> [[TextTable.Value]] in
      var sources: [(String, Double)] = []
      if let streams = row.streams {
        sources += streams.components.map { ($0.sources.joined(separator: "×"), $0.variance) }
        sources.append(("total", streams.total))
      }
      if let testSet = row.testSet {
        sources += [("test_set", testSet.onTestSet), ("distribution", testSet.onDistribution)]
      }
      func line(_ source: String, _ variance: Double, _ n: Int) -> [TextTable.Value] {
        [
          .text(table.study), .text(row.label), .text(source), .number(variance),
          variance >= 0 ? .number(variance.squareRoot()) : .none, .integer(n),
        ]
      }
      return sources.map { line($0, $1, row.runs) }
        + (row.chaos.map { [line("chaos", $0.variance, $0.pairs)] } ?? [])
    }
    let text = TextTable(
      title: "Sources of variance",
      caption:
        "Variance of the final test error (a share in [0, 1]) over runs at each optimizer's best "
        + "point: by random stream and interaction where the study crosses their seeds; on this test set, and "
        + "on the distribution the images are from (Jordan 2023); and, where the study moves a weight by some "
        + "units in the last place, between each run and its twin without (chaos, n pairs). Estimates are unbiased, so small "
        + "ones may be negative.",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }

  /// How much choosing flatters: a record for each optimizer.
  ///
  /// Columns: `study`, `label`, `epoch_gain` (mean of final − best-epoch test error), `epoch_gain_deviation`,
  /// `validated_gain`, `validated_gain_deviation` (final − validated epoch), `runs`, `point_gain` (mean final test error of
  /// fresh seeds − of the seeds that chose the point).
  public static func optimism(_ table: OptimismTable) -> Exhibit {
    let columns =
      [
        TextTable.Column("study", "Study", .left), TextTable.Column("label", "Optimizer", .left),
      ] + [
        TextTable.Column("epoch_gain", "Best epoch gains (%)"),
        TextTable.Column("epoch_gain_deviation", "± (%)"),
        TextTable.Column("validated_gain", "Validated epoch gains (%)"),
        TextTable.Column("validated_gain_deviation", "± (%)"), TextTable.Column("runs", "Runs"),
        TextTable.Column("point_gain", "Best point gains (%)"),
      ]
    func share(_ value: Double?) -> TextTable.Value { value.map(TextTable.Value.fraction) ?? .none }
    let rows = table.rows.map { row -> [TextTable.Value] in
      [
        .text(table.study), .text(row.label), share(row.epoch?.mean),
        share(row.epoch?.standardDeviation), share(row.validatedEpoch?.mean),
        share(row.validatedEpoch?.standardDeviation), .integer(row.epoch?.count ?? 0),
        share(row.point),
      ]
    }
    let text = TextTable(
      title: "Optimism",
      caption:
        "By how much choosing makes the test error look smaller, in percentage points: quoting the "
        + "epoch that is best on the test images, or on held-out ones, instead of the last (mean and "
        + "sample standard deviation over runs); and quoting the best point by the seeds that chose "
        + "it instead of fresh ones.",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }
}
