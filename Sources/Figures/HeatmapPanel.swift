import Analysis

/// One surface of a heatmap.
struct HeatmapPanel {
  let surface: Surface
  let layout: HeatmapLayout
  let x: Double
  let y: Double
  private let isFirst: Bool
  let horizontal: LogAxis
  let vertical: LogAxis
  /// Whether there is anything between whose points contours could run.
  let isContoured: Bool

  init(_ surface: Surface, _ layout: HeatmapLayout, index: Int) {
    (self.surface, self.layout) = (surface, layout)
    x = layout.left(ofPanel: index)
    y = layout.top(ofRow: index / layout.panelsPerRow)
    isFirst = index % layout.panelsPerRow == 0
    let decays = surface.weightDecays.count { $0 > 0 }
    isContoured = layout.isContoured && decays > 1 && surface.learningRates.count > 1
    let rates = surface.learningRates.map(decimalLogarithm)
    let shifts = (rates.min() ?? 0)...(rates.max() ?? 0)
    horizontal = LogAxis(
      surface.weightDecays, length: layout.panelWidth, isTight: isContoured,
      shifts: layout.coordinate == .product ? shifts : 0...0)
    vertical = LogAxis(
      surface.learningRates, length: layout.panelHeight, isTight: isContoured)
  }

  func draw(_ drawing: inout SVGDrawing) {
    let width = layout.panelWidth
    drawing.text(
      shortened(surface.name, to: width, size: 13), x + width / 2, y - 13, size: 13,
      anchor: .middle, bold: true)
    if isContoured { drawContours(&drawing) } else { drawCells(&drawing) }
    drawHorizontalAxis(&drawing)
    drawVerticalAxis(&drawing)
  }

  /// By how many decades the row of a learning rate is moved to the right.
  func shift(_ learningRate: Double) -> Double {
    layout.coordinate == .product ? decimalLogarithm(learningRate) : 0
  }

  /// The cell of a point, with the places of its row and column on the axes.
  func cell(_ row: LogAxis.Cell, _ column: LogAxis.Cell) -> HeatmapCell {
    HeatmapCell(
      entry: surface.entries[row.index][column.index], layout: layout,
      x: x + column.range.lowerBound, y: y + layout.panelHeight - row.range.upperBound,
      width: column.range.upperBound - column.range.lowerBound,
      height: row.range.upperBound - row.range.lowerBound)
  }

  private func drawCells(_ drawing: inout SVGDrawing) {
    var best: HeatmapCell?
    for row in vertical.cells {
      for column in horizontal.cells(movedBy: shift(row.value)) {
        let cell = cell(row, column)
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
    for (label, place) in horizontalTicks {
      let half = textWidth(label, size: 11) / 2
      drawing.line(x + place, bottom, x + place, bottom + 4, stroke: "#444444")
      // A label with no room of its own is left out: the tick remains.
      guard place - half >= free else { continue }
      drawing.text(label, x + place, bottom + 13, size: 11, anchor: .middle)
      free = place + half + 3
    }
    drawing.text(
      layout.coordinate == .product ? "Learning rate × weight decay" : "Weight decay",
      x + layout.panelWidth / 2, bottom + 32, size: 12, anchor: .middle)
  }

  /// The values marked on the horizontal axis: the grid's, or powers of ten where rows are moved.
  private var horizontalTicks: [(label: String, place: Double)] {
    guard layout.coordinate == .product else {
      return horizontal.cells.map { ($0.value.setting, $0.tick) }
    }
    let zero = horizontal.cells.filter { $0.value == 0 }.map { ("0", $0.tick) }
    guard let range = horizontal.decades else { return zero }
    return zero
      + multiples(of: 1, from: range.lowerBound, through: range.upperBound).map {
        // A literal, since powers computed otherwise differ in the last place between systems.
        ((Double("1e\(Int($0))") ?? 0).setting, horizontal.pixel(decades: $0))
      }
  }

  private func drawVerticalAxis(_ drawing: inout SVGDrawing) {
    let bottom = y + layout.panelHeight
    var free = -Double.infinity
    for cell in vertical.cells {
      drawing.line(x - 4, bottom - cell.tick, x, bottom - cell.tick, stroke: "#444444")
      guard cell.tick - 6 >= free else { continue }
      drawing.text(
        cell.value.setting, x - (isContoured ? 10 : 7), bottom - cell.tick, size: 11, anchor: .end)
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
