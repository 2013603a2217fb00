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
    /// How units and outputs change along a direction.
    fileprivate var unitTangents: [Lanes]
    fileprivate var outputTangents: [Lanes]

    init(_ shape: Perceptron) {
      input = Array(repeating: .zero, count: shape.inputs)
      target = Array(repeating: .zero, count: shape.classes)
      units = Array(repeating: .zero, count: shape.hidden)
      outputs = target
      (unitTangents, outputTangents) = (units, outputs)
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

  /// Adds the Hessian of each lane's loss, which ``loss(_:_:)`` has just computed, times a direction to `product`.
  ///
  /// Pearlmutter's R-operator ("Fast exact multiplication by the Hessian", Neural Computation 6, 1994).
  func addProduct(
    _ theta: [Lanes], along direction: [Lanes], _ signals: inout Signals, to product: inout [Lanes]
  ) {
    tangents(
      theta, direction, signals.input, signals.units, signals.outputs,
      &signals.unitTangents, &signals.outputTangents)
    addProduct(theta, direction, signals, &product)
  }

  /// The tangents of units and, after the softmax, outputs.
  private func tangents(
    _ theta: [Lanes], _ direction: [Lanes], _ input: [Lanes], _ units: [Lanes],
    _ shares: [Lanes], _ unitTangents: inout [Lanes], _ outputTangents: inout [Lanes]
  ) {
    let (theta, direction, input) = (theta.span, direction.span, input.span)
    let (units, shares) = (units.span, shares.span)
    var unitTangents = unitTangents.mutableSpan
    var outputTangents = outputTangents.mutableSpan
    for j in 0..<hidden {
      var sum = direction[hidden * inputs + j]
      for i in 0..<inputs { sum = sum.addingProduct(direction[j * inputs + i], input[i]) }
      unitTangents[j] = sum * (1 - units[j] * units[j])
    }
    let second = hidden * (inputs + 1)
    var mean = Lanes.zero
    for c in 0..<classes {
      var sum = direction[second + classes * hidden + c]
      for j in 0..<hidden {
        let index = second + c * hidden + j
        sum = sum.addingProduct(direction[index], units[j])
        sum = sum.addingProduct(theta[index], unitTangents[j])
      }
      outputTangents[c] = sum
      mean = mean.addingProduct(shares[c], sum)
    }
    for c in 0..<classes { outputTangents[c] = shares[c] * (outputTangents[c] - mean) }
  }

  private func addProduct(
    _ theta: [Lanes], _ direction: [Lanes], _ signals: Signals, _ product: inout [Lanes]
  ) {
    let (theta, direction, input) = (theta.span, direction.span, signals.input.span)
    let (target, units, shares) = (signals.target.span, signals.units.span, signals.outputs.span)
    let (unitTangents, tangents) = (signals.unitTangents.span, signals.outputTangents.span)
    let second = hidden * (inputs + 1)
    var product = product.mutableSpan
    for c in 0..<classes { product[second + classes * hidden + c] += tangents[c] }
    for j in 0..<hidden {
      var (slope, tangent) = (Lanes.zero, Lanes.zero)
      for c in 0..<classes {
        let index = second + c * hidden + j
        let error = shares[c] - target[c]
        product[index] = product[index].addingProduct(tangents[c], units[j])
        product[index] = product[index].addingProduct(error, unitTangents[j])
        slope = slope.addingProduct(theta[index], error)
        tangent = tangent.addingProduct(direction[index], error)
        tangent = tangent.addingProduct(theta[index], tangents[c])
      }
      // The slope of tanh is 1 − tanh², and its tangent −2 tanh times that of tanh.
      let bend: Lanes = 2 * slope * units[j] * unitTangents[j]
      let change = tangent * (1 - units[j] * units[j]) - bend
      product[hidden * inputs + j] += change
      for i in 0..<inputs {
        product[j * inputs + i] = product[j * inputs + i].addingProduct(change, input[i])
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
