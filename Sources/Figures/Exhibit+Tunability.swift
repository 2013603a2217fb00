import Analysis

extension Exhibit {
  /// Tunability: a record for each optimizer and number of points tried.
  ///
  /// Columns: `metric`, `label`, `tried`, `expected` (of the best, given that some try has a value), `probability` (that some
  /// try has one).
  public static func tunability(_ curves: [Tunability]) -> Exhibit {
    let columns =
      ["metric", "label"].map { TextTable.Column($0, $0, .left) }
      + ["tried", "expected", "probability"].map { TextTable.Column($0, $0) }
    let rows = curves.flatMap { curve in
      curve.budgets.enumerated().map { index, budget -> [TextTable.Value] in
        [
          .text(curve.metric.key), .text(curve.label), .integer(index + 1),
          .init(number: budget.expected), .number(budget.probability),
        ]
      }
    }
    let caption =
      "The expected value at the best of so many different points of the grid, chosen at random; "
      + "points where a seed diverged are tried in vain."
    let records = TextTable(title: "Tunability", caption: caption, columns: columns, rows: rows)
    return Exhibit(records: records, pages: [tunabilityPage(curves, caption)])
  }

  private static func tunabilityPage(_ curves: [Tunability], _ caption: String) -> TextTable {
    let largest = curves.map(\.budgets.count).max() ?? 0
    let tried = [1, 2, 4, 8, 16, 32, 64, 128].filter { $0 < largest } + [largest]
    let isFraction = curves.first?.metric.isFraction ?? true
    let columns =
      [TextTable.Column("label", "Optimizer", .left)]
      + tried.map { TextTable.Column("after_\($0)", "\($0)") }
    let rows = curves.map { curve in
      [TextTable.Value.text(curve.label)]
        + tried.map { k -> TextTable.Value in
          guard k <= curve.budgets.count, let value = curve.budgets[k - 1].expected else {
            return .text("–")
          }
          return isFraction ? .fraction(value) : .number(value)
        }
    }
    let orders = tried.filter { $0 > 0 }.map { k in
      "after \(k): " + curves.order(after: k).joined(separator: ", ")
    }
    let metric = curves.first?.metric ?? .finalTestError
    return TextTable(
      title: "Tunability: \(metric.title)\(isFraction ? " (%)" : "") after so many tries",
      caption: caption + " From the smallest expectation: " + orders.joined(separator: "; ") + ".",
      columns: columns, rows: rows)
  }
}
