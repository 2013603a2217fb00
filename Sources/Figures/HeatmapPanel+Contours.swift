import Analysis

extension HeatmapPanel {
  /// Fills the rectangles between measured points by level, marks what else there is, and sets a dot at every point.
  func drawContours(_ drawing: inout SVGDrawing) {
    guard let scale = layout.scale else { return }
    let (rows, grid) = (vertical.cells, LogGrid(surface))
    let columns = horizontal.cells.filter { $0.value > 0 }
    let patches = rows.indices.dropFirst().flatMap { row in
      columns.indices.dropFirst().compactMap { column in patch(grid, row, column) }
    }
    drawUnknown(grid, &drawing)
    // From the largest values to the smallest, each level over those above it: one path a level, so that no
    // seams show between rectangles.
    let bounds = [scale.lower] + scale.levels + [scale.upper]
    let bands =
      [(level: Double.infinity, color: scale.map.color(at: 1))]
      + zip(bounds, bounds.dropFirst()).map {
        (level: $1, color: scale.color(between: $0, and: $1))
      }.reversed()
    for band in bands {
      let path = patches.map { $0.region(atMost: band.level) }.joined()
      if !path.isEmpty { drawing.path(path, fill: band.color.hex) }
    }
    for row in rows {
      let cells = horizontal.cells(movedBy: shift(row.value))
      for column in cells {
        if column.value == 0 {
          let cell = cell(row, column)
          cell.draw(&drawing)
          if surface.isBest(learningRate: row.index, weightDecay: column.index) {
            cell.outline(&drawing)
          }
        } else {
          mark(row, column, &drawing)
        }
      }
    }
  }

  /// The surface between four measured neighbours; `nil` if one diverged or is not measured.
  private func patch(_ grid: LogGrid, _ row: Int, _ column: Int) -> ContourPatch? {
    let corners = [
      grid.nodes[row - 1][column - 1], grid.nodes[row - 1][column], grid.nodes[row][column - 1],
      grid.nodes[row][column],
    ].compactMap { $0.value.map(layout.shown) }
    guard corners.count == 4 else { return nil }
    return ContourPatch(
      corners: corners, lower: place(grid, row - 1, column - 1),
      right: place(grid, row - 1, column), upper: place(grid, row, column - 1))
  }

  /// Where a node of the grid stands in the picture.
  private func place(_ grid: LogGrid, _ row: Int, _ column: Int) -> (x: Double, y: Double) {
    let rate = grid.learningRates[row]
    let moved = layout.coordinate == .product ? rate : 0
    return (
      x + horizontal.pixel(decades: grid.weightDecays[column] + moved),
      y + layout.panelHeight - vertical.pixel(decades: rate)
    )
  }

  /// The rectangles with a corner that diverged, hatched; others without a value stay empty, within a frame.
  private func drawUnknown(_ grid: LogGrid, _ drawing: inout SVGDrawing) {
    for row in 1..<grid.learningRates.count {
      for column in 1..<grid.weightDecays.count {
        let corners = [
          grid.nodes[row - 1][column - 1], grid.nodes[row - 1][column], grid.nodes[row][column - 1],
          grid.nodes[row][column],
        ]
        guard corners.contains(where: { $0.value == nil }) else { continue }
        let (low, high) = (place(grid, row - 1, column - 1), place(grid, row, column))
        let right = place(grid, row - 1, column)
        let upper = place(grid, row, column - 1)
        let outline =
          "M\(low.x.pixels) \(low.y.pixels)L\(right.x.pixels) \(right.y.pixels)"
          + "L\(high.x.pixels) \(high.y.pixels)L\(upper.x.pixels) \(upper.y.pixels)Z"
        if corners.contains(.diverged) {
          drawing.path(outline, fill: "#ececec")
          drawing.path(hatch(low, right, upper), stroke: "#c9c9c9")
        } else {
          drawing.path(outline, stroke: "#b5b5b5", fill: "#ffffff")
        }
      }
    }
  }

  /// Lines across a parallelogram, from its upper side to its left one and from its right one to its lower one.
  private func hatch(
    _ low: (x: Double, y: Double), _ right: (x: Double, y: Double), _ upper: (x: Double, y: Double)
  ) -> String {
    let (u, v) = ((right.x - low.x, right.y - low.y), (upper.x - low.x, upper.y - low.y))
    func at(_ s: Double, _ t: Double) -> String {
      "\((low.x + s * u.0 + t * v.0).pixels) \((low.y + s * u.1 + t * v.1).pixels)"
    }
    let diagonal = (u.0 * u.0 + v.1 * v.1).squareRoot()
    // Some six pixels apart, across the lines.
    let lines = max(1, Int(abs(u.0 * v.1) / diagonal / 6))
    return (1..<2 * lines).map { line in
      let sum = Double(line) / Double(lines)
      return sum <= 1
        ? "M\(at(sum, 0))L\(at(0, sum))" : "M\(at(1, sum - 1))L\(at(sum - 1, 1))"
    }.joined()
  }

  /// The mark of a point: a dot where its mean is good, a small one where it is not, a ring at the best, a cross where it
  /// diverged, an open circle where nothing is known.
  private func mark(
    _ row: LogAxis.Cell, _ column: LogAxis.Cell, _ drawing: inout SVGDrawing
  ) {
    let (px, py) = (x + column.tick, y + layout.panelHeight - row.tick)
    switch surface.entries[row.index][column.index] {
    case .measured(let summary, _):
      let mean = layout.shown(summary.mean)
      let ink = layout.scale?.color(mean).ink ?? "#111111"
      let isGood = layout.threshold.map { mean <= $0 } ?? false
      drawing.circle(
        px, py, radius: isGood ? 4 : 1.2, fill: ink,
        stroke: ink == "#ffffff" && isGood ? "#111111" : "none")
      if surface.isBest(learningRate: row.index, weightDecay: column.index) {
        drawing.circle(px, py, radius: 6.5, fill: "none", stroke: "#000000", strokeWidth: 3)
        drawing.circle(px, py, radius: 6.5, fill: "none", stroke: "#ffffff", strokeWidth: 1)
      }
    case .diverged:
      drawing.path(
        "M\((px - 3).pixels) \((py - 3).pixels)L\((px + 3).pixels) \((py + 3).pixels)"
          + "M\((px - 3).pixels) \((py + 3).pixels)L\((px + 3).pixels) \((py - 3).pixels)",
        stroke: "#444444", width: 1.5)
    case .failed: drawing.circle(px, py, radius: 3, fill: "#8a1c1c")
    case .missing:
      drawing.circle(px, py, radius: 3, fill: "none", stroke: "#b5b5b5", strokeWidth: 1)
    }
  }
}

/// A parallelogram of a picture over which a value is bilinear.
struct ContourPatch {
  /// The values at the lower left, lower right, upper left and upper right corner.
  let corners: [Double]
  /// The lower left corner.
  let lower: (x: Double, y: Double)
  /// The lower right corner.
  let right: (x: Double, y: Double)
  /// The upper left corner.
  let upper: (x: Double, y: Double)

  /// How many pixels a contour's pieces are apart.
  private static let spacing = 8.0

  /// Path commands of the region where the value is at most a level; empty where there is none.
  ///
  /// Across the patch, along each line from the lower to the upper side, the value is linear, so the part of the line that is
  /// at most the level is known; parts at neighbouring lines are joined.
  func region(atMost level: Double) -> String {
    if corners.allSatisfy({ $0 <= level }) {
      return path([(0, 0), (1, 0), (1, 1), (0, 1)])
    }
    if corners.allSatisfy({ $0 > level }) { return "" }
    let sides = [(corners[0], corners[1]), (corners[2], corners[3])]
    var stops = [0.0, 1.0]
    for side in sides where (side.0 <= level) != (side.1 <= level) {
      stops.append((level - side.0) / (side.1 - side.0))
    }
    stops.sort()
    return zip(stops, stops.dropFirst()).map { region($0, $1, level) }.joined()
  }

  /// The region between two places where no side crosses the level.
  private func region(_ start: Double, _ end: Double, _ level: Double) -> String {
    guard end > start else { return "" }
    func values(_ s: Double) -> (Double, Double) {
      (
        corners[0] + (corners[1] - corners[0]) * s - level,
        corners[2] + (corners[3] - corners[2]) * s - level
      )
    }
    let middle = values((start + end) / 2)
    guard middle.0 <= 0 || middle.1 <= 0 else { return "" }
    let isWhole = middle.0 <= 0 && middle.1 <= 0
    let length = abs(right.x - lower.x) * (end - start)
    let pieces = isWhole ? 1 : max(1, Int((length / Self.spacing).rounded(.up)))
    var (below, above): ([(Double, Double)], [(Double, Double)]) = ([], [])
    for piece in 0...pieces {
      let s = start + (end - start) * Double(piece) / Double(pieces)
      let (low, high) = values(s)
      // Where the line crosses the level, from the lower side.
      let cut = low == high ? 0 : min(1, max(0, low / (low - high)))
      below.append((s, isWhole || middle.0 <= 0 ? 0 : cut))
      above.append((s, isWhole || middle.1 <= 0 ? 1 : cut))
    }
    return path(below + above.reversed())
  }

  private func path(_ points: [(Double, Double)]) -> String {
    points.enumerated().map { index, point in
      let (s, t) = point
      let px = lower.x + (right.x - lower.x) * s + (upper.x - lower.x) * t
      let py = lower.y + (right.y - lower.y) * s + (upper.y - lower.y) * t
      return "\(index == 0 ? "M" : "L")\(px.pixels) \(py.pixels)"
    }.joined() + "Z"
  }
}
