import Kernels
import Optimizers
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

/// How long an optimizer stays at a minimum of a small network's loss on real images, against the minimum's sharpness.
///
/// The network has one hidden layer of hyperbolic tangents; its loss f is the mean cross-entropy over all images and
/// ½ λ‖θ‖². From random weights, descent along the whole gradient finds a minimum θ*. Optimizers then start at θ* on
/// f(θ* + √k (θ − θ*)), whose Hessian at θ* is k times that of f and whose other minima are as deep as before, along
/// gradients of mini-batches: B images drawn at random, each time anew.
public struct NetworkEscape: Hashable, Sendable {
  /// The units of the hidden layer.
  public var hidden: Int
  /// Each pixel of an image that the network sees is the mean of so many by so many.
  public var pool: Int
  /// λ, so that there is a minimum at a finite distance.
  public var l2: Double
  /// The steps of the descent to θ*.
  public var descent: Int
  /// A replica has escaped when f exceeds its minimum by more than this.
  public var threshold: Double
  /// f is computed after each so many steps.
  public var every: Int
  /// k: each is simulated; greater than 0.
  public var sharpness: [Double]
  /// B: each is simulated.
  public var batches: [Int]
  /// A replica that has not escaped after so many steps is censored. Times a batch size, at most ``mostImages``.
  public var limit: Int
  public var replicas: Int

  public init(
    hidden: Int, pool: Int, l2: Double, descent: Int, threshold: Double, every: Int,
    sharpness: [Double], batches: [Int], limit: Int, replicas: Int
  ) {
    precondition(!sharpness.isEmpty && !batches.isEmpty && limit > 0 && replicas > 0 && every > 0)
    (self.hidden, self.pool, self.l2, self.descent) = (hidden, pool, l2, descent)
    (self.threshold, self.every, self.sharpness) = (threshold, every, sharpness)
    (self.batches, self.limit, self.replicas) = (batches, limit, replicas)
  }

  /// The most images that a replica can draw, a word of its stream each (``NormalDeviates``).
  public static let mostImages = 1 << 34

  /// The batch sizes, as those of other escapes are given.
  public var noise: ValleyEscape.Noise { .batch(batches.map { Double($0) }) }

  /// The norm of the gradient from which on the end of the descent is no minimum.
  public static let gradientBound = 1e-6

  /// Where the descent ended.
  public struct Minimum: Hashable, Sendable {
    /// θ*: the hidden layer's weights, unit by unit, its biases, and those of the output layer likewise.
    public var parameters: [Double]
    /// f(θ*).
    public var loss: Double
    /// ‖∇f(θ*)‖, at most ``NetworkEscape/gradientBound``.
    public var gradientNorm: Double
  }

  /// f and ∇f at some parameters.
  public func lossAndGradient(
    _ parameters: [Double], _ images: SmallImages
  ) -> (loss: Double, gradient: [Double]) {
    let network = network(images)
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
  ) throws(SimulationError) -> Minimum {
    let network = network(images)
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
    return Minimum(parameters: theta, loss: loss, gradientNorm: norm)
  }

  /// Simulates it: sharpness by sharpness, within each batch size by batch size.
  ///
  /// - Parameter proceed: asked now and then, with the part of the work done, whether to go on.
  /// - Throws: ``SimulationError``.
  public func run(
    _ optimizer: OptimizerChoice, on images: SmallImages, seed: Int, threads: Int = 1,
    proceed: @Sendable (Double) -> Bool = { _ in true }
  ) throws(SimulationError) -> (minimum: Minimum, exits: [ValleyEscape.Exits]) {
    let minimum = try minimum(images, seed: seed) { proceed(0) }
    let points = sharpness.flatMap { k in batches.map { (k, $0) } }
    let groups = (replicas + 7) / 8
    let lanes = try blocks(points.count * groups, threads: threads, proceed: proceed) { index in
      let (point, group) = index.quotientAndRemainder(dividingBy: groups)
      return optimizer.simulatedRule(
        for: NetworkGroup(
          escape: self, images: images, minimum: minimum, sharpness: points[point].0,
          batch: points[point].1, point: point, first: 8 * group, seed: seed))
    }
    let exits = points.indices.map { point in
      let own = lanes[point * groups..<(point + 1) * groups]
      let steps = own.flatMap { group in (0..<8).map { group[$0] } }.prefix(replicas)
      return ValleyEscape.Exits(
        steps: steps.map { $0 < 0 ? Double(limit) : $0 }, escaped: steps.map { $0 >= 0 ? 1 : 0 })
    }
    return (minimum, exits)
  }

  fileprivate func network(_ images: SmallImages) -> Perceptron {
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

/// The simulation of eight replicas: the step at which each was found outside, −1 if never, NaN if it diverged.
private struct NetworkGroup: RuleVisitor {
  typealias Vector = Lanes
  let escape: NetworkEscape
  let images: SmallImages
  let minimum: NetworkEscape.Minimum
  let sharpness: Double
  let batch: Int
  let point: Int
  let first: Int
  let seed: Int

  @inline(__always)
  func visit<Rule: UpdateRule>(_ rule: Rule) -> Lanes where Rule.Vector == Lanes {
    let network = escape.network(images)
    let n = network.count
    let root = sharpness.squareRoot()
    let count = UInt64(images.labels.count)
    let bound = minimum.loss + escape.threshold
    let bottom = minimum.parameters.map { Lanes(repeating: $0) }

    var deviates = NormalDeviates(seed: seed, point: point, first: first)
    var rule = rule
    var signals = Perceptron.Signals(network)
    // θ − θ*, and the parameters that the network is given.
    var theta = [Lanes](repeating: .zero, count: n)
    var (gradient, parameters) = (theta, bottom)
    var memory = [Rule.Memory](repeating: freshMemory(rule), count: n)
    var exits = Lanes(repeating: -1)
    let lanes = min(8, escape.replicas - first)
    var left = lanes
    for now in 1..<escape.limit + 1 {
      rule.advance()
      for i in 0..<n { gradient[i] = .zero }
      for _ in 0..<batch {
        let drawn = deviates.nextWords()
        signals.show((0..<8).map { Int((drawn[$0] &* count) &>> 32) }, of: images)
        _ = network.loss(parameters, &signals)
        network.addGradient(parameters, &signals, weight: root / Double(batch), to: &gradient)
      }
      for i in 0..<n { gradient[i] += root * escape.l2 * parameters[i] }
      move(rule, &theta, along: &gradient, memory: &memory)
      for i in 0..<n { parameters[i] = bottom[i].addingProduct(Lanes(repeating: root), theta[i]) }
      guard now % escape.every == 0 else { continue }
      let loss = loss(network, parameters, &signals)
      for lane in 0..<lanes where exits[lane] == -1 && !(loss[lane] <= bound) {
        exits[lane] = loss[lane].isFinite ? Double(now) : .nan
        left -= 1
      }
      if left == 0 { break }
    }
    return exits
  }

  private func move<Rule: UpdateRule>(
    _ rule: Rule, _ theta: inout [Lanes], along gradient: inout [Lanes],
    memory: inout [Rule.Memory]
  ) where Rule.Vector == Lanes {
    var theta = theta.mutableSpan
    var memory = memory.mutableSpan
    step(rule, &theta, along: gradient.mutableSpan, memory: &memory, schedule: 1)
  }

  /// f of each replica.
  private func loss(
    _ network: Perceptron, _ parameters: [Lanes], _ signals: inout Perceptron.Signals
  ) -> Lanes {
    var sum = Lanes.zero
    for image in images.labels.indices {
      signals.show(image, of: images)
      sum += network.loss(parameters, &signals)
    }
    var square = Lanes.zero
    for value in parameters { square = square.addingProduct(value, value) }
    return sum / Double(images.labels.count) + escape.l2 / 2 * square
  }
}
