/// Lines or marks over common axes: what all pictures but heatmaps and those of variance are drawn with.
struct LineChart {
  var title: String
  var caption: String
  /// The axes' names, with units.
  var horizontal: String
  var vertical: String
  var lines: [Line]
  var theme = Theme.light
  /// Whether the vertical values are decimal logarithms of what the axis shows.
  var isLogarithmic = false

  struct Line {
    var label: String
    /// What its entry in the key says below the label.
    var note: String
    var points: [(x: Double, y: Double)]
    var marks = Marks.line
    /// A pale area around it; none if empty.
    var band: [(x: Double, lower: Double, upper: Double)] = []
  }

  /// How a line is drawn.
  enum Marks {
    case line, dots, dotsAndLine
    /// In the colour of the line before it, and without an entry in the key.
    case sameColor, sameColorDashed

    var hasOwnColor: Bool { self != .sameColor && self != .sameColorDashed }
  }

  /// The colour of each line.
  private var colors: [String] {
    var count = -1
    return lines.map { line in
      if line.marks.hasOwnColor { count += 1 }
      return Palette.color(max(0, count))
    }
  }

  private let top = 46.0
  private let height = 300.0

  /// The picture; the same bytes for the same chart.
  func render() -> String {
    var drawing = SVGDrawing(theme: theme)
    drawing.text(shortened(title, to: 760, size: 15), 16, 24, size: 15, bold: true)
    let points = lines.flatMap(\.points)
    let edges = lines.flatMap(\.band).flatMap { [$0.lower, $0.upper] }
    guard let x = ChartAxis(points.map(\.x)), let y = ChartAxis(points.map(\.y) + edges) else {
      drawing.text("Nothing is measured yet.", 16, 56, size: 12)
      return drawing.document(width: 800, height: 80, title: title)
    }
    let labels = isLogarithmic ? y.powerLabels : y.labels
    let left = 16 + 22 + (labels.map { textWidth($0, size: 11) }.max() ?? 0) + 8
    let width = 784 - 170 - left
    func place(_ point: (x: Double, y: Double)) -> (Double, Double) {
      (left + width * x.share(point.x), top + height * (1 - y.share(point.y)))
    }
    for (tick, label) in zip(y.ticks, labels) {
      let at = top + height * (1 - y.share(tick))
      drawing.line(left, at, left + width, at, stroke: "#e4e4e4")
      drawing.text(label, left - 7, at, size: 11, anchor: .end)
    }
    for (tick, label) in zip(x.ticks, x.labels) {
      let at = left + width * x.share(tick)
      drawing.line(at, top + height, at, top + height + 4, stroke: "#444444")
      drawing.text(label, at, top + height + 13, size: 11, anchor: .middle)
    }
    drawing.line(left, top + height, left + width, top + height, stroke: "#444444")
    drawing.line(left, top, left, top + height, stroke: "#444444")
    drawing.text(horizontal, left + width / 2, top + height + 32, size: 12, anchor: .middle)
    drawing.text(vertical, 24, top + height / 2, size: 12, anchor: .middle, turned: true)
    for (line, color) in zip(lines, colors) where !line.band.isEmpty {
      let edge =
        line.band.map { place((x: $0.x, y: $0.lower)) }
        + line.band.reversed().map { place((x: $0.x, y: $0.upper)) }
      let path = edge.map { "\($0.0.pixels) \($0.1.pixels)" }.joined(separator: "L")
      drawing.path("M\(path)Z", fill: color, opacity: 0.15)
    }
    for (line, color) in zip(lines, colors) {
      let points = line.points.map(place)
      switch line.marks {
      case .line, .sameColor: draw(points, &drawing, color: color)
      case .sameColorDashed:
        for pair in stride(from: 0, to: points.count - 1, by: 1) {
          dash(points[pair], points[pair + 1], &drawing, color: color)
        }
      case .dots, .dotsAndLine:
        if line.marks == .dotsAndLine { draw(points, &drawing, color: color) }
        for point in points { drawing.circle(point.0, point.1, radius: 3, fill: color) }
      }
    }
    var y2 = top + 8
    let room = 784 - (left + width + 18) - 24
    for (line, color) in zip(lines, colors) where line.marks.hasOwnColor {
      let x = left + width + 18
      drawing.line(x, y2, x + 18, y2, stroke: color, width: 2.5)
      drawing.text(shortened(line.label, to: room, size: 12), x + 24, y2, size: 12, bold: true)
      y2 += 16
      for part in wrapped(line.note, to: room, size: 10) {
        drawing.text(
          shortened(part, to: room, size: 10), x + 24, y2, size: 10, fill: "#555555")
        y2 += 13
      }
      y2 += 9
    }
    var below = max(top + height + 58, y2)
    for line in wrapped(caption, to: 768, size: 11) {
      drawing.text(line, 16, below, size: 11, fill: "#555555")
      below += 16
    }
    return drawing.document(width: 800, height: below + 2, title: title)
  }

  /// A straight line in dashes of 5 pixels.
  private func dash(
    _ from: (Double, Double), _ to: (Double, Double), _ drawing: inout SVGDrawing, color: String
  ) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1)
    let length = (dx * dx + dy * dy).squareRoot()
    for start in stride(from: 0.0, to: length, by: 9) {
      let (a, b) = (start / length, min(start + 5, length) / length)
      drawing.line(
        from.0 + a * dx, from.1 + a * dy, from.0 + b * dx, from.1 + b * dy, stroke: color)
    }
  }

  private func draw(_ points: [(Double, Double)], _ drawing: inout SVGDrawing, color: String) {
    guard points.count > 1 else {
      if let point = points.first {
        drawing.circle(point.0, point.1, radius: 3, fill: color)
      }
      return
    }
    var path = ""
    for (index, point) in points.enumerated() {
      path += (index == 0 ? "M" : "L") + "\(point.0.pixels) \(point.1.pixels)"
    }
    drawing.path(path, stroke: color, width: 2)
  }
}

/// A linear axis with round ends.
struct ChartAxis {
  let lower: Double
  let upper: Double
  let ticks: [Double]

  /// An axis for these values; `nil` if there are none.
  init?(_ values: [Double]) {
    guard let low = values.min(), let high = values.max() else { return nil }
    let step = roundStep(high - low, near: low)
    lower = (low / step + 1e-6).rounded(.down) * step
    let end = (high / step - 1e-6).rounded(.up) * step
    upper = end > lower ? end : lower + step
    ticks = multiples(of: step, from: lower, through: upper)
  }

  func share(_ value: Double) -> Double { (value - lower) / (upper - lower) }

  /// The labels of an axis whose values are decimal logarithms.
  var powerLabels: [String] {
    ticks.map { "10^" + DecimalText($0).rounded(significant: 3).general }
  }

  var labels: [String] { ticks.map { DecimalText($0).rounded(significant: 6).general } }
}

/// Line colours that differ with any colour vision, after Okabe and Ito.
enum Palette {
  private static let colors = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7a7a7a", "#9a8a00",
  ]

  static func color(_ index: Int) -> String { colors[index % colors.count] }
}
