import Studies

/// A metric over learning rate and weight decay: one panel of a heatmap.
///
/// A sweep with further axes has a surface for each combination of their values.
public struct Surface: Hashable, Sendable {
  public let metric: Metric
  /// The index of the sweep.
  public let sweep: Int
  /// The sweep's label.
  public let label: String
  /// The optimizer's name.
  public let optimizer: String
  /// The values of the other swept hyperparameters; empty if there are none.
  public let slice: [Setting]
  /// In file order.
  public let learningRates: [Double]
  /// In file order.
  public let weightDecays: [Double]
  /// What is known at each learning rate (outer) and weight decay (inner), in file order.
  public let entries: [[Entry]]
  /// Where the sweep's best point lies, if on this surface: indices of learning rate and weight decay.
  public let best: Node?
  /// How many seeds each entry is over.
  public let seeds: Int

  /// Whether the sweep's best point is the one at these indices.
  public func isBest(learningRate: Int, weightDecay: Int) -> Bool {
    best == Node(learningRate: learningRate, weightDecay: weightDecay)
  }

  /// A node of a surface.
  public struct Node: Hashable, Sendable {
    public let learningRate: Int
    public let weightDecay: Int

    public init(learningRate: Int, weightDecay: Int) {
      (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
    }
  }
}

extension StudyResults {
  /// The surfaces of a metric: sweeps in file order, then the other axes' values, the last fastest.
  ///
  /// - Parameter seed: The index of the only seeds they are over; `nil` for all.
  public func surfaces(of metric: Metric, seed: Int? = nil) -> [Surface] {
    let bestPoints = bestPoints
    let bySweep = Dictionary(grouping: points, by: \.sweep)
    return grid.study.sweeps.indices.flatMap { index in
      surfaces(
        of: metric, seed: seed, sweep: index, points: bySweep[index] ?? [],
        best: bestPoints[index])
    }
  }

  private func surfaces(
    of metric: Metric, seed: Int?, sweep index: Int, points: [Point], best: BestPoint?
  ) -> [Surface] {
    let sweep = grid.study.sweeps[index]
    let (rates, decays) = (sweep.axes[0].values, sweep.axes[1].values)
    let others = Array(sweep.axes.dropFirst(2))
    let slices = others.reduce([[]]) { slices, axis in
      slices.flatMap { slice in axis.values.indices.map { slice + [$0] } }
    }
    return slices.enumerated().map { offset, slice in
      // Points come with the last axis fastest, so those of a slice are evenly spaced.
      let entries = rates.indices.map { rate in
        decays.indices.map { decay in
          let point = points[(rate * decays.count + decay) * slices.count + offset]
          return seed.map { Entry(metric, of: [point.runs[$0].state]) } ?? point.entry(metric)
        }
      }
      let onSlice = best.map { Array($0.coordinates.dropFirst(2)) == slice } ?? false
      return Surface(
        metric: metric, sweep: index, label: sweep.label, optimizer: sweep.optimizer,
        slice: zip(others, slice).map { sweep.setting($0, $1) },
        learningRates: rates, weightDecays: decays, entries: entries,
        best: best.flatMap { best in
          onSlice
            ? Surface.Node(learningRate: best.coordinates[0], weightDecay: best.coordinates[1])
            : nil
        },
        seeds: seed == nil ? grid.study.seeds.seeds.count : 1)
    }
  }
}
