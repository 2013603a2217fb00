import Optimizers

/// What a study of diffusion simulates in each of its cells.
public enum Simulation: Hashable, Sendable {
  case saddle(SaddlePassing)
  case networkSaddle(NetworkSaddle)
  case escape(ValleyEscape)
  case networkEscape(NetworkEscape)
  case convergence(GradientDecay)

  /// The kind of study, as study files write it.
  public var kind: String {
    switch self {
    case .saddle, .networkSaddle: "saddle"
    case .escape, .networkEscape: "escape"
    case .convergence: "convergence"
    }
  }

  /// The steps of one cell, those of all replicas together; of escapes the most it can be.
  public var steps: Double {
    switch self {
    case .saddle(let saddle):
      Double(saddle.batches.count * saddle.replicas)
        * Double(saddle.warmup + (saddle.times.last ?? 0))
    case .networkSaddle(let saddle):
      Double(saddle.batches.count * saddle.replicas)
        * Double(saddle.warmup + (saddle.times.last ?? 0))
    case .escape(let escape):
      Double(escape.sharpness.count * escape.noise.values.count * escape.replicas)
        * Double(escape.limit)
    case .networkEscape(let network):
      Double(network.sharpness.count * network.batches.count * network.replicas)
        * Double(network.limit)
    case .convergence(let decay):
      Double(decay.replicas) * decay.horizons.reduce(0) { $0 + Double($1) }
    }
  }

  /// What escape times are measured over, in row-major order; `nil` for another kind.
  public var escapes: Escapes? {
    switch self {
    case .escape(let escape):
      Escapes(sharpness: escape.sharpness, noise: escape.noise, replicas: escape.replicas)
    case .networkEscape(let network):
      Escapes(sharpness: network.sharpness, noise: network.noise, replicas: network.replicas)
    case .saddle, .networkSaddle, .convergence: nil
    }
  }

  /// The sharpnesses and noises from which replicas escape, so many at each.
  public struct Escapes: Hashable, Sendable {
    public let sharpness: [Double]
    public let noise: ValleyEscape.Noise
    public let replicas: Int
  }

  /// The network whose loss it is on, if it is one of a network that learns images.
  public var network: SmallNetwork? {
    switch self {
    case .networkSaddle(let saddle): saddle.network
    case .networkEscape(let escape): escape.network
    case .saddle, .escape, .convergence: nil
    }
  }

  /// Whether it is one of a network that learns images.
  public var usesImages: Bool {
    network != nil
  }

  /// How many numbers its record keeps of one cell.
  ///
  /// - Parameter parameters: those of the network whose loss it is on; 0 for another.
  public func numbers(parameters: Int) -> Int {
    switch self {
    case .saddle(let saddle):
      4 * saddle.batches.count * saddle.times.count * saddle.curvatures.count
    case .networkSaddle(let saddle):
      4 * saddle.batches.count * saddle.times.count * saddle.directions.count
        + 5 * parameters + 2
    case .escape(let escape):
      2 * escape.sharpness.count * escape.noise.values.count * escape.replicas
    case .networkEscape(let network):
      2 * network.sharpness.count * network.batches.count * network.replicas
        + 2 * parameters + 2
    case .convergence(let decay): 4 * decay.horizons.count
    }
  }

  /// The kinds that study files know.
  public static let kinds = ["saddle", "escape", "convergence"]
}

extension OptimizerChoice {
  /// The names of the optimizers that simulations know: those the theory is about.
  public static let simulated = ["sgd", "momentum", "adam", "adai"]

  /// Hands a simulated optimizer's rule to a visitor; code is made for these rules only.
  ///
  /// - Precondition: the optimizer is one of ``simulated``.
  @inline(__always)
  func simulatedRule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    switch self {
    case .sgd(let sgd): return sgd.rule(for: visitor)
    case .momentum(let momentum): return momentum.rule(for: visitor)
    case .adam(let adam): return adam.rule(for: visitor)
    case .adai(let adai): return adai.rule(for: visitor)
    default: preconditionFailure("simulations do not know \(name)")
    }
  }
}
