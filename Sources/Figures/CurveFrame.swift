import Analysis

/// The axes of a picture of curves, and what stands where on them.
struct CurveFrame {
  let x: Double
  let y = 46.0
  let width: Double
  let height = 300.0
  /// Whether some epoch of a curve is over fewer seeds than its point has.
  let isThinned: Bool
  /// Whether some mean lies above the frame.
  let isCut: Bool
  private let epochs: Int
  private let lower: Double
  private let upper: Double
  private let ticks: [Double]
  private let factor: Double

  /// A frame for these curves, values times `factor`; `nil` if no epoch was completed.
  init?(_ curves: [CurveTable.MeanCurve], factor: Double) {
    let means = curves.flatMap { $0.epochs.compactMap { $0.map { $0.mean * factor } } }.sorted()
    guard let first = means.first, let last = means.last else { return nil }
    self.factor = factor
    epochs = curves.map(\.epochs.count).max() ?? 1
    isThinned = curves.contains { curve in
      curve.epochs.contains { ($0?.count ?? 0) < curve.seeds }
    }
    let high = means.count > 10 ? means[(9 * means.count + 9) / 10 - 1] : last
    let step = roundStep(high - first, near: first)
    lower = (first / step - 0.1).rounded(.down) * step
    let end = (high / step).rounded(.up) * step
    upper = end > lower ? end : lower + step
    isCut = last > upper
    ticks = multiples(of: step, from: lower, through: upper)
    let labels = ticks.map { textWidth(CurveFrame.label($0), size: 11) }
    x = 16 + 22 + (labels.max() ?? 0) + 8
    width = 784 - 170 - x
  }

  /// A mean as text in the unit shown.
  func text(_ value: Double) -> String {
    factor == 100 ? value.percent() + " %" : DecimalText(value).significant(4)
  }

  private static func label(_ tick: Double) -> String {
    DecimalText(tick).rounded(significant: 6).general
  }

  private func place(epoch: Int) -> Double {
    // A run of one epoch stands in the middle.
    epochs > 1 ? x + width * Double(epoch) / Double(epochs - 1) : x + width / 2
  }

  private func place(value: Double) -> Double {
    y + height * (1 - (value - lower) / (upper - lower))
  }

  func drawAxes(_ drawing: inout SVGDrawing, name: String) {
    for tick in ticks {
      let place = place(value: tick)
      drawing.line(x, place, x + width, place, stroke: "#e4e4e4")
      drawing.text(CurveFrame.label(tick), x - 7, place, size: 11, anchor: .end)
    }
    let step = max(1, Int(roundStep(Double(epochs), near: 1).rounded()))
    for epoch in 1...epochs where epoch % step == 0 || epoch == 1 {
      // The first epoch is named unless that crowds the next label.
      if epoch == 1, step > 1, place(epoch: step - 1) - x < 26 { continue }
      let place = place(epoch: epoch - 1)
      drawing.line(place, y + height, place, y + height + 4, stroke: "#444444")
      drawing.text(String(epoch), place, y + height + 13, size: 11, anchor: .middle)
    }
    drawing.line(x, y + height, x + width, y + height, stroke: "#444444")
    drawing.line(x, y, x, y + height, stroke: "#444444")
    drawing.text("Epoch", x + width / 2, y + height + 32, size: 12, anchor: .middle)
    drawing.text(name, 24, y + height / 2, size: 12, anchor: .middle, turned: true)
  }

  func drawLine(_ curve: CurveTable.MeanCurve, _ drawing: inout SVGDrawing, color: String) {
    for run in runs(of: curve) {
      let points = run.map { (place(epoch: $0.epoch), place(value: $0.summary.mean * factor)) }
      drawing.path(commands(points), stroke: color, width: 2)
      if points.count == 1 {
        drawing.circle(points[0].0, points[0].1, radius: 3, fill: color)
      }
    }
  }

  func drawBand(_ curve: CurveTable.MeanCurve, _ drawing: inout SVGDrawing, color: String) {
    for run in runs(of: curve) {
      func side(_ sign: Double) -> [(Double, Double)] {
        run.map { epoch, summary in
          let value = summary.mean + sign * (summary.standardDeviation ?? 0)
          return (place(epoch: epoch), place(value: value * factor))
        }
      }
      guard run.contains(where: { $0.summary.standardDeviation != nil }), run.count > 1 else {
        continue
      }
      drawing.path(
        commands(side(1) + side(-1).reversed()) + "Z", fill: color, opacity: 0.18)
    }
  }

  /// The epochs that have a mean, in unbroken runs.
  private func runs(of curve: CurveTable.MeanCurve) -> [[(epoch: Int, summary: Summary)]] {
    var runs: [[(epoch: Int, summary: Summary)]] = [[]]
    for (epoch, summary) in curve.epochs.enumerated() {
      if let summary {
        runs[runs.count - 1].append((epoch, summary))
      } else {
        runs.append([])
      }
    }
    return runs.filter { !$0.isEmpty }
  }

  private func commands(_ points: [(Double, Double)]) -> String {
    points.enumerated().map { index, point in
      (index == 0 ? "M" : "L") + "\(point.0.pixels) \(point.1.pixels)"
    }.joined()
  }
}
