import Analysis

/// The area of good settings against the threshold, a line for each optimizer.
public enum AreaSVG {
  /// The picture of a table; the same bytes for the same table.
  public static func render(_ table: RobustnessTable, theme: Theme = .light) -> String {
    let factor = table.metric.isFraction ? 100.0 : 1.0
    let name = table.metric.title
    let lines = table.rows.map { row in
      let points = zip(table.thresholds, row.curve).compactMap { threshold, area in
        area.map { (x: threshold * factor, y: $0.decades) }
      }
      let isOpen = row.curve.contains { $0?.isLowerBound ?? false }
      let from = zip(table.thresholds, row.curve).first { $1?.isLowerBound ?? false }?.0
      let note = isOpen ? "≥ from \(DecimalText((from ?? 0) * factor).significant(4))" : ""
      return LineChart.Line(label: row.surface.name, note: note, points: points)
    }
    return LineChart(
      title: "How much of the grid is good, by what counts as good",
      caption:
        "The area, in factors of ten of learning rate × factors of ten of weight decay, where the "
        + "mean \(name.prefix(1).lowercased())\(name.dropFirst()) is at most the threshold, from the "
        + "smallest mean of all optimizers on. ≥ from: above this threshold the region reaches the edge of the "
        + "grid, or a missing point, and may be larger.",
      horizontal: "Threshold: \(name)\(table.metric.isFraction ? " (%)" : "")",
      vertical: "Area (decades²)", lines: lines, theme: theme
    ).render()
  }
}

/// What each optimizer is expected to reach after so many random tries.
public enum TunabilitySVG {
  /// The picture of curves of one metric; the same bytes for the same curves.
  public static func render(_ curves: [Tunability], theme: Theme = .light) -> String {
    let metric = curves.first?.metric ?? .finalTestError
    let factor = metric.isFraction ? 100.0 : 1.0
    let lines = curves.map { curve in
      let points = curve.budgets.enumerated().compactMap { index, budget in
        budget.expected.map { (x: Double(index + 1), y: $0 * factor) }
      }
      let certain = curve.budgets.firstIndex { $0.probability >= 1 - 1e-12 }
      let note =
        certain.map { $0 > 0 ? "may all fail below \($0 + 1)" : "" } ?? "may all fail"
      return LineChart.Line(label: curve.label, note: note, points: points)
    }
    return LineChart(
      title: "What random search is expected to find",
      caption:
        "The expected \(metric.title.prefix(1).lowercased())\(metric.title.dropFirst()) at the best "
        + "of so many different points of the grid, chosen at random, given that at least one has a value: "
        + "points where a seed diverged are tried in vain. May all fail below k: with fewer tries than k all "
        + "may be in vain.",
      horizontal: "Points tried", vertical: metric.title + (metric.isFraction ? " (%)" : ""),
      lines: lines, theme: theme
    ).render()
  }
}
