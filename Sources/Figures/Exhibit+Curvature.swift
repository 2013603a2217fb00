import Analysis

extension Exhibit {
  /// Spectra: a line per point, epoch and rank.
  ///
  /// Columns: `label`, one for each swept hyperparameter, `epoch`, `rank` (from 1), `n` (seeds), `mean`, `lower`,
  /// `upper` (Student's 95 % interval over the seeds).
  public static func spectra(_ table: SpectrumTable) -> Exhibit {
    let columns =
      [TextTable.Column("label", "Label", .left)]
      + table.axes.map { TextTable.Column($0, heading(of: $0)) }
      + [
        TextTable.Column("epoch", "Epoch"), TextTable.Column("rank", "Rank"),
        TextTable.Column("n", "n"), TextTable.Column("mean", "Mean eigenvalue"),
        TextTable.Column("lower", "95 % from"), TextTable.Column("upper", "to"),
      ]
    let rows = table.spectra.flatMap { spectrum in
      spectrum.eigenvalues.enumerated().map { rank, summary -> [TextTable.Value] in
        let interval = summary.meanInterval()
        return [.text(spectrum.label)]
          + table.axes.map { TextTable.Value(setting: spectrum.settings.setting(of: $0)) }
          + [
            .integer(spectrum.epoch), .integer(rank + 1), .integer(summary.count),
            .init(number: summary.mean), .init(number: interval?.lower),
            .init(number: interval?.upper),
          ]
      }
    }
    let text = TextTable(
      title: "Largest eigenvalues of the Hessian: \(table.study)",
      caption:
        "Of the mean loss without the L2 term unless the study says otherwise; the mean over the seeds "
        + "with Student's 95 % interval. Epoch 0 is before training.",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }

  /// Gradient noise: a line per cell, epoch, basis and batch size.
  ///
  /// Columns: `label`, one for each swept hyperparameter, `seed`, `epoch`, `basis`, `batch`, `slope`, `slope_lower`,
  /// `slope_upper`, `scaled_slope`, `pearson`, `pearson_lower`, `pearson_upper`.
  public static func noise(_ table: NoiseTable) -> Exhibit {
    let columns =
      [TextTable.Column("label", "Label", .left)]
      + table.axes.map { TextTable.Column($0, heading(of: $0)) }
      + [
        TextTable.Column("seed", "Seed"), TextTable.Column("epoch", "Epoch"),
        TextTable.Column("basis", "Basis", .left), TextTable.Column("batch", "B"),
        TextTable.Column("slope", "Slope of C"), TextTable.Column("slope_lower", "95 % from"),
        TextTable.Column("slope_upper", "to"), TextTable.Column("scaled_slope", "Slope × B / f"),
        TextTable.Column("pearson", "Pearson"), TextTable.Column("pearson_lower", "95 % from"),
        TextTable.Column("pearson_upper", "to"),
      ]
    let rows = table.comparisons.map { line -> [TextTable.Value] in
      [.text(line.label)]
        + table.axes.map { TextTable.Value(setting: line.settings.setting(of: $0)) }
        + [
          .integer(line.seed), .integer(line.epoch), .text(line.basis), .integer(line.batch),
          .init(number: line.slope.value), .init(number: line.slope.interval.lower),
          .init(number: line.slope.interval.upper), .init(number: line.scaledSlope),
          .init(number: line.pearson.value), .init(number: line.pearson.interval.lower),
          .init(number: line.pearson.interval.upper),
        ]
    }
    let text = TextTable(
      title: "Gradient noise beside the Hessian: \(table.study)",
      caption:
        "C, the covariance of mini-batch gradients, against H: over pairs of random parameters, and along "
        + "the top eigenvectors of H. f = (N − B)/(N − 1) is what drawing without replacement takes away. "
        + "Intervals are over the mini-batches drawn (jackknife).",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }
}
