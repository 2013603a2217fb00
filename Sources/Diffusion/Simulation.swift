import Optimizers

/// What a study of diffusion simulates in each of its cells.
public enum Simulation: Hashable, Sendable {
  case saddle(SaddlePassing)
  case escape(ValleyEscape)
  case convergence(GradientDecay)

  /// The kind of study, as study files write it.
  public var kind: String {
    switch self {
    case .saddle: "saddle"
    case .escape: "escape"
    case .convergence: "convergence"
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
