import Kernels
import Optimizers

/// How long an optimizer stays at a minimum of a small network's loss on real images, against the minimum's sharpness.
///
/// From random weights, descent along the whole gradient finds a minimum θ* of its loss f. Optimizers then start at θ* on
/// f(θ* + √k (θ − θ*)), whose Hessian at θ* is k times that of f and whose other minima are as deep as before, along
/// gradients of mini-batches: B images drawn at random, each time anew.
public struct NetworkEscape: Hashable, Sendable {
  public var network: SmallNetwork
  /// A replica has escaped when f exceeds its minimum by more than this.
  public var threshold: Double
  /// f is computed after each so many steps.
  public var every: Int
  /// k: each is simulated; greater than 0.
  public var sharpness: [Double]
  /// B: each is simulated.
  public var batches: [Int]
  /// A replica that has not escaped after so many steps is censored. Times a batch size, at most ``NormalDeviates/mostWords``.
  public var limit: Int
  public var replicas: Int

  public init(
    network: SmallNetwork, threshold: Double, every: Int, sharpness: [Double], batches: [Int],
    limit: Int, replicas: Int
  ) {
    precondition(!sharpness.isEmpty && !batches.isEmpty && limit > 0 && replicas > 0 && every > 0)
    (self.network, self.threshold, self.every) = (network, threshold, every)
    self.sharpness = sharpness
    (self.batches, self.limit, self.replicas) = (batches, limit, replicas)
  }

  /// The batch sizes, as those of other escapes are given.
  public var noise: ValleyEscape.Noise { .batch(batches.map { Double($0) }) }

  /// Simulates it: sharpness by sharpness, within each batch size by batch size.
  ///
  /// - Parameter proceed: asked now and then, with the part of the work done, whether to go on.
  /// - Throws: ``SimulationError``.
  public func run(
    _ optimizer: OptimizerChoice, on images: SmallImages, seed: Int, threads: Int = 1,
    proceed: @Sendable (Double) -> Bool = { _ in true }
  ) throws(SimulationError) -> (minimum: SmallNetwork.CriticalPoint, exits: [ValleyEscape.Exits]) {
    let minimum = try network.minimum(images, seed: seed) { proceed(0) }
    let points = sharpness.flatMap { k in batches.map { (k, $0) } }
    let groups = (replicas + 7) / 8
    let lanes = try blocks(points.count * groups, threads: threads, proceed: proceed) {
      index, pulse in
      let (point, group) = index.quotientAndRemainder(dividingBy: groups)
      return optimizer.simulatedRule(
        for: NetworkGroup(
          escape: self, images: images, minimum: minimum, sharpness: points[point].0,
          batch: points[point].1, point: point, first: 8 * group, seed: seed, pulse: pulse))
    }
    let exits = points.indices.map { point in
      let own = lanes[point * groups..<(point + 1) * groups]
      let steps = own.flatMap { group in (0..<8).map { group[$0] } }.prefix(replicas)
      return ValleyEscape.Exits(
        steps: steps.map { $0 < 0 ? Double(limit) : $0 }, escaped: steps.map { $0 >= 0 ? 1 : 0 })
    }
    return (minimum, exits)
  }
}

/// The simulation of eight replicas: the step at which each was found outside, −1 if never, NaN if it diverged.
private struct NetworkGroup: RuleVisitor {
  typealias Vector = Lanes
  let escape: NetworkEscape
  let images: SmallImages
  let minimum: SmallNetwork.CriticalPoint
  let sharpness: Double
  let batch: Int
  let point: Int
  let first: Int
  let seed: Int
  let pulse: Pulse

  @inline(__always)
  func visit<Rule: UpdateRule>(_ rule: Rule) -> Lanes where Rule.Vector == Lanes {
    let network = escape.network.perceptron(images)
    let n = network.count
    let root = sharpness.squareRoot()
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
    var pulse = pulse
    for now in 1..<escape.limit + 1 {
      rule.advance()
      escape.network.draw(
        batch, of: images, scale: root, at: parameters, &deviates, &signals, &gradient)
      move(rule, &theta, along: &gradient, memory: &memory)
      for i in 0..<n { parameters[i] = bottom[i].addingProduct(Lanes(repeating: root), theta[i]) }
      guard pulse.goesOn(after: n * batch) else { break }
      guard now % escape.every == 0 else { continue }
      guard pulse.goesOn(after: n * images.labels.count) else { break }
      let loss = loss(network, parameters, &signals)
      for lane in 0..<lanes where exits[lane] == -1 && !(loss[lane] <= bound) {
        exits[lane] = loss[lane].isFinite ? Double(now) : .nan
        left -= 1
      }
      if left == 0 { break }
    }
    return exits
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
    return sum / Double(images.labels.count) + escape.network.l2 / 2 * square
  }
}
