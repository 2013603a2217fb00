import Analysis

/// Every seed of each optimizer's best point, on a strip for each optimizer.
public enum VarianceSVG {
  /// The picture of one metric of a table of one study; the same bytes for the same table.
  ///
  /// Full dots are the seeds that chose the point, open ones fresh seeds; the bar is the mean with Student's 95 %
  /// interval.
  public static func render(
    _ table: VarianceTable, metric: Metric = .finalTestError, theme: Theme = .light
  ) -> String {
    let rows = table.rows.filter { $0.metric == metric }
    let factor = metric.isFraction ? 100.0 : 1.0
    let name = metric.title + (metric.isFraction ? " (%)" : "")
    let title = "\(metric.title) at the best points, seed by seed"
    var drawing = SVGDrawing(theme: theme)
    drawing.text(title, 16, 24, size: 15, bold: true)
    let summaries = rows.flatMap { $0.values.compactMap { $0?.entry.summary } }
    guard let axis = ChartAxis(summaries.flatMap { $0.values.map { $0 * factor } }) else {
      drawing.text("At no point every seed has completed yet.", 16, 56, size: 12)
      return drawing.document(width: 800, height: 80, title: title)
    }
    let labels = table.labels.map { shortened($0, to: 150, size: 12) }
    let left = 16 + (labels.map { textWidth($0, size: 12) }.max() ?? 0) + 14
    let (width, top) = (780 - left, 46.0)
    let strip = rows.contains { $0.source == .confirmation } ? 58.0 : 36.0
    let height = strip * Double(labels.count)
    func place(_ value: Double) -> Double {
      left + width * min(1, max(0, axis.share(value * factor)))
    }
    for (tick, label) in zip(axis.ticks, axis.labels) {
      let x = left + width * axis.share(tick)
      drawing.line(x, top, x, top + height, stroke: "#e4e4e4")
      drawing.text(label, x, top + height + 13, size: 11, anchor: .middle)
    }
    drawing.line(left, top + height, left + width, top + height, stroke: "#444444")
    drawing.text(name, left + width / 2, top + height + 32, size: 12, anchor: .middle)
    for (index, label) in labels.enumerated() {
      let y = top + strip * (Double(index) + 0.5)
      if index > 0 {
        drawing.line(16, y - strip / 2, left + width, y - strip / 2, stroke: "#e4e4e4")
      }
      drawing.text(label, left - 12, y, size: 12, anchor: .end, bold: true)
      for row in rows {
        guard let entry = row.values[index]?.entry, let summary = entry.summary else { continue }
        let isFresh = row.source == .confirmation
        let y = strip > 40 ? y + (isFresh ? 13 : -13) : y
        if let interval = summary.meanInterval() {
          drawing.line(
            place(interval.lower), y, place(interval.upper), y, stroke: Palette.color(index),
            width: 1.5)
        }
        drawing.line(
          place(summary.mean), y - 9, place(summary.mean), y + 9, stroke: Palette.color(index),
          width: 2.5)
        for value in summary.values {
          if isFresh {
            drawing.circle(
              place(value), y, radius: 3.5, fill: "none", stroke: Palette.color(index))
          } else {
            drawing.circle(place(value), y, radius: 3.5, fill: Palette.color(index))
          }
        }
        if entry.tally.diverged > 0 {
          drawing.text(
            "div \(entry.tally.diverged)/\(entry.tally.seeds)", left + width, y, size: 10,
            anchor: .end, fill: "#555555")
        }
      }
    }
    var below = top + height + 58
    let caption =
      "Full dots are the grid's seeds, which chose the points and so flatter them"
      + (strip > 40 ? "; open dots are fresh seeds" : "")
      + ". The upright bar is the mean, the line its 95 % interval (Student's t), cut off where it leaves the "
      + "picture."
    for line in wrapped(caption, to: 768, size: 11) {
      drawing.text(line, 16, below, size: 11, fill: "#555555")
      below += 16
    }
    return drawing.document(width: 800, height: below + 2, title: title)
  }
}
