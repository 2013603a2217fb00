import Networks

/// When the signals of a network are in use: node i runs at moment i and, backward, at moment 2n − i, n being the
/// number of nodes; the loss is taken at n.
struct SignalTimes {
  /// For each node, from when its value is made until it is last read.
  private(set) var values: [ClosedRange<Int>]
  /// For each node, from when its gradient is first written until it is last read.
  private(set) var gradients: [ClosedRange<Int>]
  /// The nodes whose value is read backward.
  private(set) var readBackward: Set<Int> = []

  init(_ network: Network, _ fusion: LayerFusion) {
    let nodes = network.nodes
    let n = nodes.count
    values = nodes.indices.map { $0...$0 }
    gradients = nodes.indices.map { 2 * n - $0...2 * n - $0 }
    var (read, found) = (values, Set<Int>())
    func keep(_ index: Int, until moment: Int) {
      read[index] = read[index].lowerBound...max(read[index].upperBound, moment)
      if moment > n { found.insert(index) }
    }
    // A batch normalisation that makes a sum runs where the sum does.
    let sums = Dictionary(uniqueKeysWithValues: fusion.normalizations.map { ($0.value, $0.key) })
    for (index, node) in nodes.enumerated() {
      let runs = sums[index] ?? index
      for input in node.inputs {
        keep(input, until: runs)
        gradients[input] =
          min(gradients[input].lowerBound, 2 * n - runs)...gradients[input].upperBound
      }
      switch node.operation {
      case .linear, .convolution, .batchNorm:
        keep(node.inputs[0], until: 2 * n - index)
      case .maxPool:
        keep(node.inputs[0], until: 2 * n - index)
        keep(index, until: 2 * n - index)
      case .relu:
        if case .batchNorm = nodes[node.inputs[0]].operation,
          fusion.fusedReLUs.contains(index)
        {
          break
        }
        keep(index, until: 2 * n - index)
      case .add:
        // A batch normalisation that made it finds there what ReLU let through.
        if fusion.normalizations[index] != nil && fusion.rectifies(index) {
          keep(index, until: 2 * n - index)
        }
      case .input, .averagePool, .globalAveragePool, .concatenate, .dropout, .flatten:
        break
      }
    }
    (values, readBackward) = (read, found)
    // The logits may be looked at after a pass.
    values[n - 1] = values[n - 1].lowerBound...2 * n
    gradients[n - 1] = n...gradients[n - 1].upperBound
  }
}
