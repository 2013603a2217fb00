import Analysis

extension Exhibit {
  /// Every pair of optimizers at their best points: a record for each pair, metric and source of seeds.
  ///
  /// Columns: `study`, `metric`, `seeds_from`, `first`, `second`, `n` (pairs), `difference` (mean of first − second),
  /// `difference_lower`, `difference_upper` (95 %, Student's t), `sign_flip_p`, `sign_flip_p_holm`, `smallest_sign_flip_p`,
  /// `paired_t_p`, `paired_t_p_holm`, `welch_p`, `effect_size` (Hedges' g of the differences), `pitman_morgan_p`,
  /// `brown_forsythe_p` (of the deviations).
  public static func comparisons(_ table: ComparisonTable) -> Exhibit {
    Exhibit(records: comparisonRecords(table), pages: [comparisonPage(table)])
  }

  private static func comparisonRecords(_ table: ComparisonTable) -> TextTable {
    let names = [
      "n", "difference", "difference_lower", "difference_upper", "sign_flip_p",
      "sign_flip_p_holm", "smallest_sign_flip_p", "paired_t_p", "paired_t_p_holm", "welch_p",
      "effect_size", "pitman_morgan_p", "brown_forsythe_p",
    ]
    let columns =
      ["study", "metric", "seeds_from", "first", "second"].map { TextTable.Column($0, $0, .left) }
      + names.map { TextTable.Column($0, $0) }
    let rows = table.rows.map { row -> [TextTable.Value] in
      let interval = row.pairs.differences.meanInterval()
      let numbers = [
        row.pairs.differences.mean, interval?.lower, interval?.upper, row.signFlips.pValue,
        row.signFlipsAdjusted, PairedSample.smallestSignFlipP(pairs: row.pairs.count),
        row.pairs.tTest?.pValue, row.tAdjusted, row.welch?.pValue, row.pairs.effectSize,
        row.pairs.pitmanMorgan?.pValue, row.brownForsythe?.pValue,
      ]
      return [
        .text(table.study), .text(row.metric.key), .text(row.source.rawValue), .text(row.first),
        .text(row.second), .integer(row.pairs.count),
      ] + numbers.map { .init(number: $0) }
    }
    return TextTable(
      title: "Comparisons", caption: comparisonCaption(table), columns: columns, rows: rows)
  }

  private static func comparisonPage(_ table: ComparisonTable) -> TextTable {
    let columns = [
      TextTable.Column("metric", "Metric", .left), TextTable.Column("seeds_from", "Seeds", .left),
      TextTable.Column("pair", "Pair", .left), TextTable.Column("n", "n"),
      TextTable.Column("difference", "Difference [95 %]", .left),
      TextTable.Column("sign_flip_p_holm", "Sign flips, p (Holm)"),
      TextTable.Column("paired_t_p_holm", "Paired t, p (Holm)"),
      TextTable.Column("effect_size", "g"), TextTable.Column("deviations", "Deviations, p"),
    ]
    func p(_ value: Double?) -> TextTable.Value {
      .text(value.map { DecimalText($0).significant(2) } ?? "–")
    }
    let rows = table.rows.map { row -> [TextTable.Value] in
      let interval = row.pairs.differences.meanInterval()
      func text(_ value: Double) -> String {
        row.metric.isFraction ? value.percent() : DecimalText(value).significant(3)
      }
      let difference =
        text(row.pairs.differences.mean)
        + (interval.map { " [\(text($0.lower)), \(text($0.upper))]" } ?? "")
      return [
        .text(row.metric.title + (row.metric.isFraction ? " (%)" : "")),
        .text(row.source == .grid ? "of the grid" : "fresh"), .text("\(row.first) − \(row.second)"),
        .integer(row.pairs.count), .text(difference), p(row.signFlipsAdjusted), p(row.tAdjusted),
        p(row.pairs.effectSize), p(row.pairs.pitmanMorgan?.pValue),
      ]
    }
    return TextTable(
      title: "Pairs of optimizers at their best points", caption: comparisonCaption(table),
      columns: columns, rows: rows)
  }

  private static func comparisonCaption(_ table: ComparisonTable) -> String {
    let counts = Set(table.rows.map(\.pairs.count)).sorted()
    let smallest = counts.map {
      "\(DecimalText(PairedSample.smallestSignFlipP(pairs: $0)).significant(2)) for n = \($0)"
    }
    return
      "Differences are paired by seed; brackets hold Student's 95 % interval. Holm's correction is "
      + "over the pairs of one metric and one source of seeds. Sign flips reach no p-value below "
      + (smallest.isEmpty ? "2^(1−n)" : smallest.joined(separator: ", "))
      + "; the t test does, by taking differences to be normal. g is Hedges' effect size; deviations are "
      + "compared after Pitman and Morgan. Seeds of the grid chose the points, so only fresh seeds test "
      + "them fairly."
  }
}
