import Optimizers

/// How fast an optimizer's gradient falls on a smooth bounded loss that is not convex: Theorem 4 of Xie et al., ICML 2022.
///
/// The loss is Σᵢ θᵢ² / (1 + θᵢ²) over n parameters, with 0 as its least value, curvatures of at most 2 and slopes of at
/// most 3√3/8; each gradient is seen with normal noise of total variance δ². A run of T steps has the learning rate C / √T,
/// C being the optimizer's.
public struct GradientDecay: Hashable, Sendable {
  /// n.
  public var dimensions: Int
  /// δ.
  public var noise: Double
  /// Each parameter at the start; not 0.
  public var start: Double
  /// T: each is a set of runs of its own; increasing.
  public var horizons: [Int]
  public var replicas: Int

  public init(dimensions: Int, noise: Double, start: Double, horizons: [Int], replicas: Int) {
    precondition(dimensions > 0 && !horizons.isEmpty && replicas > 0)
    (self.dimensions, self.noise, self.start) = (dimensions, noise, start)
    (self.horizons, self.replicas) = (horizons, replicas)
  }

  /// ‖∇L(θₖ)‖², averaged over the replicas, of the runs of each length.
  public struct Decay: Hashable, Sendable {
    /// The smallest average over k.
    public var minimum: [Double]
    /// Its standard error, at the k where it is.
    public var minimumError: [Double]
    /// That k.
    public var minimumStep: [Double]
    /// The average over the whole run.
    public var mean: [Double]
  }

  /// ℒ, the largest curvature.
  public static let smoothness = 2.0

  /// G, a bound of ‖∇L‖.
  public var gradientBound: Double {
    (Double(dimensions)).squareRoot() * 3 * 3.0.squareRoot() / 8
  }

  /// L(θ₀) − L*.
  public var descent: Double { Double(dimensions) * start * start / (1 + start * start) }

  /// (C₁ + C₂ + C₃) / √T of Theorem 4 for Adai with C = its learning rate and β₁,max = 1 − ε; `nil` for other optimizers.
  ///
  ///     C₁ = (L(θ₀) − L*) / ((1 − β₁,max) C)      C₂ = β₁,max C G² / (2 (1 − β₁,max)²)
  ///     C₃ = ℒ C (G² + δ²) / (2 (1 − β₁,max)²)
  public func bound(of optimizer: OptimizerChoice) -> [Double]? {
    guard case .adai(let adai) = optimizer else { return nil }
    let (c, rest) = (adai.learningRate, adai.epsilon)
    let square = gradientBound * gradientBound
    let first = descent / (rest * c)
    let second = (1 - rest) * c * square / (2 * rest * rest)
    let third = Self.smoothness * c * (square + noise * noise) / (2 * rest * rest)
    return horizons.map { (first + second + third) / Double($0).squareRoot() }
  }

  /// Simulates it, run length by run length.
  ///
  /// - Parameter proceed: asked now and then, with the part of the work done, whether to go on.
  /// - Throws: ``SimulationError/stopped`` if not.
  public func run(
    _ optimizer: OptimizerChoice, seed: Int, threads: Int = 1,
    proceed: @Sendable (Double) -> Bool = { _ in true }
  ) throws(SimulationError) -> Decay {
    var decay = Decay(minimum: [], minimumError: [], minimumStep: [], mean: [])
    let all = Double(horizons.reduce(0, +))
    var done = 0.0
    for (point, horizon) in horizons.enumerated() {
      let (before, share) = (done / all, Double(horizon) / all)
      let parts = try blocks(
        blockCount(replicas: replicas), threads: threads, proceed: { proceed(before + share * $0) }
      ) { block, pulse in
        optimizer.simulatedRule(
          for: DecayBlock(
            decay: self, steps: horizon, point: point, block: block, seed: seed, pulse: pulse))
      }
      done += Double(horizon)
      let n = Double(replicas)
      let means = (0..<horizon).map { k in parts.reduce(0) { $0 + $1.squares[k] } / n }
      let best = means.indices.min { means[$0] < means[$1] } ?? 0
      let fourth = parts.reduce(0) { $0 + $1.fourths[best] } / n
      decay.minimum.append(means[best])
      decay.minimumError.append(
        (max(0, fourth - means[best] * means[best]) / n).squareRoot())
      decay.minimumStep.append(Double(best))
      decay.mean.append(means.reduce(0, +) / Double(horizon))
    }
    return decay
  }
}

/// Sums of ‖∇L‖² and of its square over a block's replicas, by step.
private struct DecaySums {
  var squares: [Double]
  var fourths: [Double]
}

/// The simulation of one block of replicas.
private struct DecayBlock: RuleVisitor {
  typealias Vector = Lanes
  let decay: GradientDecay
  let steps: Int
  let point: Int
  let block: Int
  let seed: Int
  let pulse: Pulse

  @inline(__always)
  func visit<Rule: UpdateRule>(_ rule: Rule) -> DecaySums where Rule.Vector == Lanes {
    let n = decay.dimensions
    let amplitude = Lanes(repeating: decay.noise / Double(n).squareRoot())
    let schedule = 1 / Double(steps).squareRoot()
    var squares = [Lanes](repeating: .zero, count: steps)
    var fourths = squares
    var pulse = pulse
    for first in groups(ofBlock: block, replicas: decay.replicas) {
      let weight = weights(first: first, replicas: decay.replicas)
      var deviates = NormalDeviates(seed: seed, point: point, first: first)
      var rule = rule
      var slopes = [Lanes](repeating: .zero, count: n)
      var positions = [Lanes](repeating: Lanes(repeating: decay.start), count: n)
      var memories = [Rule.Memory](repeating: freshMemory(rule), count: n)
      var gradient = slopes.mutableSpan
      var theta = positions.mutableSpan
      var memory = memories.mutableSpan
      for k in 0..<steps {
        rule.advance()
        var square = Lanes.zero
        for i in 0..<n {
          let bottom = 1 + theta[i] * theta[i]
          let slope = 2 * theta[i] / (bottom * bottom)
          square += slope * slope
          gradient[i] = slope + amplitude * deviates.next()
        }
        squares[k] += weight * square
        fourths[k] += weight * square * square
        step(rule, &theta, along: gradient, memory: &memory, schedule: schedule)
        guard pulse.goesOn(after: n) else { return DecaySums(squares: [], fourths: []) }
      }
    }
    return DecaySums(squares: squares.map(\.total), fourths: fourths.map(\.total))
  }
}
