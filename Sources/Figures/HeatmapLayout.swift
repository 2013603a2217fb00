import Analysis

/// Where things stand in a heatmap, in pixels.
struct HeatmapLayout {
  let margin = 16.0
  let surfaces: [Surface]
  let metric: Metric
  let title: String
  /// The metric's name with its unit.
  let metricTitle: String
  let scale: ColorScale?
  /// As ``HeatmapSVG/Options/study``.
  let study: String?
  let isContoured: Bool
  let coordinate: HeatmapSVG.Coordinate
  /// Points with at most this mean get a dot, in the unit shown; `nil` if nothing is measured.
  let threshold: Double?
  let thresholdRule: String
  let panelWidth: Double
  let panelHeight: Double
  let panelsPerRow: Int
  /// The room left of each panel: the axis's name and its numbers.
  let leftRoom: Double
  let barX: Double
  let width: Double

  private let titleRoom = 44.0
  private let panelTitleRoom = 24.0
  private let belowRoom = 46.0

  init(_ surfaces: [Surface], _ options: HeatmapSVG.Options) {
    self.surfaces = surfaces
    let metric = surfaces[0].metric
    let factor = metric.isFraction ? 100.0 : 1.0
    self.metric = metric
    (isContoured, coordinate) = (options.form == .contours, options.coordinate)
    study = options.study
    metricTitle = metric.title + (metric.isFraction ? " (%)" : "")
    title = options.title.isEmpty ? metricTitle : options.title
    let means = surfaces.flatMap { $0.entries.joined().compactMap { $0.summary?.mean } }
      .map { $0 * factor }
    let limits = options.limits.map { ($0.lowerBound * factor)...($0.upperBound * factor) }
    scale = ColorScale(means, limits: limits, map: options.colors)
    if let given = options.threshold {
      (threshold, thresholdRule) = (given * factor, "the threshold given")
    } else {
      threshold = means.min().map { metric.isFraction ? $0 + 0.5 : $0 + abs($0) * 0.05 }
      thresholdRule =
        metric.isFraction
        ? "the smallest mean plus 0.5 percentage points" : "the smallest mean plus 5 %"
    }

    panelsPerRow = max(1, min(options.panelsPerRow, surfaces.count))
    func fitted(_ lengths: [Double]) -> Double { min(max(lengths.max() ?? 0, 220), 420) }
    panelWidth =
      fitted(
        surfaces.map { surface in
          let labels = surface.weightDecays.map { textWidth($0.setting, size: 11) }
          return LogAxis.length(surface.weightDecays, cell: 42, distance: (labels.max() ?? 0) + 5)
        }) * (coordinate == .product ? Self.stretch(surfaces) : 1)
    panelHeight = fitted(
      surfaces.map { LogAxis.length($0.learningRates, cell: 34, distance: 14) })
    let labels = surfaces.flatMap { $0.learningRates.map { textWidth($0.setting, size: 11) } }
    leftRoom = 26 + (labels.max() ?? 0) + 8
    let panels = Double(panelsPerRow) * (leftRoom + panelWidth) + Double(panelsPerRow - 1) * 10
    barX = margin + panels + 18
    let ticks = scale?.ticks.map {
      textWidth(DecimalText($0).rounded(significant: 6).general, size: 11)
    }
    width =
      scale == nil ? margin + panels + margin : barX + 14 + 7 + (ticks?.max() ?? 0) + 26 + margin
  }

  /// By how much an axis is longer on which rows are moved by their learning rates.
  private static func stretch(_ surfaces: [Surface]) -> Double {
    surfaces.map { surface in
      guard let decades = LogAxis(surface.weightDecays, length: 1).decades else { return 1 }
      let rates = surface.learningRates.map(decimalLogarithm)
      let shift = (rates.max() ?? 0) - (rates.min() ?? 0)
      let span = decades.upperBound - decades.lowerBound
      return span > 0 ? min(2, (span + shift) / span) : 1
    }.max() ?? 1
  }

  /// The left edge of a panel's frame.
  func left(ofPanel index: Int) -> Double {
    let column = Double(index % panelsPerRow)
    return margin + leftRoom + column * (leftRoom + panelWidth + 10)
  }

  /// The top edge of the frames of a row of panels.
  func top(ofRow row: Int) -> Double {
    titleRoom + panelTitleRoom + Double(row) * (panelTitleRoom + panelHeight + belowRoom)
  }

  /// Where the legend begins.
  var legendTop: Double {
    let rows = (surfaces.count + panelsPerRow - 1) / panelsPerRow
    return top(ofRow: rows - 1) + panelHeight + belowRoom + 12
  }

  /// A value of the metric as text in the unit shown, with so many digits after the point for
  /// shares, after the first digit for others.
  func text(_ value: Double, places: Int = 2) -> String {
    metric.isFraction
      ? value.percent(places) : DecimalText(value).significant(1 + places)
  }

  /// A value of the metric in the unit shown.
  func shown(_ value: Double) -> Double { metric.isFraction ? value * 100 : value }
}
