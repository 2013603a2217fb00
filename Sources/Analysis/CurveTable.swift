import Studies

/// Every metric epoch by epoch, over the seeds of each point.
public struct CurveTable: Hashable, Sendable {
  /// The name of the study.
  public let study: String
  /// The keys of the swept hyperparameters: learning rate, weight decay, then others as they first come.
  public let axes: [String]
  /// In file order of the points, then in the records' order of the curves.
  public let curves: [MeanCurve]

  /// A metric over the epochs at one point.
  public struct MeanCurve: Hashable, Sendable {
    /// The index of the sweep.
    public let sweep: Int
    public let label: String
    public let optimizer: String
    public let settings: [Setting]
    /// The name of the curve: `test_error`, …
    public let metric: String
    /// Epoch 1 and on; each over the seeds that completed the epoch with a finite value, a run that
    /// diverged later included. `nil` if there is none.
    public let epochs: [Summary?]
    /// How many seeds the point has.
    public let seeds: Int
  }

  /// The curves of every point, or of each sweep's best point only; without times.
  ///
  /// - Parameter metrics: the names of the curves wanted; `nil` for all.
  public init(_ results: StudyResults, bestOnly: Bool = false, metrics: [String]? = nil) {
    let sweeps = results.grid.study.sweeps
    let best = bestOnly ? results.bestPoints : []
    study = results.grid.study.name
    axes = sweeps.axisKeys
    curves = results.points.flatMap { point -> [MeanCurve] in
      if bestOnly, best[point.sweep]?.coordinates != point.coordinates { return [] }
      let sweep = sweeps[point.sweep]
      let records = point.runs.compactMap { run -> CellRecord? in
        if case .finished(let record) = run.state { record } else { nil }
      }
      return point.curveNames.filter { metrics?.contains($0) ?? true }.map { name in
        MeanCurve(
          sweep: point.sweep, label: sweep.label, optimizer: sweep.optimizer,
          settings: sweep.settings(at: point.coordinates), metric: name,
          epochs: summaries(of: name, in: records), seeds: point.runs.count)
      }
    }
  }
}

private func summaries(of name: String, in records: [CellRecord]) -> [Summary?] {
  let curves = records.compactMap { record in record.curves.first { $0.name == name }?.values }
  return (0..<(curves.map(\.count).max() ?? 0)).map { epoch in
    Summary(curves.compactMap { epoch < $0.count && $0[epoch].isFinite ? $0[epoch] : nil })
  }
}

extension Point {
  /// The curves that any of its records has, in the records' order.
  fileprivate var curveNames: [String] {
    var names: [String] = []
    for case .finished(let record) in runs.map(\.state) {
      names += record.curves.map(\.name).filter {
        !names.contains($0) && !Curve.unanalysed.contains($0)
      }
    }
    return names
  }
}
