import Kernels

/// A network with one hidden layer of hyperbolic tangents and a softmax, for eight images or eight replicas at once.
///
/// Its parameters, in order: the hidden layer's weights, unit by unit, its biases, and those of the output layer likewise.
struct Perceptron: Hashable, Sendable {
  let inputs: Int
  let hidden: Int
  let classes: Int

  var count: Int { hidden * (inputs + 1) + classes * (hidden + 1) }

  /// What a pass needs beside the parameters.
  struct Signals {
    /// The image of each lane, and 1 for its class, 0 for others.
    var input: [Lanes]
    var target: [Lanes]
    fileprivate var units: [Lanes]
    /// Outputs, and then the loss by them.
    fileprivate var outputs: [Lanes]

    init(_ shape: Perceptron) {
      input = Array(repeating: .zero, count: shape.inputs)
      target = Array(repeating: .zero, count: shape.classes)
      units = Array(repeating: .zero, count: shape.hidden)
      outputs = target
    }
  }

  /// The cross-entropy of each lane; leaves the softmax among the signals.
  func loss(_ theta: [Lanes], _ signals: inout Signals) -> Lanes {
    loss(theta, signals.input, signals.target, &signals.units, &signals.outputs)
  }

  private func loss(
    _ theta: [Lanes], _ input: [Lanes], _ target: [Lanes], _ units: inout [Lanes],
    _ outputs: inout [Lanes]
  ) -> Lanes {
    let (theta, input, target) = (theta.span, input.span, target.span)
    var units = units.mutableSpan
    var outputs = outputs.mutableSpan
    for j in 0..<hidden {
      var sum = theta[hidden * inputs + j]
      for i in 0..<inputs { sum = sum.addingProduct(theta[j * inputs + i], input[i]) }
      units[j] = tanh(sum)
    }
    let second = hidden * (inputs + 1)
    var (largest, own) = (Lanes(repeating: -.infinity), Lanes.zero)
    for c in 0..<classes {
      var sum = theta[second + classes * hidden + c]
      for j in 0..<hidden { sum = sum.addingProduct(theta[second + c * hidden + j], units[j]) }
      outputs[c] = sum
      largest.replace(with: sum, where: sum .> largest)
      own = own.addingProduct(target[c], sum)
    }
    var total = Lanes.zero
    for c in 0..<classes {
      outputs[c] = Elementary.exp(outputs[c] - largest)
      total += outputs[c]
    }
    for c in 0..<classes { outputs[c] /= total }
    return Elementary.log(total) + largest - own
  }

  /// Adds `weight` times the gradient of each lane's loss, which ``loss(_:_:)`` has just computed.
  func addGradient(
    _ theta: [Lanes], _ signals: inout Signals, weight: Double, to gradient: inout [Lanes]
  ) {
    addGradient(
      theta, signals.input, signals.target, signals.units, &signals.outputs, weight, &gradient)
  }

  private func addGradient(
    _ theta: [Lanes], _ input: [Lanes], _ target: [Lanes], _ units: [Lanes],
    _ slopes: inout [Lanes], _ weight: Double, _ gradient: inout [Lanes]
  ) {
    let (theta, input, target, units) = (theta.span, input.span, target.span, units.span)
    let second = hidden * (inputs + 1)
    var slopes = slopes.mutableSpan
    var gradient = gradient.mutableSpan
    for c in 0..<classes {
      slopes[c] = weight * (slopes[c] - target[c])
      gradient[second + classes * hidden + c] += slopes[c]
    }
    for j in 0..<hidden {
      var sum = Lanes.zero
      for c in 0..<classes {
        let index = second + c * hidden + j
        gradient[index] = gradient[index].addingProduct(slopes[c], units[j])
        sum = sum.addingProduct(theta[index], slopes[c])
      }
      let slope = sum * (1 - units[j] * units[j])
      gradient[hidden * inputs + j] += slope
      for i in 0..<inputs {
        gradient[j * inputs + i] = gradient[j * inputs + i].addingProduct(slope, input[i])
      }
    }
  }

  /// tanh x = ±(1 − e^(−2|x|)) / (1 + e^(−2|x|)).
  @inline(__always)
  private func tanh(_ x: Lanes) -> Lanes {
    let negative = x .< Lanes.zero
    let decay = Elementary.exp(-2 * x.replacing(with: -x, where: negative))
    let size = (1 - decay) / (1 + decay)
    return size.replacing(with: -size, where: negative)
  }
}
