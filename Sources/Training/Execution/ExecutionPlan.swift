import Kernels
import Networks

/// The memory and the layers of a network for batches up to a size.
///
/// Decides which signals share memory: a ReLU shares with its input if that is its alone and comes from
/// a layer whose gradient does not need its own output; a flatten of 1 × 1 images always shares.
struct ExecutionPlan<Scalar: KernelScalar> {
  let parameters: View<Scalar>
  let gradient: View<Scalar>
  let statistics: View<Scalar>
  private(set) var signals: [Signal<Scalar>] = []
  private(set) var layers: [any Layer] = []

  private let network: Network
  private let batch: Int
  /// For each node, the ReLU that it applies itself, if one does so.
  private var rectifiers: Set<Int> = []
  /// For each node, the nodes that read it.
  private let readers: [[Int]]
  /// For each node, whether any parameter stands before it, so that its gradient is needed.
  private let needsGradient: [Bool]

  init(_ network: Network, batch: Int) {
    (self.network, self.batch) = (network, batch)
    let padded = (network.parameterCount + 7) / 8 * 8
    (parameters, gradient) = (View(zeros: padded), View(zeros: padded))
    statistics = View(zeros: network.statistics.reduce(0) { $0 + $1.count })
    var readers = [[Int]](repeating: [], count: network.nodes.count)
    for (index, node) in network.nodes.enumerated() {
      for input in node.inputs { readers[input].append(index) }
    }
    self.readers = readers
    var needsGradient = [Bool](repeating: false, count: network.nodes.count)
    for tensor in network.parameters { needsGradient[tensor.node] = true }
    for (index, node) in network.nodes.enumerated() {
      for input in node.inputs where needsGradient[input] { needsGradient[index] = true }
    }
    self.needsGradient = needsGradient
    for index in network.nodes.indices { signals.append(makeSignal(index)) }
    for index in network.nodes.indices.dropFirst() { layers.append(makeLayer(index)) }
  }

  private mutating func makeSignal(_ index: Int) -> Signal<Scalar> {
    let node = network.nodes[index]
    let count = batch * node.shape.count
    switch node.operation {
    case .relu where fusesWithInput(index):
      rectifiers.insert(node.inputs[0])
      return signals[node.inputs[0]]
    case .flatten where isSame(index):
      return signals[node.inputs[0]]
    default:
      return Signal(
        value: View(zeros: count), gradient: View(zeros: needsGradient[index] ? count : 0))
    }
  }

  private func fusesWithInput(_ index: Int) -> Bool {
    let input = network.nodes[index].inputs[0]
    guard readers[input] == [index] else { return false }
    switch network.nodes[input].operation {
    case .linear, .convolution, .batchNorm, .add: return true
    default: return false
    }
  }

  /// Whether a flatten changes nothing and has its input to itself.
  private func isSame(_ index: Int) -> Bool {
    let input = network.nodes[index].inputs[0]
    let shape = network.nodes[input].shape
    return shape.height * shape.width == 1 && readers[input] == [index]
  }

  /// Where node `index` sends the gradient of its input number `number`; `nil` if nobody needs it.
  ///
  /// Of the readers of a signal the last runs first when gradients are computed: it writes, the others add.
  private func target(_ index: Int, _ number: Int = 0) -> GradientTarget<Scalar>? {
    let input = network.nodes[index].inputs[number]
    guard needsGradient[input] else { return nil }
    let isFirst =
      readers[input].last == index && !network.nodes[index].inputs[..<number].contains(input)
    return GradientTarget(view: signals[input].gradient, accumulating: !isFirst)
  }

  private func parameter(_ index: Int, _ name: String) -> Parameter<Scalar>? {
    var offset = 0
    for tensor in network.parameters {
      if tensor.node == index, tensor.name == "\(network.nodes[index].name).\(name)" {
        let range = offset..<offset + tensor.count
        return Parameter(value: parameters[range], gradient: gradient[range])
      }
      offset += tensor.count
    }
    return nil
  }

  private func statistic(_ index: Int, _ name: String) -> View<Scalar> {
    var offset = 0
    for tensor in network.statistics {
      if tensor.node == index, tensor.name.hasSuffix(".\(name)") {
        return statistics[offset..<offset + tensor.count]
      }
      offset += tensor.count
    }
    preconditionFailure("the network has no such statistic")
  }

  private func makeLayer(_ index: Int) -> any Layer {
    let node = network.nodes[index]
    let input = node.inputs[0]
    let shape = network.nodes[input].shape
    let x = signals[input].value
    let output = signals[index]
    let rectified = rectifiers.contains(index)
    switch node.operation {
    case .input:
      preconditionFailure("only the first node is the input")
    case .linear(let outputs):
      return convolution(
        index, ConvolutionShape(inputs: shape.count, height: 1, width: 1, outputs: outputs))
    case .convolution(let outputs, let kernel, let stride, let padding, _):
      return convolution(
        index,
        ConvolutionShape(
          inputs: shape.channels, height: shape.height, width: shape.width, outputs: outputs,
          kernel: kernel, stride: stride, padding: padding))
    case .maxPool(let kernel, let stride, let padding):
      return MaxPoolLayer(
        pooling(shape, kernel, stride, padding), x: x, output: output, target: target(index))
    case .averagePool(let kernel, let stride, let padding):
      return AveragePoolLayer(
        pooling(shape, kernel, stride, padding), x: x, output: output, target: target(index))
    case .globalAveragePool:
      return GlobalAverageLayer(
        channels: shape.channels, positions: shape.height * shape.width, x: x, output: output,
        target: target(index))
    case .batchNorm(let epsilon, let momentum):
      guard let weight = parameter(index, "weight"), let bias = parameter(index, "bias") else {
        preconditionFailure("batch normalisation has a weight and a bias")
      }
      return BatchNormLayer(
        BatchNormalization(channels: shape.channels, epsilon: epsilon, momentum: momentum),
        positions: shape.height * shape.width, x: x, output: output, weight: weight, bias: bias,
        runningMean: statistic(index, "running_mean"),
        runningVariance: statistic(index, "running_var"), target: target(index),
        rectified: rectified)
    case .relu:
      let producer = network.nodes[input].operation
      let isDone = rectifiers.contains(input) && producer != .add
      return RectifierLayer(
        size: shape.count, x: x, output: output, target: target(index), isDone: isDone)
    case .add:
      return AdditionLayer(
        size: shape.count, x: x, y: signals[node.inputs[1]].value, output: output,
        targets: [target(index, 0), target(index, 1)])
    case .concatenate:
      var offset = 0
      let parts = node.inputs.indices.map { number in
        let channels = network.nodes[node.inputs[number]].shape.channels
        defer { offset += channels }
        return ConcatenationLayer<Scalar>.Part(
          x: signals[node.inputs[number]].value, target: target(index, number),
          channels: channels, offset: offset)
      }
      return ConcatenationLayer(
        parts, channels: node.shape.channels, positions: shape.height * shape.width,
        output: output)
    case .dropout(let probability):
      return DropoutLayer(
        node: index, size: shape.count, probability: probability, x: x, output: output,
        target: target(index))
    case .flatten:
      return isSame(index)
        ? NoLayer()
        : FlattenLayer(
          channels: shape.channels, positions: shape.height * shape.width, x: x, output: output,
          target: target(index))
    }
  }

  private func convolution(_ index: Int, _ shape: ConvolutionShape) -> any Layer {
    guard let weight = parameter(index, "weight") else {
      preconditionFailure("a convolution has a weight")
    }
    return ConvolutionLayer(
      shape, batch: batch, x: signals[network.nodes[index].inputs[0]].value,
      output: signals[index], weight: weight, bias: parameter(index, "bias"),
      target: target(index), rectified: rectifiers.contains(index))
  }

  private func pooling(_ shape: Shape, _ kernel: Int, _ stride: Int, _ padding: Int) -> Pooling {
    Pooling(
      channels: shape.channels, height: shape.height, width: shape.width, kernel: kernel,
      stride: stride, padding: padding)
  }
}

/// A layer that does nothing, because its output is its input.
private final class NoLayer: Layer {
  func forward(_ mode: Mode, count: Int, team: Team) {}
  func backward(count: Int, team: Team) {}
}
