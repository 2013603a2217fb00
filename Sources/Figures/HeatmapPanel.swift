import Analysis

/// One surface of a heatmap.
struct HeatmapPanel {
  private let surface: Surface
  private let layout: HeatmapLayout
  private let x: Double
  private let y: Double
  private let isFirst: Bool
  private let horizontal: LogAxis
  private let vertical: LogAxis

  init(_ surface: Surface, _ layout: HeatmapLayout, index: Int) {
    (self.surface, self.layout) = (surface, layout)
    x = layout.left(ofPanel: index)
    y = layout.top(ofRow: index / layout.panelsPerRow)
    isFirst = index % layout.panelsPerRow == 0
    horizontal = LogAxis(surface.weightDecays, length: layout.panelWidth)
    vertical = LogAxis(surface.learningRates, length: layout.panelHeight)
  }

  func draw(_ drawing: inout SVGDrawing) {
    let (width, height) = (layout.panelWidth, layout.panelHeight)
    drawing.text(
      shortened(surface.name, to: width, size: 13), x + width / 2, y - 13, size: 13,
      anchor: .middle, bold: true)
    var best: HeatmapCell?
    for row in vertical.cells {
      for column in horizontal.cells {
        let cell = HeatmapCell(
          entry: surface.entries[row.index][column.index], layout: layout,
          x: x + column.range.lowerBound, y: y + height - row.range.upperBound,
          width: column.range.upperBound - column.range.lowerBound,
          height: row.range.upperBound - row.range.lowerBound)
        if let study = layout.study {
          let point = surface.key(Surface.Node(learningRate: row.index, weightDecay: column.index))
          let text = EntryText(cell.entry, isFraction: layout.metric.isFraction).plain
          drawing.group(attributes: [
            ("data-study", study), ("data-point", point), ("tabindex", "0"), ("role", "button"),
            (
              "aria-label",
              "\(point)\n\(layout.metricTitle): \(text), n = \(cell.entry.tally.completed)"
            ),
          ]) { cell.draw(&$0) }
        } else {
          cell.draw(&drawing)
        }
        if surface.isBest(learningRate: row.index, weightDecay: column.index) { best = cell }
      }
    }
    best?.outline(&drawing)
    drawHorizontalAxis(&drawing)
    drawVerticalAxis(&drawing)
  }

  private func drawHorizontalAxis(_ drawing: inout SVGDrawing) {
    let bottom = y + layout.panelHeight
    if let gap = horizontal.axisBreak {
      // Two strokes, as where a road is cut off.
      let middle = x + (gap.lowerBound + gap.upperBound) / 2
      for offset in [-2.0, 2.0] {
        drawing.line(
          middle + offset - 2, bottom + 5, middle + offset + 2, bottom - 5, stroke: "#444444")
      }
    }
    var free = -Double.infinity
    for cell in horizontal.cells {
      let label = cell.value.setting
      let half = textWidth(label, size: 11) / 2
      drawing.line(x + cell.tick, bottom, x + cell.tick, bottom + 4, stroke: "#444444")
      // A label with no room of its own is left out: the tick remains.
      guard cell.tick - half >= free else { continue }
      drawing.text(label, x + cell.tick, bottom + 13, size: 11, anchor: .middle)
      free = cell.tick + half + 3
    }
    drawing.text(
      "Weight decay", x + layout.panelWidth / 2, bottom + 32, size: 12, anchor: .middle)
  }

  private func drawVerticalAxis(_ drawing: inout SVGDrawing) {
    let bottom = y + layout.panelHeight
    var free = -Double.infinity
    for cell in vertical.cells {
      drawing.line(x - 4, bottom - cell.tick, x, bottom - cell.tick, stroke: "#444444")
      guard cell.tick - 6 >= free else { continue }
      drawing.text(cell.value.setting, x - 7, bottom - cell.tick, size: 11, anchor: .end)
      free = cell.tick + 7
    }
    if isFirst {
      drawing.text(
        "Learning rate", layout.margin + 8, y + layout.panelHeight / 2, size: 12, anchor: .middle,
        turned: true)
    }
  }
}

extension Surface {
  /// A point in words: `adai: learning_rate = 0.1, weight_decay = 5e-4`.
  func key(_ node: Node) -> String {
    let settings = [
      Setting(key: "learning_rate", value: learningRates[node.learningRate]),
      Setting(key: "weight_decay", value: weightDecays[node.weightDecay]),
    ]
    return "\(label): \((settings + slice).text)"
  }
}
