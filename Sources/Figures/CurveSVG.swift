import Analysis

/// Mean curves over the epochs, one line per optimizer, with a band of one sample standard deviation.
public enum CurveSVG {
  public struct Options: Hashable, Sendable {
    /// Above the picture; empty for the metric's name.
    public var title = ""
    public var theme = Theme.light

    public init() {}
  }

  /// The picture of the curves of one metric in a table; the same bytes for the same table.
  ///
  /// Epochs that no seed completed leave a gap. The vertical axis ends at the 90th percentile of the
  /// means, so that the first epochs do not flatten the rest; lines leave the picture there.
  public static func render(
    _ table: CurveTable, metric: String, options: Options = Options()
  ) -> String {
    let curves = table.curves.filter { $0.metric == metric }
    let isFraction = Metric.isFraction(curve: metric)
    let name = Metric.title(ofCurve: metric) + (isFraction ? " (%)" : "")
    let title = options.title.isEmpty ? name : options.title
    var drawing = SVGDrawing(theme: options.theme)
    drawing.text(shortened(title, to: 760, size: 15), 16, 24, size: 15, bold: true)
    guard let frame = CurveFrame(curves, factor: isFraction ? 100 : 1) else {
      drawing.text("No epoch has been completed yet.", 16, 56, size: 12)
      return drawing.document(width: 800, height: 80, title: title)
    }
    frame.drawAxes(&drawing, name: name)
    drawing.clipped(frame.x, frame.y, frame.width, frame.height) { drawing in
      for (index, curve) in curves.enumerated() {
        frame.drawBand(curve, &drawing, color: Palette.color(index))
      }
      for (index, curve) in curves.enumerated() {
        frame.drawLine(curve, &drawing, color: Palette.color(index))
      }
    }
    let below = drawKey(curves, frame, &drawing)
    var y = max(frame.y + frame.height + 58, below)
    let seeds = Set(curves.map(\.seeds)).sorted().map(String.init).joined(separator: " or ")
    let caption =
      "Mean over the seeds that completed the epoch (n = \(seeds)\(frame.isThinned ? " or fewer" : "")); "
      + "bands are ± one sample standard deviation over them."
      + (frame.isCut ? " The axis ends at the 90th percentile of the means." : "")
    for line in wrapped(caption, to: 768, size: 11) {
      drawing.text(line, 16, y, size: 11, fill: "#555555")
      y += 16
    }
    return drawing.document(width: 800, height: y + 2, title: title)
  }

  /// Lists the lines right of the frame; returns where the list ends.
  private static func drawKey(
    _ curves: [CurveTable.MeanCurve], _ frame: CurveFrame, _ drawing: inout SVGDrawing
  ) -> Double {
    let x = frame.x + frame.width + 18
    let room = 784 - x - 24
    var y = frame.y + 8
    for (index, curve) in curves.enumerated() {
      drawing.line(x, y, x + 18, y, stroke: Palette.color(index), width: 2.5)
      drawing.text(shortened(curve.label, to: room, size: 12), x + 24, y, size: 12, bold: true)
      y += 16
      for setting in curve.settings {
        let text = "\(Exhibit.heading(of: setting.key).lowercased()) \(setting.text)"
        drawing.text(
          shortened(text, to: room, size: 10), x + 24, y, size: 10, fill: "#555555")
        y += 13
      }
      if let last = curve.epochs.last ?? nil {
        drawing.text(
          shortened("last: \(frame.text(last.mean))", to: room, size: 10), x + 24, y, size: 10,
          fill: "#555555")
        y += 13
      }
      y += 9
    }
    return y
  }
}
