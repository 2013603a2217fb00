import Kernels
import Randomness

/// Images a small network learns, each a row of numbers.
public struct SmallImages: Hashable, Sendable {
  public var inputs: Int
  public var classes: Int
  /// Images × inputs, row-major.
  public var values: [Double]
  public var labels: [Int]

  /// - Precondition: labels lie in 0 ..< classes.
  public init(inputs: Int, classes: Int, values: [Double], labels: [Int]) {
    precondition(values.count == inputs * labels.count)
    precondition(labels.allSatisfy { (0..<classes).contains($0) })
    (self.inputs, self.classes, self.values, self.labels) = (inputs, classes, values, labels)
  }
}

/// A small network that learns images: its loss f, that loss's slopes and curvatures, and where it has a minimum.
///
/// The network has one hidden layer of hyperbolic tangents; f is the mean cross-entropy over all images and
/// ½ λ‖θ‖². Parameters θ, in order: the hidden layer's weights, unit by unit, its biases, and those of the output layer
/// likewise.
public struct SmallNetwork: Hashable, Sendable {
  /// The units of the hidden layer.
  public var hidden: Int
  /// Each pixel of an image that the network sees is the mean of so many by so many.
  public var pool: Int
  /// λ, so that there is a minimum at a finite distance.
  public var l2: Double
  /// The steps of the descent to the minimum.
  public var descent: Int

  public init(hidden: Int, pool: Int, l2: Double, descent: Int) {
    (self.hidden, self.pool, self.l2, self.descent) = (hidden, pool, l2, descent)
  }

  /// How many parameters it has.
  public func parameterCount(inputs: Int, classes: Int) -> Int {
    Perceptron(inputs: inputs, hidden: hidden, classes: classes).count
  }

  /// The Hessian of f at some parameters, parameters × parameters, row-major.
  public func hessian(_ parameters: [Double], _ images: SmallImages) -> [Double] {
    let network = perceptron(images)
    let n = network.count
    let theta = parameters.map { Lanes(repeating: $0) }
    var signals = Perceptron.Signals(network)
    var direction = [Lanes](repeating: .zero, count: n)
    var product = direction
    var elements = [Double](repeating: 0, count: n * n)
    let count = images.labels.count
    for first in stride(from: 0, to: count, by: 8) {
      signals.show((first..<first + 8).map { $0 < count ? $0 : nil }, of: images)
      let weight = weights(first: first, replicas: count) / Double(count)
      _ = network.loss(theta, &signals)
      for row in 0..<n {
        for i in 0..<n { (direction[i], product[i]) = (.zero, .zero) }
        direction[row] = Lanes(repeating: 1)
        network.addProduct(theta, along: direction, &signals, to: &product)
        for i in 0..<n { elements[row * n + i] += (weight * product[i]).total }
      }
    }
    for i in 0..<n { elements[i * n + i] += l2 }
    return elements
  }

  /// The gradient of each image's loss at some parameters, without the L2 term: images × parameters, row-major.
  func gradients(_ parameters: [Double], _ images: SmallImages) -> [Double] {
    let network = perceptron(images)
    let theta = parameters.map { Lanes(repeating: $0) }
    var signals = Perceptron.Signals(network)
    var gradient = [Lanes](repeating: .zero, count: network.count)
    var rows: [Double] = []
    let count = images.labels.count
    for first in stride(from: 0, to: count, by: 8) {
      signals.show((first..<first + 8).map { $0 < count ? $0 : nil }, of: images)
      _ = network.loss(theta, &signals)
      for i in gradient.indices { gradient[i] = .zero }
      network.addGradient(theta, &signals, weight: 1, to: &gradient)
      for lane in 0..<min(8, count - first) { rows += gradient.map { $0[lane] } }
    }
    return rows
  }

  /// The norm of the gradient from which on the end of the descent is no minimum.
  public static let gradientBound = 1e-6

  /// Where f has hardly any slope.
  public struct CriticalPoint: Hashable, Sendable {
    /// θ*.
    public var parameters: [Double]
    /// f(θ*).
    public var loss: Double
    /// ‖∇f(θ*)‖; of a minimum at most ``SmallNetwork/gradientBound``.
    public var gradientNorm: Double
  }

  /// f and ∇f at some parameters.
  public func lossAndGradient(
    _ parameters: [Double], _ images: SmallImages
  ) -> (loss: Double, gradient: [Double]) {
    let network = perceptron(images)
    let theta = parameters.map { Lanes(repeating: $0) }
    var signals = Perceptron.Signals(network)
    var gradient = [Lanes](repeating: .zero, count: network.count)
    var loss = Lanes.zero
    let count = images.labels.count
    for first in stride(from: 0, to: count, by: 8) {
      let chosen = (first..<first + 8).map { $0 < count ? $0 : nil }
      signals.show(chosen, of: images)
      let weight = weights(first: first, replicas: count)
      loss += weight * network.loss(theta, &signals)
      // A lane without an image has no input, and its slopes are taken away.
      var part = [Lanes](repeating: .zero, count: network.count)
      network.addGradient(theta, &signals, weight: 1 / Double(count), to: &part)
      for i in part.indices { gradient[i] += weight * part[i] }
    }
    let square = parameters.reduce(0) { $0 + $1 * $1 }
    return (
      loss.total / Double(count) + l2 / 2 * square,
      zip(gradient, parameters).map { $0.total + l2 * $1 }
    )
  }

  /// The minimum that heavy-ball descent (rate 0.1, momentum 0.9) finds from normal weights of variance 1/inputs of each
  /// layer, and biases of 0.
  ///
  /// - Parameter proceed: asked now and then whether to go on.
  /// - Throws: ``SimulationError``.
  public func minimum(
    _ images: SmallImages, seed: Int, proceed: () -> Bool = { true }
  ) throws(SimulationError) -> CriticalPoint {
    let network = perceptron(images)
    var deviates = NormalDeviates(seed: seed, point: Int(UInt32.max), first: 0)
    var theta = [Double](repeating: 0, count: network.count)
    for i in 0..<hidden * network.inputs {
      theta[i] = deviates.next()[0] / Double(network.inputs).squareRoot()
    }
    let second = hidden * (network.inputs + 1)
    for i in second..<second + network.classes * hidden {
      theta[i] = deviates.next()[0] / Double(hidden).squareRoot()
    }
    var velocity = [Double](repeating: 0, count: network.count)
    for step in 0..<descent {
      if step % 64 == 0, !proceed() { throw .stopped }
      let gradient = lossAndGradient(theta, images).gradient
      for i in theta.indices {
        velocity[i] = 0.9 * velocity[i] + gradient[i]
        theta[i] -= 0.1 * velocity[i]
      }
    }
    let (loss, gradient) = lossAndGradient(theta, images)
    let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm <= Self.gradientBound else { throw .noMinimum(gradientNorm: norm, steps: descent) }
    return CriticalPoint(parameters: theta, loss: loss, gradientNorm: norm)
  }

  /// The gradient of f as a mini-batch tells it, times `scale`: each replica draws so many images at random, with replacement.
  @inline(__always)
  func draw(
    _ batch: Int, of images: SmallImages, scale: Double, at parameters: [Lanes],
    _ deviates: inout NormalDeviates, _ signals: inout Perceptron.Signals,
    _ gradient: inout [Lanes]
  ) {
    let network = perceptron(images)
    let count = UInt64(images.labels.count)
    for i in gradient.indices { gradient[i] = .zero }
    for _ in 0..<batch {
      let drawn = deviates.nextWords()
      signals.show((0..<8).map { Int((drawn[$0] &* count) &>> 32) }, of: images)
      _ = network.loss(parameters, &signals)
      network.addGradient(parameters, &signals, weight: scale / Double(batch), to: &gradient)
    }
    for i in gradient.indices { gradient[i] += scale * l2 * parameters[i] }
  }

  func perceptron(_ images: SmallImages) -> Perceptron {
    Perceptron(inputs: images.inputs, hidden: hidden, classes: images.classes)
  }
}

extension Perceptron.Signals {
  /// An image for each lane; nothing where there is none.
  mutating func show(_ chosen: [Int?], of images: SmallImages) {
    for lane in 0..<8 {
      for c in target.indices { target[c][lane] = 0 }
      guard let image = chosen[lane] else {
        for i in input.indices { input[i][lane] = 0 }
        continue
      }
      for i in input.indices { input[i][lane] = images.values[image * images.inputs + i] }
      target[images.labels[image]][lane] = 1
    }
  }

  /// One image for all lanes.
  mutating func show(_ image: Int, of images: SmallImages) {
    for i in input.indices { input[i] = Lanes(repeating: images.values[image * images.inputs + i]) }
    for c in target.indices { target[c] = Lanes(repeating: images.labels[image] == c ? 1 : 0) }
  }
}
