import Studies

/// The point of a sweep that did best: the one that tables quote and confirmation trains again.
public struct BestPoint: Hashable, Sendable {
  /// The index of the sweep.
  public let sweep: Int
  /// The index of its value on each axis.
  public let coordinates: [Int]
  /// Its value on each axis, in the order of the axes.
  public let settings: [Setting]
  /// What it is the best by.
  public let metric: Metric
  /// That metric over the point's seeds.
  public let summary: Summary
  /// The keys of the axes on whose end it lies, so that a better point may lie beyond.
  ///
  /// An axis of one value or of words has no ends, and nothing lies beyond a weight decay of 0.
  public let edges: [String]
}

extension StudyResults {
  /// The best point of each sweep; `nil` if at no point every seed completed.
  ///
  /// It is the one with the smallest mean of ``Metric/selection(for:)`` among the points where every
  /// seed completed, the first in file order on ties.
  public var bestPoints: [BestPoint?] {
    let metric = Metric.selection(for: grid.study)
    var best = [(point: Point, summary: Summary)?](repeating: nil, count: grid.study.sweeps.count)
    for point in points {
      guard let summary = point.entry(metric).complete else { continue }
      if let other = best[point.sweep], other.summary.mean <= summary.mean { continue }
      best[point.sweep] = (point, summary)
    }
    return best.map { best in
      best.map { point, summary in
        let sweep = grid.study.sweeps[point.sweep]
        return BestPoint(
          sweep: point.sweep, coordinates: point.coordinates,
          settings: sweep.settings(at: point.coordinates), metric: metric, summary: summary,
          edges: zip(sweep.axes, point.coordinates).filter(sweep.isEdge).map(\.0.key))
      }
    }
  }
}

extension Sweep {
  fileprivate func isEdge(_ axis: Axis, _ index: Int) -> Bool {
    let value = axis.values[index]
    guard axis.values.count > 1, word(for: value, of: axis.key) == nil else { return false }
    if value == 0 && axis.key == "weight_decay" { return false }
    return value == axis.values.min() || value == axis.values.max()
  }
}
