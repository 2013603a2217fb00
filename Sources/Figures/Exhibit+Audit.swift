import Analysis

extension Exhibit {
  /// An audit: a record for each comparison and reading of the deviations.
  ///
  /// Columns: the table's own, `first`, `second`, `first_mean`, `second_mean`, `difference` (first − second), `n_first`,
  /// `n_second`, `reading` (`sample`: printed deviations are divided by n − 1; `population`: by n),
  /// `t`, `df` (Welch), `p`, `p_holm` (over the comparisons of the reading), `effect_size` (Hedges' g).
  public static func audit(_ table: AuditTable) -> Exhibit {
    let keys = table.keys.map { TextTable.Column($0, $0, .left) }
    let names = [
      "first_mean", "second_mean", "difference", "n_first", "n_second", "reading", "t", "df", "p",
      "p_holm", "effect_size",
    ]
    let columns =
      keys + [
        TextTable.Column("first", "first", .left), TextTable.Column("second", "second", .left),
      ]
      + names.map { TextTable.Column($0, $0, $0 == "reading" ? .left : .right) }
    let rows = table.rows.map { row -> [TextTable.Value] in
      let numbers: [TextTable.Value] = [
        .number(row.first.mean), .number(row.second.mean),
        .number(row.first.mean - row.second.mean), .integer(row.first.count),
        .integer(row.second.count), .text(row.reading.rawValue),
      ]
      let tests = [
        row.welch?.statistic, row.welch?.degreesOfFreedom, row.welch?.pValue, row.adjusted,
        row.effectSize,
      ]
      return row.row.map(TextTable.Value.text)
        + [.text(row.first.label), .text(row.second.label)] + numbers
        + tests.map { .init(number: $0) }
    }
    let records = TextTable(
      title: "Audit", caption: caption(table), columns: columns, rows: rows)
    return Exhibit(records: records, pages: AuditTable.Reading.allCases.map { page(table, $0) })
  }

  private static func page(_ table: AuditTable, _ reading: AuditTable.Reading) -> TextTable {
    func three(_ value: Double?) -> TextTable.Value {
      .text(value.map { DecimalText($0).significant(3) } ?? "–")
    }
    let rows = table.rows.filter { $0.reading == reading }
    let columns =
      table.keys.map { TextTable.Column($0, $0, .left) }
      + [
        TextTable.Column("first", "First", .left), TextTable.Column("second", "Second", .left),
        TextTable.Column("difference", "First − second"), TextTable.Column("t", "t"),
        TextTable.Column("df", "df"), TextTable.Column("p", "p"),
        TextTable.Column("p_holm", "p (Holm)"), TextTable.Column("effect_size", "g"),
      ]
    let words = reading == .sample ? "n − 1" : "n"
    func count(_ p: (AuditTable.Row) -> Double?) -> Int { rows.count { (p($0) ?? 1) <= 0.05 } }
    return TextTable(
      title: "Audit, if deviations are divided by \(words)",
      caption: "\(count { $0.welch?.pValue }) of \(rows.count) comparisons have p ≤ 0.05, "
        + "\(count(\.adjusted)) after Holm's correction over all of them; "
        + "\(rows.count { $0.first.mean < $0.second.mean }) have the smaller mean first. Welch's "
        + "t test, two-sided; g is the difference in pooled standard deviations (Hedges).",
      columns: columns,
      rows: rows.map { row in
        row.row.map(TextTable.Value.text)
          + [.text(row.first.label), .text(row.second.label)]
          + [
            .number(row.first.mean - row.second.mean), three(row.welch?.statistic),
            three(row.welch?.degreesOfFreedom), three(row.welch?.pValue), three(row.adjusted),
            three(row.effectSize),
          ]
      })
  }

  private static func caption(_ table: AuditTable) -> String {
    "Welch's t test of each comparison, for both readings of a printed deviation; Holm's correction "
      + "is over the comparisons of a reading."
  }
}
