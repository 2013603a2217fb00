import Kernels
import Training

/// One forward and one backward pass of a layer on its own, in PyTorch's order of elements.
struct LayerRun<Scalar: KernelScalar> {
  private let layer: GoldenLayer
  private let team: Team
  private let border: Int
  private let xs: [Images<Scalar>]
  private let targets: [GradientTarget<Scalar>]
  private let weight: Parameter<Scalar>
  private let bias: Parameter<Scalar>

  /// - Parameter shift: how far inputs, weights and biases are moved along directions 40, 41, … and 50, 51.
  init(_ layer: GoldenLayer, threads: Int, shift: Double = 0) {
    (self.layer, team) = (layer, Team(threads: threads))
    let border = ["linear", "crossEntropy", "globalAveragePool"].contains(layer.kind) ? 0 : 2
    self.border = border
    xs = layer.inputs.enumerated().map { number, shape in
      let count = layer.batch * shape.reduce(1, *)
      let values = (0..<count).map {
        let v = GoldenLayer.element(number, $0)
        let x = number == 0 ? layer.offset + layer.scale * v : v
        return x + shift * GoldenLayer.element(40 + number, $0)
      }
      return Self.images(channelsLast(values, shape), shape, border: 2 * border)
    }
    // Gradients are added to what is there, by layers that are told so: start from something.
    targets = layer.inputs.map { shape in
      let ones = [Double](repeating: 1, count: layer.batch * shape.reduce(1, *))
      return GradientTarget(images: Self.images(ones, shape, border: border), accumulating: true)
    }
    func parameter(_ s: Int, _ count: Int) -> Parameter<Scalar> {
      Parameter(
        value: View(
          (0..<count).map {
            Scalar(GoldenLayer.element(s, $0) + shift * GoldenLayer.element(40 + s, $0))
          }),
        gradient: View(zeros: count))
    }
    weight = parameter(10, layer.dw?.count ?? 0)
    bias = parameter(11, layer.db?.count ?? 0)
  }

  private var shape: [Int] { layer.inputs[0] }

  /// Images with these numbers in a border; layers between vectors have none.
  private static func images(_ values: [Double], _ shape: [Int], border: Int) -> Images<Scalar> {
    let layout = ImageLayout(
      channels: shape[0], height: shape[1], width: shape[2], border: border)
    let images = Images<Scalar>(zeros: layout, batch: values.count / layout.size)
    images.copy(from: values.map { Scalar($0) })
    return images
  }

  private func convolution() -> ConvolutionShape {
    ConvolutionShape(
      inputs: shape[0], height: shape[1], width: shape[2], outputs: layer.outputs ?? 0,
      kernel: layer.kernel ?? 1, stride: layer.stride ?? 1, padding: layer.padding ?? 0)
  }

  private func window() -> Pooling {
    Pooling(
      channels: shape[0], height: shape[1], width: shape[2], kernel: layer.kernel ?? 0,
      stride: layer.stride ?? 0, padding: layer.padding ?? 0)
  }

  /// The output and all gradients, by name.
  func results() -> [String: [Double]] {
    if layer.kind == "crossEntropy" { return crossEntropy() }
    let outputShape = outputShape
    let count = layer.batch * outputShape.reduce(1, *)
    let upstream = (0..<count).map { GoldenLayer.element(20, $0) }
    let zeros = [Double](repeating: 0, count: count)
    let output = Signal<Scalar>(
      value: Self.images(zeros, outputShape, border: border),
      gradient: Self.images(channelsLast(upstream, outputShape), outputShape, border: 2 * border))
    let running = [
      View((0..<shape[0]).map { Scalar(GoldenLayer.element(12, $0)) }),
      View((0..<shape[0]).map { Scalar(GoldenLayer.element(13, $0) + 1.5) }),
    ]
    let subject = makeLayer(output, running)
    let isTraining = layer.training ?? true
    subject.prepare(forGradient: true)
    subject.forward(isTraining ? .training : .evaluating, count: layer.batch, team: team)
    var results = ["y": channelsFirst(output.value.array.map { Double($0) }, outputShape)]
    if layer.kind == "batchNorm" {
      results["running_mean"] = running[0].array.map { Double($0) }
      results["running_var"] = running[1].array.map { Double($0) }
      // Gradients are taken in training mode only.
      guard isTraining else { return results }
    }
    subject.backward(count: layer.batch, team: team)
    for (number, target) in targets.enumerated() {
      let gradient = target.images.array.map { Double($0) - 1 }
      results["dx\(number)"] = channelsFirst(gradient, layer.inputs[number])
    }
    if layer.dw != nil { results["dw"] = weight.gradient.array.map { Double($0) } }
    if layer.db != nil { results["db"] = bias.gradient.array.map { Double($0) } }
    return results
  }

  private var outputShape: [Int] {
    switch layer.kind {
    case "linear": return [layer.outputs ?? 0, 1, 1]
    case "globalAveragePool": return [shape[0], 1, 1]
    case "concatenate": return [layer.inputs.reduce(0) { $0 + $1[0] }, shape[1], shape[2]]
    case "convolution":
      return [layer.outputs ?? 0, convolution().outHeight, convolution().outWidth]
    case "maxPool", "averagePool":
      return [shape[0], window().outHeight, window().outWidth]
    default: return shape
    }
  }

  private func makeLayer(_ output: Signal<Scalar>, _ running: [View<Scalar>]) -> any Layer {
    switch layer.kind {
    case "linear", "convolution":
      return ConvolutionLayer(
        convolution(), x: xs[0], output: output, weight: weight,
        bias: layer.db == nil ? nil : bias, target: targets[0], rectified: false, moments: nil)
    case "maxPool":
      return MaxPoolLayer(
        window(), x: xs[0], output: output, target: targets[0], rectified: false)
    case "averagePool":
      return AveragePoolLayer(window(), x: xs[0], output: output, target: targets[0])
    case "globalAveragePool":
      return GlobalAverageLayer(x: xs[0], output: output, target: targets[0])
    case "batchNorm":
      return BatchNormLayer(
        BatchNormalization(
          xs[0].layout, batch: layer.batch, epsilon: 1e-5, momentum: 0.1, rectified: false),
        x: xs[0], moments: ChannelMoments(xs[0].layout, batch: layer.batch), takesMoments: true,
        summand: nil, output: output, weight: weight, bias: bias, runningMean: running[0],
        runningVariance: running[1], target: targets[0])
    case "relu":
      return RectifierLayer(x: xs[0], output: output, target: targets[0], isDone: false)
    case "add":
      return AdditionLayer(
        x: xs[0], y: xs[1], output: output, targets: targets.map { $0 },
        rectified: false)
    case "concatenate":
      var offset = 0
      let parts = xs.indices.map { number in
        defer { offset += layer.inputs[number][0] }
        return ConcatenationLayer<Scalar>.Part(
          x: xs[number], target: targets[number],
          channels: offset..<offset + layer.inputs[number][0])
      }
      return ConcatenationLayer(parts, output: output)
    case "dropout":
      let p = layer.probability ?? 0
      let dropout = DropoutLayer(
        node: 1, probability: p, x: xs[0], output: output, target: targets[0])
      let kept = (0..<layer.batch * shape.reduce(1, *)).map {
        GoldenLayer.element(30, $0) >= 2 * p - 1 ? 1 / (1 - p) : 0
      }
      dropout.mask.copy(from: channelsLast(kept, shape).map { Scalar($0) })
      return dropout
    default:
      preconditionFailure("there is no layer \(layer.kind)")
    }
  }

  private func crossEntropy() -> [String: [Double]] {
    let loss = SoftmaxCrossEntropy<Scalar>(classes: shape[0], batch: layer.batch)
    let gradient = Images<Scalar>(zeros: xs[0].layout, batch: layer.batch)
    let labels = (0..<layer.batch).map { UInt8((7 * $0 + 3) % shape[0]) }
    loss(xs[0], labels: labels[...], gradient: gradient)
    let sum = loss.losses.array.reduce(0) { $0 + Double($1) }
    return ["y": [sum / Double(layer.batch)], "dx0": gradient.array.map { Double($0) }]
  }
}

/// From batch × channels × height × width to batch × height × width × channels.
private func channelsLast(_ x: [Double], _ shape: [Int]) -> [Double] {
  rearranged(x, shape) { channel, position, channels, positions in
    (channel * positions + position, position * channels + channel)
  }
}

/// From batch × height × width × channels to batch × channels × height × width.
private func channelsFirst(_ x: [Double], _ shape: [Int]) -> [Double] {
  rearranged(x, shape) { channel, position, channels, positions in
    (position * channels + channel, channel * positions + position)
  }
}

private func rearranged(
  _ x: [Double], _ shape: [Int], _ move: (Int, Int, Int, Int) -> (from: Int, to: Int)
) -> [Double] {
  let (channels, positions) = (shape[0], shape[1] * shape[2])
  var y = x
  for sample in 0..<x.count / (channels * positions) {
    for channel in 0..<channels {
      for position in 0..<positions {
        let (from, to) = move(channel, position, channels, positions)
        y[sample * channels * positions + to] = x[sample * channels * positions + from]
      }
    }
  }
  return y
}
