import Kernels
import Networks

/// The memory and the layers of a network for batches up to a size.
struct ExecutionPlan<Scalar: KernelScalar> {
  let parameters: View<Scalar>
  let gradient: View<Scalar>
  let statistics: View<Scalar>
  let signals: [Signal<Scalar>]
  private(set) var layers: [any Layer] = []

  private let network: Network
  private let batch: Int
  private let fusion: LayerFusion
  private let sharing: ChannelSharing
  /// What convolutions work in, one after another.
  private let workspace: View<Scalar>
  /// For each node, what takes the moments of its value for the batch normalisation that reads it.
  private var moments: [Int: ChannelMoments<Scalar>] = [:]

  init(_ network: Network, batch: Int) {
    (self.network, self.batch) = (network, batch)
    let padded = (network.parameterCount + 7) / 8 * 8
    (parameters, gradient) = (View(zeros: padded), View(zeros: padded))
    statistics = View(zeros: network.statistics.reduce(0) { $0 + $1.count })
    fusion = LayerFusion(network)
    sharing = ChannelSharing(network, fusion)
    signals = SignalPlan<Scalar>(network, fusion, sharing, batch: batch).makeSignals()
    workspace = View(
      zeros: network.nodes.indices.reduce(0) { most, index in
        max(most, network.convolutionShape(index).map(Convolution<Scalar>.workspace) ?? 0)
      })
    for node in network.nodes {
      guard case .batchNorm = node.operation else { continue }
      let layout = signals[node.inputs[0]].value.layout
      moments[node.inputs[0]] = ChannelMoments(layout, batch: batch)
    }
    for index in network.nodes.indices.dropFirst() { layers.append(makeLayer(index)) }
  }

  /// Where node `index` sends the gradient of its input number `number`; `nil` if nobody needs it.
  ///
  /// Of the readers of a signal the last runs first when gradients are computed: it writes, the others add.
  private func target(_ index: Int, _ number: Int = 0) -> GradientTarget<Scalar>? {
    let inputs = network.nodes[index].inputs
    guard fusion.needsGradient[inputs[number]] else { return nil }
    let isFirst =
      fusion.readers[inputs[number]].last == index && !inputs[..<number].contains(inputs[number])
    return GradientTarget(images: signals[inputs[number]].gradient, accumulating: !isFirst)
  }

  private func parameter(_ index: Int, _ name: String) -> Parameter<Scalar>? {
    network.parameters.range(of: name, node: index).map {
      Parameter(value: parameters[$0], gradient: gradient[$0])
    }
  }

  private func statistic(_ index: Int, _ name: String) -> View<Scalar> {
    guard let range = network.statistics.range(of: name, node: index) else {
      preconditionFailure("the network has no such statistic")
    }
    return statistics[range]
  }

  private func makeLayer(_ index: Int) -> any Layer {
    let node = network.nodes[index]
    let input = node.inputs[0]
    let x = signals[input].value
    let output = signals[index]
    switch node.operation {
    case .input:
      preconditionFailure("only the first node is the input")
    case .linear, .convolution:
      return convolution(index)
    case .maxPool(let kernel, let stride, let padding):
      return MaxPoolLayer(
        pooling(input, kernel, stride, padding), x: x, output: output, target: target(index),
        rectified: takesGradient(index, of: input))
    case .averagePool(let kernel, let stride, let padding):
      return AveragePoolLayer(
        pooling(input, kernel, stride, padding), x: x, output: output, target: target(index))
    case .globalAveragePool:
      return GlobalAverageLayer(x: x, output: output, target: target(index))
    case .batchNorm:
      let isTerm = fusion.normalizations.values.contains(index)
      return isTerm ? NoLayer() : normalization(index, output: index, summand: nil)
    case .relu:
      return rectifier(index)
    case .add:
      guard let term = fusion.normalizations[index] else {
        return AdditionLayer(
          x: x, y: signals[node.inputs[1]].value, output: output,
          targets: [target(index, 0), target(index, 1)], rectified: fusion.rectifies(index))
      }
      let number = term == node.inputs[0] ? 1 : 0
      return normalization(
        term, output: index,
        summand: BatchNormLayer.Summand(
          value: signals[node.inputs[number]].value, target: target(index, number)))
    case .concatenate:
      var offset = 0
      let parts = node.inputs.indices.map { number in
        defer { offset += network.nodes[node.inputs[number]].shape.channels }
        let isInPlace = sharing.isInPlace(number, of: index)
        return ConcatenationLayer<Scalar>.Part(
          x: isInPlace.value ? nil : signals[node.inputs[number]].value,
          target: isInPlace.gradient ? nil : target(index, number),
          channels: offset..<offset + network.nodes[node.inputs[number]].shape.channels)
      }
      return ConcatenationLayer(parts, output: output)
    case .dropout(let probability):
      return DropoutLayer(
        node: index, probability: probability, x: x, output: output, target: target(index))
    case .flatten:
      return fusion.valueOwner[index] == fusion.valueOwner[input]
        ? NoLayer() : FlattenLayer(x: x, output: output, target: target(index))
    }
  }

  /// The ReLU's own work, if any is left by the layers before and after it.
  private func rectifier(_ index: Int) -> any Layer {
    let input = network.nodes[index].inputs[0]
    let isDone = fusion.fusedReLUs.contains(index)
    if isDone && (isNormalized(input) || poolTakesGradient(of: index)) { return NoLayer() }
    return RectifierLayer(
      x: signals[input].value, output: signals[index], target: target(index), isDone: isDone)
  }

  /// Whether a node's value is made by a batch normalisation, which applies ReLU and takes its gradient.
  private func isNormalized(_ index: Int) -> Bool {
    if case .batchNorm = network.nodes[index].operation { return true }
    return fusion.normalizations[index] != nil
  }

  /// Whether a max pooling takes the gradient of the ReLU it reads.
  private func takesGradient(_ pool: Int, of input: Int) -> Bool {
    fusion.fusedReLUs.contains(input) && fusion.readers[input] == [pool]
      && !isNormalized(network.nodes[input].inputs[0])
  }

  private func poolTakesGradient(of index: Int) -> Bool {
    guard fusion.readers[index].count == 1, let pool = fusion.readers[index].first,
      case .maxPool = network.nodes[pool].operation
    else { return false }
    return takesGradient(pool, of: index)
  }

  private func convolution(_ index: Int) -> any Layer {
    guard let weight = parameter(index, "weight"), let shape = network.convolutionShape(index)
    else { preconditionFailure("a convolution has a weight") }
    return ConvolutionLayer(
      shape, x: signals[network.nodes[index].inputs[0]].value, output: signals[index],
      weight: weight, bias: parameter(index, "bias"), target: target(index),
      rectified: fusion.rectifies(index), moments: moments[index], workspace: workspace)
  }

  /// - Parameter output: the node whose value it makes: itself or a sum.
  private func normalization(
    _ index: Int, output: Int, summand: BatchNormLayer<Scalar>.Summand?
  ) -> any Layer {
    let input = network.nodes[index].inputs[0]
    guard case .batchNorm(let epsilon, let momentum) = network.nodes[index].operation,
      let weight = parameter(index, "weight"), let bias = parameter(index, "bias"),
      let moments = moments[input]
    else { preconditionFailure("batch normalisation has a weight and a bias") }
    return BatchNormLayer(
      BatchNormalization(
        signals[input].value.layout, batch: batch, epsilon: epsilon, momentum: momentum,
        rectified: fusion.rectifies(output)),
      x: signals[input].value, moments: moments,
      takesMoments: network.convolutionShape(input) == nil, summand: summand,
      output: signals[output], weight: weight, bias: bias,
      runningMean: statistic(index, "running_mean"),
      runningVariance: statistic(index, "running_var"), target: target(index))
  }

  private func pooling(_ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Pooling {
    let shape = network.nodes[input].shape
    return Pooling(
      channels: shape.channels, height: shape.height, width: shape.width, kernel: kernel,
      stride: stride, padding: padding)
  }
}
