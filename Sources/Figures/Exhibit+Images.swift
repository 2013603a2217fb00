import Analysis

extension Exhibit {
  /// Pairs of trained networks on single images: a record for each pair of optimizers and seed.
  ///
  /// Columns: `study`, `seeds_from`, `first`, `second`, `init`, `order`, `augmentation` (the seeds), `images`, `only_first`,
  /// `only_second` (on how many images only that network is right), `mcnemar_p` (exact, two-sided), `mcnemar_p_holm`.
  public static func images(_ table: ImageComparisonTable) -> Exhibit {
    let columns =
      ["study", "seeds_from", "first", "second"].map { TextTable.Column($0, $0, .left) }
      + [
        "init", "order", "augmentation", "images", "only_first", "only_second", "mcnemar_p",
        "mcnemar_p_holm",
      ].map { TextTable.Column($0, $0) }
    let rows = table.rows.map { row -> [TextTable.Value] in
      [
        .text(table.study), .text(row.source.rawValue), .text(row.first), .text(row.second),
        .integer(row.seeds.initialization), .integer(row.seeds.order),
        .integer(row.seeds.augmentation), .integer(table.images), .integer(row.onlyFirst),
        .integer(row.onlySecond), .number(row.test.pValue), .number(row.adjusted),
      ]
    }
    let caption =
      "Final networks of two optimizers at their best points with the same seed, on the same test images: on "
      + "how many only one of them is right, and McNemar's exact test that both are right equally often, "
      + "corrected after Holm over all pairs and seeds of one source. It is about these trained networks, "
      + "not about what other seeds would give."
    return Exhibit(
      records: TextTable(
        title: "Pairs of networks", caption: caption, columns: columns, rows: rows),
      pages: [imagePage(table, caption)])
  }

  private static func imagePage(_ table: ImageComparisonTable, _ caption: String) -> TextTable {
    var pairs: [[ImageComparisonTable.Row]] = []
    for row in table.rows {
      if let last = pairs.last?.first, last.source == row.source, last.first == row.first,
        last.second == row.second
      {
        pairs[pairs.count - 1].append(row)
      } else {
        pairs.append([row])
      }
    }
    func counts(_ counts: [Int]) -> TextTable.Value {
      .text(counts.map(String.init).joined(separator: ", "))
    }
    return TextTable(
      title: "Pairs of networks, image by image",
      caption: caption + " Numbers are seed by seed; \(table.images) images.",
      columns: [
        TextTable.Column("seeds_from", "Seeds", .left), TextTable.Column("pair", "Pair", .left),
        TextTable.Column("only_first", "Only the first right"),
        TextTable.Column("only_second", "Only the second right"),
        TextTable.Column("different", "Seeds with p (Holm) ≤ 0.05"),
      ],
      rows: pairs.map { rows in
        [
          .text(rows[0].source == .grid ? "of the grid" : "fresh"),
          .text("\(rows[0].first), \(rows[0].second)"), counts(rows.map(\.onlyFirst)),
          counts(rows.map(\.onlySecond)),
          .text("\(rows.count { $0.adjusted <= 0.05 }) of \(rows.count)"),
        ]
      })
  }
}
