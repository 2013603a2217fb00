import Networks
import Testing
import Training

/// The gradient of whole networks against central differences of the loss, in float64.
///
/// Networks as deep as resnet8 have a ReLU within any useful distance of its kink; LossTests holds those.
@Suite struct GradientTests {
  @Test(arguments: [NetworkChoice.mlp(hidden: [9, 7]), .lenet])
  func agreesWithCentralDifferences(choice: NetworkChoice) throws {
    try check(choice.network(input: Shape(channels: 1, height: 13, width: 15), classes: 10))
  }

  /// Graphs that none of our networks has, for what layers may share and do for each other.
  @Test(arguments: Graph.allCases)
  func agreesInUnusualGraphs(graph: Graph) throws { try check(graph.network) }

  private func check(_ network: Network) throws {
    let (batch, count) = (5, network.parameterCount)
    let executor = Executor<Double>(network, batch: batch)
    let start = network.initialParameters(seed: 3).map { Double($0) }
    executor.images.copy(
      from: (0..<batch * network.nodes[0].shape.count).map { GoldenLayer.element(1, $0) })
    let labels = (0..<batch).map { UInt8(($0 * 3) % network.classes) }

    func loss(_ parameters: [Double]) -> Double {
      executor.parameters[0..<count].copy(from: parameters)
      executor.statistics.copy(from: network.initialStatistics.map { Double($0) })
      executor.prepare(forGradient: true)
      return executor.forward(.training, labels: labels[...]).lossSum / Double(batch)
    }
    _ = loss(start)
    executor.backward(count: batch)
    let gradient = executor.gradient[0..<count].array

    for s in 40..<44 {
      let direction = (0..<count).map { GoldenLayer.element(s, $0) }
      let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      let h = 1e-6
      let above = loss(zip(start, direction).map { $0 + h * $1 })
      let below = loss(zip(start, direction).map { $0 - h * $1 })
      #expect(abs((above - below) / (2 * h) - slope) < 1e-7 * max(1, abs(slope)))
    }
  }
}

/// Small networks of unusual shapes.
enum Graph: CaseIterable {
  /// A sum of two convolutions, ReLU, max pooling that takes the ReLU's gradient.
  case pooledSum
  /// A batch normalisation, and a ReLU, of one signal, added.
  case normalizedBesideReLU
  /// A batch normalisation whose input a ReLU before it reads.
  case normalizedAfterReLU
  /// A residual block with its projection, channels that fill no vector, stride 2.
  case residual
  /// A ReLU with two readers, concatenated; windows that overlap, with padding.
  case branches
  /// Batch normalisation of vectors; a signal added to itself.
  case vectors
  /// Layers of a dense block, whose signals lie in one another, and the halving after them.
  case dense
  /// Concatenations in one another, one of them twice, read by a convolution with padding.
  case nested

  var network: Network {
    var net = NetworkBuilder(input: Shape(channels: 2, height: 7, width: 9))
    var x = net.convolution("c", net.input, outputs: 9, kernel: 3, padding: 1)
    switch self {
    case .pooledSum:
      let other = net.convolution("d", net.input, outputs: 9, kernel: 1)
      x = net.maxPool("pool", net.relu("relu", net.add("add", x, other)), kernel: 2)
    case .normalizedBesideReLU:
      let normal = net.batchNorm("bn", x)
      let positive = net.relu("relu", x)
      x = net.add("add", normal, positive)
    case .normalizedAfterReLU:
      let positive = net.relu("relu", x)
      let normal = net.batchNorm("bn", x)
      let other = net.convolution("d", positive, outputs: 9, kernel: 3, padding: 1)
      x = net.relu("out", net.add("add", normal, other))
    case .residual:
      x = net.relu("relu", net.batchNorm("bn", x))
      x = net.basicBlock("block", x, channels: 11, stride: 2)
    case .branches:
      x = net.relu("relu", x)
      let pooled = net.maxPool("pool", x, kernel: 3, stride: 2, padding: 1)
      let mean = net.averagePool("mean", x, kernel: 2, stride: 2, padding: 1)
      x = net.concatenate("cat", [pooled, mean, pooled])
    case .dense:
      x = net.denseLayer("0", x, growth: 3)
      x = net.denseLayer("1", x, growth: 5)
      x = net.transition("t", x)
      x = net.denseLayer("2", x, growth: 3)
      x = net.batchNorm("bn", x)
    case .nested:
      let mean = net.averagePool("mean", x, kernel: 3, stride: 1, padding: 1)
      let normal = net.batchNorm("bn", x)
      let inner = net.concatenate("inner", [mean, normal, mean])
      let outer = net.concatenate("outer", [inner, mean, inner])
      let other = net.batchNorm("bn2", inner)
      x = net.convolution("d", outer, outputs: 9, kernel: 3, padding: 1)
      x = net.concatenate("last", [x, other])
    case .vectors:
      x = net.globalAveragePool("average", x)
      x = net.batchNorm("bn", net.linear("hidden", x, outputs: 13))
      x = net.add("twice", x, x)
    }
    x = net.flatten("flatten", x)
    _ = net.linear("fc", x, outputs: 4)
    return net.network()
  }
}
