import Kernels
import Networks

/// The memory and the layers of a pass, for batches up to a size.
struct TangentPlan {
  private(set) var signals: [MovingSignal] = []
  private(set) var layers: [any TangentLayer] = []
  let product: View<Double>

  private let network: Network
  private let parameters: View<Double>
  private let direction: View<Double>
  private let statistics: View<Double>
  private let normalization: NormalizationMode
  /// For each node, the nodes that read it.
  private var readers: [[Int]]
  /// Memory that the convolutions of one shape share within a pass.
  private var scratch: [ImageLayout: Images<Double>] = [:]
  /// Memory that the convolutions work in, one after another.
  private let workspace: View<Double>

  init(
    _ network: Network, parameters: View<Double>, direction: View<Double>,
    statistics: View<Double>, normalization: NormalizationMode, batch: Int
  ) {
    (self.network, self.parameters, self.direction) = (network, parameters, direction)
    (self.statistics, self.normalization) = (statistics, normalization)
    product = View(zeros: network.parameterCount)
    workspace = View(
      zeros: network.nodes.indices.reduce(0) { most, index in
        max(most, network.convolutionShape(index).map(Convolution<Double>.workspace) ?? 0)
      })
    let nodes = network.nodes
    readers = [[Int]](repeating: [], count: nodes.count)
    var border = [Int](repeating: 0, count: nodes.count)
    var moves = [Bool](repeating: false, count: nodes.count)
    for tensor in network.parameters { moves[tensor.node] = true }
    for (index, node) in nodes.enumerated() {
      for input in node.inputs {
        readers[input].append(index)
        if moves[input] { moves[index] = true }
        if case .convolution(_, _, _, let padding, _) = node.operation {
          border[input] = max(border[input], padding)
        }
      }
    }
    for (index, node) in nodes.enumerated() {
      let layout = ImageLayout(
        channels: node.shape.channels, height: node.shape.height, width: node.shape.width,
        border: border[index])
      signals.append(MovingSignal(layout, batch: batch, moves: moves[index]))
      if scratch[layout] == nil, moves[index] {
        scratch[layout] = Images(zeros: layout, batch: batch)
      }
    }
    layers = nodes.indices.dropFirst().map { layer($0) }
  }

  /// Input number `number` of a node. Of the readers of a signal the last runs first backward: it writes.
  private func input(_ index: Int, _ number: Int = 0) -> LayerInput {
    let inputs = network.nodes[index].inputs
    let isFirst =
      readers[inputs[number]].last == index && !inputs[..<number].contains(inputs[number])
    return LayerInput(signal: signals[inputs[number]], accumulating: !isFirst)
  }

  private func parameter(_ index: Int, _ name: String) -> MovingParameter? {
    guard let range = network.parameters.range(of: name, node: index) else { return nil }
    return MovingParameter(
      value: parameters[range], direction: direction[range], product: product[range])
  }

  private func layer(_ index: Int) -> any TangentLayer {
    let node = network.nodes[index]
    let shape = network.nodes[node.inputs[0]].shape
    let output = signals[index]
    func pooling(_ kernel: Int, _ stride: Int, _ padding: Int) -> Pooling {
      Pooling(
        channels: shape.channels, height: shape.height, width: shape.width, kernel: kernel,
        stride: stride, padding: padding)
    }
    switch node.operation {
    case .input: preconditionFailure("only the first node is the input")
    case .linear, .convolution: return convolution(index)
    case .batchNorm(let epsilon, _): return batchNorm(index, epsilon)
    case .relu: return RectifierTangent(input(index), output)
    case .maxPool(let kernel, let stride, let padding):
      return MaxPoolTangent(pooling(kernel, stride, padding), input(index), output)
    case .averagePool(let kernel, let stride, let padding):
      return LinearTangent([.average(pooling(kernel, stride, padding), input(index))], output)
    case .globalAveragePool: return LinearTangent([.globalAverage(input(index))], output)
    case .flatten: return LinearTangent([.flatten(input(index))], output)
    case .dropout: return LinearTangent([.term(isFirst: true, input(index))], output)
    case .add:
      return LinearTangent(
        node.inputs.indices.map { .term(isFirst: $0 == 0, input(index, $0)) }, output)
    case .concatenate:
      var offset = 0
      let parts = node.inputs.indices.map { number in
        defer { offset += network.nodes[node.inputs[number]].shape.channels }
        return LinearTangent.Part.channels(at: offset, input(index, number))
      }
      return LinearTangent(parts, output)
    }
  }

  private func convolution(_ index: Int) -> any TangentLayer {
    guard let shape = network.convolutionShape(index), let weight = parameter(index, "weight"),
      let scratch = scratch[signals[index].value.layout]
    else { preconditionFailure("a convolution has a weight") }
    return ConvolutionTangent(
      shape, input(index), signals[index], weight: weight, bias: parameter(index, "bias"),
      scratch: scratch, workspace: workspace)
  }

  private func batchNorm(_ index: Int, _ epsilon: Double) -> any TangentLayer {
    guard let weight = parameter(index, "weight"), let bias = parameter(index, "bias"),
      let mean = network.statistics.range(of: "running_mean", node: index),
      let variance = network.statistics.range(of: "running_var", node: index)
    else { preconditionFailure("batch normalisation has parameters and statistics") }
    return NormalizationTangent(
      input(index), signals[index], epsilon: epsilon, usesBatch: normalization == .training,
      weight: weight, bias: bias, runningMean: statistics[mean],
      runningVariance: statistics[variance])
  }
}
