import Analysis

/// Surfaces as heatmaps side by side, after Figure 5 of Xie et al. (2022).
///
/// Both axes are logarithmic; a weight decay of 0 stands left of a break. All panels share one colour
/// bar. Diverged, failed and missing points have looks of their own, which a legend explains.
public enum HeatmapSVG {
  /// How a surface is drawn.
  public enum Form: String, CaseIterable, Hashable, Sendable {
    /// A rectangle with its number for each point.
    case cells
    /// Filled contours between the points, as in the paper: bilinear in the logarithms, as areas are measured.
    /// Nothing is filled in around points that diverged or are not measured.
    case contours
  }

  /// What the horizontal axis is.
  public enum Coordinate: String, CaseIterable, Hashable, Sendable {
    /// λ
    case weightDecay = "weight_decay"
    /// η·λ, learning rate times weight decay: in it, rows of a grid are moved against each other.
    case product
  }

  public struct Options: Hashable, Sendable {
    /// Above the panels; empty for the metric's name.
    public var title = ""
    public var colors = ColorMap.tide
    /// What the colour bar spans, in the metric's unit (errors in [0, 1]); `nil` for the smallest mean to
    /// the 75th percentile.
    public var limits: ClosedRange<Double>?
    /// Points whose mean is at most this get a dot, in the metric's unit; `nil` for the smallest mean plus
    /// half a percentage point, or plus 5 % where the metric is no share.
    public var threshold: Double?
    /// How many panels stand side by side before a new row begins.
    public var panelsPerRow = 4
    public var theme = Theme.light
    public var form = Form.cells
    public var coordinate = Coordinate.weightDecay
    /// The name of the study whose cells a page's script is to find here; `nil` for a picture by itself.
    public var study: String?

    public init() {}
  }

  /// The picture of surfaces of one metric; the same bytes for the same surfaces.
  ///
  /// - Precondition: there is at least one surface, and all have the same metric.
  public static func render(_ surfaces: [Surface], options: Options = Options()) -> String {
    precondition(!surfaces.isEmpty, "a heatmap needs a surface")
    precondition(surfaces.allSatisfy { $0.metric == surfaces[0].metric }, "one metric per picture")
    let layout = HeatmapLayout(surfaces, options)
    var drawing = SVGDrawing(theme: options.theme)
    drawing.text(
      shortened(layout.title, to: layout.width - 2 * layout.margin, size: 15), layout.margin, 24,
      size: 15, bold: true)
    for (index, surface) in surfaces.enumerated() {
      HeatmapPanel(surface, layout, index: index).draw(&drawing)
    }
    let top = layout.top(ofRow: 0)
    if let scale = layout.scale {
      drawColorBar(scale, layout, &drawing, x: layout.barX, y: top)
    }
    let bottom = drawLegend(layout, &drawing, y: layout.legendTop)
    return drawing.document(width: layout.width, height: bottom, title: layout.title)
  }

  private static func drawColorBar(
    _ scale: ColorScale, _ layout: HeatmapLayout, _ drawing: inout SVGDrawing, x: Double, y: Double
  ) {
    let (height, width) = (layout.panelHeight, 14.0)
    // Contours have a colour between two levels, cells one for each value.
    let shares =
      layout.isContoured
      ? ([scale.lower] + scale.levels + [scale.upper]).map {
        ($0 - scale.lower) / (scale.upper - scale.lower)
      } : (0...64).map { Double($0) / 64 }
    for (index, (low, high)) in zip(shares, shares.dropFirst()).enumerated() {
      // Each rectangle overlaps the next by a little, so that no seam shows between them.
      drawing.rectangle(
        x, y + height * (1 - high), width, height * (high - low) + (index > 0 ? 0.5 : 0),
        fill: scale.map.color(at: (low + high) / 2).hex)
    }
    if scale.isSaturated {
      drawing.path(
        "M\(x.pixels) \(y.pixels)L\((x + width / 2).pixels) \((y - 10).pixels)"
          + "L\((x + width).pixels) \(y.pixels)Z", fill: scale.map.color(at: 1).hex)
    }
    for tick in scale.ticks {
      let place = y + height * (1 - (tick - scale.lower) / (scale.upper - scale.lower))
      drawing.line(x + width, place, x + width + 4, place, stroke: "#444444")
      drawing.text(
        DecimalText(tick).rounded(significant: 6).general, x + width + 7, place, size: 11)
    }
    drawing.text(
      layout.metricTitle, layout.width - layout.margin - 7, y + height / 2, size: 12,
      anchor: .middle, turned: true)
  }
}
