/// How fast a metric gets worse around the best point of a surface, for each axis.
public struct Sensitivity: Hashable, Sendable {
  /// `learning_rate` or `weight_decay`.
  public let key: String
  /// The steepest rise to a measured neighbour along the axis, in the metric's unit per factor of ten;
  /// `nil` if no neighbour is measured.
  public let perDecade: Double?
  /// How many of the neighbours along the axis diverged, at most two.
  public let divergedNeighbours: Int
}

extension Surface {
  /// The nodes beside one, along each axis, a weight decay of 0 among them.
  public func neighbours(of node: Node) -> [Node] {
    func beside(_ values: [Double], _ index: Int) -> [Int] {
      let order = values.indices.sorted { values[$0] < values[$1] }
      guard let place = order.firstIndex(of: index) else { return [] }
      return [place - 1, place + 1].filter(order.indices.contains).map { order[$0] }
    }
    return beside(learningRates, node.learningRate).map {
      Node(learningRate: $0, weightDecay: node.weightDecay)
    }
      + beside(weightDecays, node.weightDecay).map {
        Node(learningRate: node.learningRate, weightDecay: $0)
      }
  }

  /// The sensitivity around the sweep's best point, first to the learning rate, then to the weight decay; empty
  /// if the best point is not on this surface. A weight decay of 0 is infinitely many decades away, so it
  /// does not count.
  public var sensitivities: [Sensitivity] {
    guard let best, let low = entries[best.learningRate][best.weightDecay].summary?.mean else {
      return []
    }
    let neighbours = neighbours(of: best)
    return [("learning_rate", true), ("weight_decay", false)].map { key, isRate in
      let beside = neighbours.filter { ($0.weightDecay == best.weightDecay) == isRate }
      var steepest: Double?
      var diverged = 0
      for node in beside {
        let entry = entries[node.learningRate][node.weightDecay]
        let (from, to) =
          isRate
          ? (learningRates[best.learningRate], learningRates[node.learningRate])
          : (weightDecays[best.weightDecay], weightDecays[node.weightDecay])
        if case .diverged = entry { diverged += 1 }
        guard case .measured(let summary, _) = entry, from > 0, to > 0 else { continue }
        let rise = (summary.mean - low) / abs(decimalLogarithm(to) - decimalLogarithm(from))
        steepest = max(steepest ?? rise, rise)
      }
      return Sensitivity(key: key, perDecade: steepest, divergedNeighbours: diverged)
    }
  }
}
