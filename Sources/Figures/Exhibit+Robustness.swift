import Analysis

extension Exhibit {
  /// How robust each optimizer is, in numbers: a record per surface.
  ///
  /// Columns: `study`, `metric`, `label`, `optimizer`, one for each other swept hyperparameter, `best` (smallest mean), `margin`,
  /// `area` (decades², within the margin of the smallest mean of all), `area_is_lower_bound`, `own_area` (within the
  /// margin of its own smallest mean), `own_area_is_lower_bound`, `at_most` (an absolute bar, if one was given), `absolute_area` (at
  /// most that), `absolute_area_is_lower_bound`, `ridge_slope`, `ridge_points`,
  /// `ridge_spread_weight_decay`, `ridge_spread_product` (decades), `learning_rate_sensitivity`,
  /// `weight_decay_sensitivity` (the metric's unit per decade), `diverged_neighbours` (of the best point).
  public static func robustness(_ table: RobustnessTable) -> Exhibit {
    Exhibit(records: robustnessRecords(table), pages: [robustnessPage(table)])
  }

  private static func robustnessRecords(_ table: RobustnessTable) -> TextTable {
    let others = table.rows.map(\.surface.slice).reduce(into: [String]()) { keys, slice in
      keys += slice.map(\.key).filter { !keys.contains($0) }
    }
    let names = [
      "best", "margin", "area", "area_is_lower_bound", "own_area", "own_area_is_lower_bound",
      "at_most", "absolute_area", "absolute_area_is_lower_bound",
      "ridge_slope", "ridge_points", "ridge_spread_weight_decay", "ridge_spread_product",
      "learning_rate_sensitivity", "weight_decay_sensitivity", "diverged_neighbours",
    ]
    let columns =
      ["study", "metric", "label", "optimizer"].map { TextTable.Column($0, $0, .left) }
      + (others + names).map { TextTable.Column($0, $0) }
    let rows = table.rows.map { row -> [TextTable.Value] in
      func area(_ area: Area?) -> [TextTable.Value] {
        [.init(number: area?.decades), area.map { .integer($0.isLowerBound ? 1 : 0) } ?? .none]
      }
      let text: [TextTable.Value] = [
        .text(table.study), .text(table.metric.key), .text(row.surface.label),
        .text(row.surface.optimizer),
      ]
      let ridge: [TextTable.Value] = [
        .init(number: row.ridge?.slope), row.ridge.map { .integer($0.points.count) } ?? .none,
        .init(number: row.ridge?.spreadOfWeightDecay), .init(number: row.ridge?.spreadOfProduct),
      ]
      let rises = ["learning_rate", "weight_decay"].map { key -> TextTable.Value in
        .init(number: row.sensitivities.first { $0.key == key }?.perDecade)
      }
      return text + others.map { .init(setting: row.surface.slice.setting(of: $0)) }
        + [.init(number: row.best), .number(table.margin)] + area(row.area) + area(row.ownArea)
        + [.init(number: table.absolute)] + area(row.absoluteArea)
        + ridge + rises
        + [
          row.sensitivities.isEmpty
            ? .none : .integer(row.sensitivities.reduce(0) { $0 + $1.divergedNeighbours })
        ]
    }
    return TextTable(
      title: "Robustness", caption: robustnessCaption(table), columns: columns, rows: rows)
  }

  private static func robustnessPage(_ table: RobustnessTable) -> TextTable {
    let unit = table.metric.isFraction ? " (%)" : ""
    let absolute = table.absolute.map {
      table.metric.isFraction ? $0.percent() + " %" : $0.setting
    }
    let columns =
      [
        TextTable.Column("label", "Optimizer", .left), TextTable.Column("best", "Best\(unit)"),
        TextTable.Column("area", "Area"), TextTable.Column("own_area", "Area around its own best"),
      ]
      + (absolute.map { [TextTable.Column("absolute_area", "Area at most \($0)")] } ?? []) + [
        TextTable.Column("ridge_slope", "Slope of the ridge"),
        TextTable.Column("learning_rate", "Rise per decade of η\(unit)"),
        TextTable.Column("weight_decay", "Rise per decade of λ\(unit)"),
      ]
    func number(_ value: Double?) -> TextTable.Value {
      guard let value else { return .text("–") }
      return table.metric.isFraction ? .fraction(value) : .number(value)
    }
    func area(_ area: Area?) -> TextTable.Value {
      .text(
        area.map { ($0.isLowerBound ? "≥ " : "") + DecimalText($0.decades).fixed(2) } ?? "–")
    }
    let rows = table.rows.map { row -> [TextTable.Value] in
      let rises = row.sensitivities.map { rise -> TextTable.Value in
        let diverged = rise.divergedNeighbours > 0 ? " (div \(rise.divergedNeighbours))" : ""
        let text = rise.perDecade.map {
          table.metric.isFraction ? $0.percent() : DecimalText($0).significant(3)
        }
        return .text((text ?? "–") + diverged)
      }
      return [
        .text(row.surface.name), number(row.best), area(row.area), area(row.ownArea),
      ] + (absolute == nil ? [] : [area(row.absoluteArea)]) + [
        .text(
          row.ridge.map { "\(DecimalText($0.slope).fixed(2)) (\($0.points.count) points)" } ?? "–")
      ] + (rises.isEmpty ? [.text("–"), .text("–")] : rises)
    }
    return TextTable(
      title: "Robustness to learning rate and weight decay", caption: robustnessCaption(table),
      columns: columns, rows: rows)
  }

  private static func robustnessCaption(_ table: RobustnessTable) -> String {
    let margin =
      table.metric.isFraction
      ? table.margin.percent() + " percentage points" : DecimalText(table.margin).significant(3)
    return "Areas are in decades² of learning rate × weight decay, where the mean "
      + "\(table.metric.title.prefix(1).lowercased())\(table.metric.title.dropFirst()) is within "
      + "\(margin) of the smallest of all optimizers; ≥ where the region reaches the edge of the "
      + "grid or a point that is not measured. The area around its own best rewards flat, bad "
      + "optimizers. The ridge is the best weight decay λ at each learning rate η: slope −1 where "
      + "only η·λ matters, 0 where λ alone does. Rises are to the worst measured neighbour of the "
      + "best point; div: so many neighbours diverged."
  }

  /// The area of each optimizer at each threshold: `study`, `metric`, `label`, `threshold` (in the metric's unit), `area`
  /// (decades²), `is_lower_bound`.
  public static func areas(_ table: RobustnessTable) -> Exhibit {
    let columns =
      ["study", "metric", "label"].map { TextTable.Column($0, $0, .left) }
      + ["threshold", "area", "is_lower_bound"].map { TextTable.Column($0, $0) }
    let rows = table.rows.flatMap { row in
      zip(table.thresholds, row.curve).map { threshold, area -> [TextTable.Value] in
        [
          .text(table.study), .text(table.metric.key), .text(row.surface.name),
          .number(threshold), .init(number: area?.decades),
          area.map { .integer($0.isLowerBound ? 1 : 0) } ?? .none,
        ]
      }
    }
    let text = TextTable(
      title: "Area against threshold",
      caption: "The area, in decades², where the mean is at most the threshold; 1 under "
        + "is_lower_bound where the region reaches the edge of the grid or a missing point.",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }
}
