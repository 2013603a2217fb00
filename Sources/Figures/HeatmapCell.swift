import Analysis

/// One rectangle of a heatmap: a point of a grid.
struct HeatmapCell {
  let entry: Entry
  let layout: HeatmapLayout
  let x: Double
  let y: Double
  let width: Double
  let height: Double

  /// The height of the strip that says how many seeds diverged.
  private static let strip = 13.0

  func draw(_ drawing: inout SVGDrawing) {
    let tally = entry.tally
    switch entry {
    case .measured(let summary, _):
      let note = tally.completed < tally.seeds ? "\(tally.completed)/\(tally.seeds)" : nil
      draw(summary.mean, height: height, note: note, &drawing)
    case .diverged(let others?, _):
      // A hatched strip below the mean of the others.
      let strip = min(Self.strip, height / 2)
      draw(others.mean, height: height - strip, note: nil, &drawing)
      drawHatch(y: y + height - strip, height: strip, &drawing)
      drawText(
        ["div \(tally.diverged)/\(tally.seeds)", "\(tally.diverged)/\(tally.seeds)"], size: 9,
        y: y + height - strip / 2, room: strip, fill: "#222222", &drawing)
    case .diverged(nil, _):
      drawHatch(y: y, height: height, &drawing)
      let fits = height >= 28
      drawText(
        ["div"], size: 11, y: y + height / 2 - (fits ? 6 : 0), room: height, fill: "#222222",
        &drawing)
      if fits {
        drawText(
          ["\(tally.diverged)/\(tally.seeds)"], size: 9, y: y + height / 2 + 8, room: height,
          fill: "#222222", &drawing)
      }
    case .failed:
      Self.drawFailed(&drawing, x, y, width, height)
      drawText(
        ["failed", "fail", "✕"], size: 10, y: y + height / 2, room: height, fill: "#8a1c1c",
        &drawing)
    case .missing:
      Self.drawMissing(&drawing, x, y, width, height)
    }
  }

  /// Marks the best point: a black line with a white one inside.
  func outline(_ drawing: inout SVGDrawing) {
    drawing.rectangle(
      x + 1, y + 1, width - 2, height - 2, fill: "none", stroke: "#000000", strokeWidth: 3)
    drawing.rectangle(
      x + 3, y + 3, width - 6, height - 6, fill: "none", stroke: "#ffffff", strokeWidth: 1)
  }

  private func draw(
    _ mean: Double, height: Double, note: String?, _ drawing: inout SVGDrawing
  ) {
    guard let scale = layout.scale else { return }
    let color = scale.color(layout.shown(mean))
    drawing.rectangle(x, y, width, height, fill: color.hex, stroke: "#ffffff", strokeWidth: 1)
    let isGood = layout.threshold.map { layout.shown(mean) <= $0 } ?? false
    let texts = [layout.text(mean, places: 2), layout.text(mean, places: 1)]
    let shift = height < 30 ? 0 : isGood == (note != nil) ? 0 : isGood ? 4.0 : -4.0
    if isGood {
      let inCorner = height < 30
      drawing.circle(
        inCorner ? x + width - 8 : x + width / 2, y + (inCorner ? 8 : 9), radius: 2.8,
        fill: color.ink)
    }
    drawText(
      texts, size: 11, y: y + height / 2 + shift, room: height, fill: color.ink, &drawing,
      reserved: isGood && height < 30 ? 22 : 0)
    if let note, height >= 30 {
      drawText([note], size: 9, y: y + height - 9, room: height, fill: color.ink, &drawing)
    }
  }

  /// Draws the first of the texts that fits, if any does.
  private func drawText(
    _ texts: [String], size: Double, y: Double, room: Double, fill: String,
    _ drawing: inout SVGDrawing, reserved: Double = 0
  ) {
    guard room >= size + 2 else { return }
    let fitting = texts.first { textWidth($0, size: size) + reserved <= width - 4 }
    guard let fitting else { return }
    drawing.text(fitting, x + width / 2, y, size: size, anchor: .middle, fill: fill)
  }

  private func drawHatch(y: Double, height: Double, _ drawing: inout SVGDrawing) {
    Self.drawDiverged(&drawing, x, y, width, height)
  }

  static func drawDiverged(
    _ drawing: inout SVGDrawing, _ x: Double, _ y: Double, _ width: Double, _ height: Double
  ) {
    drawing.rectangle(x, y, width, height, fill: "#ececec")
    drawing.hatch(x, y, width, height, stroke: "#c9c9c9", every: 6)
    drawing.rectangle(x, y, width, height, fill: "none", stroke: "#ffffff", strokeWidth: 1)
  }

  static func drawFailed(
    _ drawing: inout SVGDrawing, _ x: Double, _ y: Double, _ width: Double, _ height: Double
  ) {
    drawing.rectangle(x, y, width, height, fill: "#fbe3e1", stroke: "#ffffff", strokeWidth: 1)
  }

  static func drawMissing(
    _ drawing: inout SVGDrawing, _ x: Double, _ y: Double, _ width: Double, _ height: Double
  ) {
    drawing.rectangle(
      x + 2, y + 2, width - 4, height - 4, fill: "#ffffff", stroke: "#b5b5b5", dashed: true)
  }
}
