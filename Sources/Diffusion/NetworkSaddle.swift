import Curvature
import Optimizers

/// An optimizer that leaves a saddle of a small network's loss on real images.
///
/// From the minimum of ``SmallNetwork/minimum(_:seed:proceed:)`` a search finds a saddle of the loss f with one
/// negative curvature. Optimizers start there, along gradients of mini-batches: B images drawn at random, with
/// replacement, each time anew. How far they go is measured along eigenvectors of f's Hessian at the saddle.
public struct NetworkSaddle: Hashable, Sendable {
  public var network: SmallNetwork
  /// Eigenvectors of the Hessian: 1 is that of the least eigenvalue, 2 that of the next; −1 that of the largest, and so on.
  public var directions: [Int]
  /// B: each is simulated. Times the steps of a replica, at most ``NormalDeviates/mostWords``.
  public var batches: [Int]
  /// As in ``SaddlePassing/times``.
  public var times: [Int]
  /// As in ``SaddlePassing/warmup``.
  public var warmup: Int
  public var replicas: Int

  public init(
    network: SmallNetwork, directions: [Int], batches: [Int], times: [Int], warmup: Int = 0,
    replicas: Int
  ) {
    precondition(replicas > 0 && !directions.isEmpty && !batches.isEmpty && !times.isEmpty)
    (self.network, self.directions, self.batches) = (network, directions, batches)
    (self.times, self.warmup, self.replicas) = (times, warmup, replicas)
  }

  /// The most parameters of the network: all eigenvectors of its Hessian are computed at each step of the search.
  public static let mostParameters = 2000

  /// The norm of the gradient at which the search has found a saddle.
  public static let gradientBound = 1e-10

  /// The longest step of the search.
  private static let longestStep = 0.1

  /// A saddle, with the Hessian H and the covariance C of the gradients of single images there.
  public struct Saddle: Hashable, Sendable {
    public var point: SmallNetwork.CriticalPoint
    /// The eigenvalues of H, ascending.
    public var curvatures: [Double]
    /// vᵀ C v for each unit eigenvector v of H: the variance of the gradient noise along v for B = 1.
    public var noise: [Double]
    /// The eigenvectors, in the same order.
    public var vectors: [[Double]]
  }

  /// The place of a direction among the ascending eigenvalues, from 0.
  ///
  /// - Precondition: there are as many eigenvalues.
  public static func place(of direction: Int, among count: Int) -> Int {
    direction > 0 ? direction - 1 : count + direction
  }

  /// Finds a saddle with one negative curvature, a pass by which the minimum that the seed leads to is left.
  ///
  /// Eigenvector following (Cerjan and Miller, Journal of Chemical Physics 75, 1981): from the minimum a step is made along an
  /// eigenvector of the Hessian, and from then on to where the quadratic of gradient and Hessian has its greatest value along
  /// the eigenvector most like the one before, its least along the others, but no further than 0.1. Tried are the four
  /// least eigenvectors, each in both directions, until one leads to a saddle within 100 steps.
  ///
  /// - Parameter proceed: asked now and then whether to go on.
  /// - Throws: ``SimulationError``.
  public func saddle(
    _ images: SmallImages, seed: Int, proceed: () -> Bool = { true }
  ) throws(SimulationError) -> Saddle {
    let minimum = try network.minimum(images, seed: seed, proceed: proceed).parameters
    let (_, modes) = eigenpairs(at: minimum, images)
    for mode in modes.prefix(4) {
      for step in [Self.longestStep, -Self.longestStep] {
        let start = zip(minimum, mode).map { $0 + step * $1 }
        if let saddle = try follow(mode, from: start, images, proceed) { return saddle }
      }
    }
    throw .noSaddle
  }

  private func eigenpairs(
    at theta: [Double], _ images: SmallImages
  ) -> (values: [Double], vectors: [[Double]]) {
    SymmetricMatrix(order: theta.count, elements: network.hessian(theta, images)).eigenpairs()
  }

  private func follow(
    _ mode: [Double], from start: [Double], _ images: SmallImages, _ proceed: () -> Bool
  ) throws(SimulationError) -> Saddle? {
    var (theta, mode) = (start, mode)
    for _ in 0..<100 {
      guard proceed() else { throw .stopped }
      let (loss, gradient) = network.lossAndGradient(theta, images)
      let (curvatures, vectors) = eigenpairs(at: theta, images)
      let norm = dot(gradient, gradient).squareRoot()
      if norm <= Self.gradientBound, curvatures.prefix(while: { $0 < 0 }).count == 1 {
        let point = SmallNetwork.CriticalPoint(parameters: theta, loss: loss, gradientNorm: norm)
        return Saddle(
          point: point, curvatures: curvatures, noise: noise(at: theta, along: vectors, images),
          vectors: vectors)
      }
      let likeness = vectors.map { dot($0, mode).magnitude }
      let uphill =
        curvatures[0] < 0 ? 0 : likeness.indices.reduce(0) { likeness[$1] > likeness[$0] ? $1 : $0 }
      mode = vectors[uphill]
      let moves = vectors.indices.map { i -> Double in
        // A curvature that is all but 0 would lead far away.
        let newton = dot(vectors[i], gradient) / max(curvatures[i].magnitude, 1e-6)
        return i == uphill ? newton : -newton
      }
      let length = dot(moves, moves).squareRoot()
      let scale = length > Self.longestStep ? Self.longestStep / length : 1
      for (vector, move) in zip(vectors, moves) {
        for i in theta.indices { theta[i] += scale * move * vector[i] }
      }
    }
    return nil
  }

  private func noise(
    at theta: [Double], along vectors: [[Double]], _ images: SmallImages
  ) -> [Double] {
    let (n, count) = (theta.count, Double(images.labels.count))
    let gradients = network.gradients(theta, images)
    return vectors.map { vector in
      let slopes = images.labels.indices.map { image in
        dot(vector, gradients[image * n..<(image + 1) * n])
      }
      let mean = slopes.reduce(0, +) / count
      return slopes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    }
  }

  /// Simulates it, batch size by batch size.
  ///
  /// - Parameter proceed: asked now and then, with the part of the work done, whether to go on.
  /// - Throws: ``SimulationError``.
  public func run(
    _ optimizer: OptimizerChoice, on images: SmallImages, seed: Int, threads: Int = 1,
    proceed: @Sendable (Double) -> Bool = { _ in true }
  ) throws(SimulationError) -> (saddle: Saddle, displacements: [SaddleDisplacement]) {
    let saddle = try saddle(images, seed: seed) { proceed(0) }
    // Each group of eight is a piece of work for a thread, since a group takes long.
    let groups = (replicas + 7) / 8
    let tallies = try blocks(batches.count * groups, threads: threads, proceed: proceed) {
      index, pulse in
      let (point, group) = index.quotientAndRemainder(dividingBy: groups)
      return optimizer.simulatedRule(
        for: SaddleGroup(
          passing: self, images: images, saddle: saddle, batch: batches[point], point: point,
          first: 8 * group, seed: seed, pulse: pulse))
    }
    let displacements = batches.indices.map { point in
      SaddleDisplacement(Array(tallies[point * groups..<(point + 1) * groups]), replicas: replicas)
    }
    return (saddle, displacements)
  }
}

/// The simulation of eight replicas.
private struct SaddleGroup: RuleVisitor {
  typealias Vector = Lanes
  let passing: NetworkSaddle
  let images: SmallImages
  let saddle: NetworkSaddle.Saddle
  let batch: Int
  let point: Int
  let first: Int
  let seed: Int
  let pulse: Pulse

  @inline(__always)
  func visit<Rule: UpdateRule>(_ rule: Rule) -> SaddleSums where Rule.Vector == Lanes {
    let n = saddle.curvatures.count
    let start = saddle.point.parameters.map { Lanes(repeating: $0) }
    let axes = passing.directions.map {
      saddle.vectors[NetworkSaddle.place(of: $0, among: n)].map { Lanes(repeating: $0) }
    }
    let momentumSlot = Rule.Memory.names.firstIndex(of: "m")
    var tally = SaddleTally(times: passing.times.count, directions: axes.count)
    tally.begin(weight: weights(first: first, replicas: passing.replicas))

    var deviates = NormalDeviates(seed: seed, point: point, first: first)
    var rule = rule
    var signals = Perceptron.Signals(passing.network.perceptron(images))
    // θ − θ*, and the parameters that the network is given.
    var theta = [Lanes](repeating: .zero, count: n)
    var (gradient, parameters, momentum) = (theta, start, theta)
    var memory = [Rule.Memory](repeating: freshMemory(rule), count: n)
    var row = 0
    var pulse = pulse
    for now in 1 - passing.warmup..<(passing.times.last ?? 0) + 1 {
      rule.advance()
      passing.network.draw(
        batch, of: images, scale: 1, at: parameters, &deviates, &signals, &gradient)
      move(rule, &theta, along: &gradient, memory: &memory)
      guard pulse.goesOn(after: n * batch) else { break }
      if now <= 0 {
        for i in 0..<n { theta[i] = .zero }
        if now == 0, let momentumSlot {
          for i in 0..<n {
            memory[i].write { slot, value in if slot == momentumSlot { momentum[i] = value } }
          }
          for (axis, vector) in axes.enumerated() {
            tally.start(axis, momentum: product(vector, momentum))
          }
        }
        continue
      }
      for i in 0..<n { parameters[i] = start[i] + theta[i] }
      if now == passing.times[row] {
        for (axis, vector) in axes.enumerated() { tally.record(row, axis, product(vector, theta)) }
        row += 1
      }
    }
    return tally.sums
  }

  private func product(_ a: [Lanes], _ b: [Lanes]) -> Lanes {
    zip(a, b).reduce(.zero) { $0.addingProduct($1.0, $1.1) }
  }
}

private func dot(_ a: [Double], _ b: some RandomAccessCollection<Double>) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
