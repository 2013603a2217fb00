import Analysis

/// Draws what the looks of cells mean, below the panels; returns the height of the picture.
func drawLegend(_ layout: HeatmapLayout, _ drawing: inout SVGDrawing, y start: Double) -> Double {
  typealias Swatch = (inout SVGDrawing, Double, Double) -> Void
  let entries = layout.surfaces.flatMap { Array($0.entries.joined()) }
  var items: [(draw: Swatch, text: String)] = []
  if let threshold = layout.threshold {
    let unit = layout.metric.isFraction ? " %" : ""
    items.append(
      (
        { $0.circle($1 + 10, $2, radius: 2.8, fill: "#222222") },
        "at most \(DecimalText(threshold).fixed(2))\(unit): \(layout.thresholdRule)"
      ))
  }
  if layout.surfaces.contains(where: { $0.best != nil }) {
    items.append(
      (
        { drawing, x, y in
          if layout.isContoured {
            drawing.circle(x + 10, y, radius: 7, fill: "none", stroke: "#000000", strokeWidth: 3)
          } else {
            drawing.rectangle(
              x + 1, y - 6, 18, 12, fill: "none", stroke: "#000000", strokeWidth: 3)
          }
        },
        "an optimizer's best point"
      ))
  }
  if entries.contains(where: { $0.tally.diverged > 0 }) {
    items.append(
      (
        { HeatmapCell.drawDiverged(&$0, $1, $2 - 7, 20, 14) },
        layout.isContoured
          ? "between points of which one (×) has a seed that diverged"
          : "div k/n: k of n seeds diverged; the mean is over the others"
      ))
  }
  if entries.contains(where: { if case .failed = $0 { true } else { false } }) {
    items.append(
      (
        { drawing, x, y in
          if layout.isContoured {
            drawing.circle(x + 10, y, radius: 3, fill: "#8a1c1c")
          } else {
            HeatmapCell.drawFailed(&drawing, x, y - 7, 20, 14)
          }
        }, "failed"
      ))
  }
  if entries.contains(where: { if case .missing = $0 { true } else { false } }) {
    items.append(
      (
        { drawing, x, y in
          if layout.isContoured {
            drawing.circle(x + 10, y, radius: 3, fill: "none", stroke: "#b5b5b5")
          } else {
            HeatmapCell.drawMissing(&drawing, x, y - 8, 20, 16)
          }
        }, "not trained yet"
      ))
  }

  let (left, right) = (layout.margin, layout.width - layout.margin)
  var (x, y) = (left, start)
  for item in items {
    let width = 28 + textWidth(item.text, size: 11)
    if x > left, x + width > right { (x, y) = (left, y + 22) }
    item.draw(&drawing, x, y)
    drawing.text(item.text, x + 26, y, size: 11)
    x += width + 18
  }
  y += 24
  for line in wrapped(caption(layout, entries), to: right - left, size: 11) {
    drawing.text(line, left, y, size: 11, fill: "#555555")
    y += 16
  }
  return y + 2
}

private func caption(_ layout: HeatmapLayout, _ entries: [Entry]) -> String {
  let seeds = layout.surfaces.map(\.seeds)
  let counts = Set(seeds).sorted().map(String.init).joined(separator: " or ")
  let partial = entries.contains { entry in
    if case .measured = entry { entry.complete == nil } else { false }
  }
  let seedsText = "means over n = \(counts) \(counts == "1" ? "seed" : "seeds")"
  return
    (layout.isContoured
    ? "Contours are of \(seedsText), between points bilinear in the logarithms; dots are the points"
    : "Numbers are \(seedsText)")
    + (layout.coordinate == .product
      ? "; the product of learning rate and weight decay runs to the right, so each row is moved by its learning rate"
      : "")
    + (partial && !layout.isContoured
      ? "; a small k/n below one: only k of n have been trained. " : ". ")
    + (layout.scale.map { scale in
      "Colours go \(scale.rule)"
        + (scale.isSaturated ? "; larger means have the last colour (the bar's tip)." : ".")
    } ?? "")
}
