import Studies

/// How robust each optimizer is to learning rate and weight decay, in numbers.
public struct RobustnessTable: Hashable, Sendable {
  public let study: String
  public let metric: Metric
  /// How far above the best still counts as good, in the metric's unit.
  public let margin: Double
  /// An absolute bar, in the metric's unit; `nil` for none.
  public let absolute: Double?
  public let rows: [Row]
  /// The thresholds at which ``Row/curve`` gives areas, in the metric's unit, increasing.
  public let thresholds: [Double]

  /// One surface.
  public struct Row: Hashable, Sendable {
    public let surface: Surface
    /// The smallest mean on it; `nil` if nothing is measured.
    public let best: Double?
    /// The area within the margin of the smallest mean of all surfaces; `nil` where an axis has fewer than two
    /// positive values.
    public let area: Area?
    /// The area within the margin of its own smallest mean. It rewards flat, bad optimizers.
    public let ownArea: Area?
    /// The area at or below ``RobustnessTable/absolute``; `nil` without such a bar.
    public let absoluteArea: Area?
    /// The area at each of the thresholds.
    public let curve: [Area?]
    public let ridge: Ridge?
    public let sensitivities: [Sensitivity]
  }

  /// The usual margin: half a percentage point for shares, 5 % of the best for others.
  public static func usualMargin(_ metric: Metric, best: Double?) -> Double {
    metric.isFraction ? 0.005 : abs(best ?? 0) * 0.05
  }

  /// The table of the surfaces of one metric. Thresholds go from the smallest mean to four margins above it.
  ///
  /// - Parameters:
  ///   - margin: `nil` for ``usualMargin(_:best:)``.
  ///   - absolute: An absolute bar beside it, in the metric's unit.
  public init(
    _ results: StudyResults, metric: Metric = .finalTestError, margin: Double? = nil,
    atMost absolute: Double? = nil
  ) {
    let surfaces = results.surfaces(of: metric)
    let grids = surfaces.map { LogGrid($0) }
    let own = surfaces.map { surface in surface.entries.joined().compactMap(\.measuredMean).min() }
    let best = own.compactMap { $0 }.min()
    let margin = margin ?? Self.usualMargin(metric, best: best)
    let thresholds =
      best.map { best in
        (0...40).map { best + margin * Double($0) / 10 }
      } ?? []
    func area(_ grid: LogGrid, _ threshold: AreaThreshold, _ ownBest: Double?) -> Area? {
      threshold.value(ownBest: ownBest, best: best).flatMap { grid.area(atMost: $0) }
    }
    (study, self.absolute) = (results.grid.study.name, absolute)
    (self.metric, self.margin, self.thresholds) = (metric, margin, thresholds)
    rows = surfaces.indices.map { index in
      let grid = grids[index]
      return Row(
        surface: surfaces[index], best: own[index],
        area: area(grid, .withinBest(margin), own[index]),
        ownArea: area(grid, .withinOwnBest(margin), own[index]),
        absoluteArea: absolute.flatMap { grid.area(atMost: $0) },
        curve: thresholds.map { grid.area(atMost: $0) }, ridge: grid.ridge,
        sensitivities: surfaces[index].sensitivities)
    }
  }
}

extension Entry {
  /// The mean over the seeds that completed, if none diverged.
  public var measuredMean: Double? {
    if case .measured(let summary, _) = self { summary.mean } else { nil }
  }
}
