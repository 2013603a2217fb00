import Kernels
import Training

/// One forward and one backward pass of a layer on its own, in PyTorch's order of elements.
struct LayerRun<Scalar: KernelScalar> {
  private let layer: GoldenLayer
  private let team: Team
  private let xs: [View<Scalar>]
  private let targets: [GradientTarget<Scalar>]
  private let weight: Parameter<Scalar>
  private let bias: Parameter<Scalar>

  /// - Parameter shift: how far inputs, weights and biases are moved along directions 40, 41, … and 50, 51.
  init(_ layer: GoldenLayer, threads: Int, shift: Double = 0) {
    (self.layer, team) = (layer, Team(threads: threads))
    xs = layer.inputs.enumerated().map { number, shape in
      let count = layer.batch * shape.reduce(1, *)
      let values = (0..<count).map {
        let v = GoldenLayer.element(number, $0)
        let x = number == 0 ? layer.offset + layer.scale * v : v
        return x + shift * GoldenLayer.element(40 + number, $0)
      }
      return View(channelsLast(values, shape).map { Scalar($0) })
    }
    // Gradients are added to what is there, by layers that are told so: start from something.
    targets = xs.map { x in
      let view = View<Scalar>(zeros: x.count)
      view.fill(1)
      return GradientTarget(view: view, accumulating: true)
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
    let output = Signal<Scalar>(
      value: View(zeros: count),
      gradient: View(channelsLast(upstream, outputShape).map { Scalar($0) }))
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
      let gradient = target.view.array.map { Double($0) - 1 }
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
    case "convolution", "maxPool", "averagePool":
      let pool = window()
      return [layer.outputs ?? shape[0], pool.outHeight, pool.outWidth]
    default: return shape
    }
  }

  private func makeLayer(_ output: Signal<Scalar>, _ running: [View<Scalar>]) -> any Layer {
    let size = shape.reduce(1, *)
    let positions = shape[1] * shape[2]
    switch layer.kind {
    case "linear", "convolution":
      return ConvolutionLayer(
        ConvolutionShape(
          inputs: shape[0], height: shape[1], width: shape[2], outputs: layer.outputs ?? 0,
          kernel: layer.kernel ?? 1, stride: layer.stride ?? 1, padding: layer.padding ?? 0),
        batch: layer.batch, x: xs[0], output: output, weight: weight,
        bias: layer.db == nil ? nil : bias, target: targets[0], rectified: false)
    case "maxPool":
      return MaxPoolLayer(window(), x: xs[0], output: output, target: targets[0])
    case "averagePool":
      return AveragePoolLayer(window(), x: xs[0], output: output, target: targets[0])
    case "globalAveragePool":
      return GlobalAverageLayer(
        channels: shape[0], positions: positions, x: xs[0], output: output, target: targets[0])
    case "batchNorm":
      return BatchNormLayer(
        BatchNormalization(channels: shape[0], epsilon: 1e-5, momentum: 0.1),
        positions: positions, x: xs[0], output: output, weight: weight, bias: bias,
        runningMean: running[0], runningVariance: running[1], target: targets[0],
        rectified: false)
    case "relu":
      return RectifierLayer(
        size: size, x: xs[0], output: output, target: targets[0], isDone: false)
    case "add":
      return AdditionLayer(
        size: size, x: xs[0], y: xs[1], output: output, targets: targets.map { $0 })
    case "concatenate":
      var offset = 0
      let parts = xs.indices.map { number in
        defer { offset += layer.inputs[number][0] }
        return ConcatenationLayer<Scalar>.Part(
          x: xs[number], target: targets[number], channels: layer.inputs[number][0],
          offset: offset)
      }
      return ConcatenationLayer(
        parts, channels: outputShape[0], positions: positions, output: output)
    case "dropout":
      let p = layer.probability ?? 0
      let dropout = DropoutLayer(
        node: 1, size: size, probability: p, x: xs[0], output: output, target: targets[0])
      let kept = (0..<layer.batch * size).map {
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
    let gradient = View<Scalar>(zeros: xs[0].count)
    let labels = (0..<layer.batch).map { UInt8((7 * $0 + 3) % shape[0]) }
    loss(xs[0], labels: labels, gradient: gradient)
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
