/// Heavy-ball momentum.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + β₃ gₜ             β₃ = 1 − dampening
///     θₜ = θₜ₋₁ − ηₜ η mₜ
///
/// The general form of Xie et al., "Adaptive Inertia", ICML 2022, which has two choices of β₃: 1, its "Momentum"
/// and the default here, and 1 − β₁, as in Adam, which is a dampening equal to the momentum.
///
/// - Note: As `torch.optim.SGD(momentum: β₁, dampening:)`: the rate multiplies m when it is used, not when it is
///   gathered, so a schedule acts at once on the whole of m. But PyTorch starts with m₁ = g₁, dampening or not;
///   here m₁ = β₃ g₁, as the equation says with m₀ = 0.
public struct Momentum: Optimizer {
  public static let name = "momentum"
  public static let summary = "heavy-ball momentum, as torch.optim.SGD(momentum=0.9)"
  public static let equations = """
    m ← β₁ m + (1 − dampening) g
    θ ← θ − ηₜ η m
    """
  public static let source =
    "Polyak, Some methods of speeding up the convergence of iteration methods, 1964"
  public static let hyperparameters: [Hyperparameter<Momentum>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, of the L2 term λθ"),
    Hyperparameter("momentum", \.momentum, .fraction, "β₁, the part of m kept in each step"),
    Hyperparameter(
      "dampening", \.dampening, .fraction, "1 − β₃; equal to momentum, m is an average",
      isAddition: true),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
  /// β₁, the part of m kept in each step, in [0, 1).
  public var momentum = 0.9
  /// 1 − β₃, the part of the gradient kept out of m, in [0, 1).
  public var dampening = 0.0

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var weightDecayKind: WeightDecayKind { .coupled }
  public var choice: OptimizerChoice { .momentum(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(MomentumRule(self))
  }
}

/// The memory of a rule that gathers the gradient in m.
public struct MomentumMemory<Vector: RealVector>: RuleMemory {
  public var m: Vector

  public static var names: [String] { ["m"] }
  @inlinable @inline(__always)
  public init(reading slot: (Int) -> Vector) { m = slot(0) }
  @inlinable @inline(__always)
  public func write(to slot: (Int, Vector) -> Void) { slot(0, m) }
}

/// The equations of ``Momentum``.
public struct MomentumRule<Vector: RealVector>: UpdateRule {
  public typealias Memory = MomentumMemory<Vector>
  @usableFromInline let momentum: Momentum

  @inlinable
  public init(_ momentum: Momentum) { self.momentum = momentum }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let g = gradient + momentum.weightDecay * parameters
    memory.m = momentum.momentum * memory.m + (1 - momentum.dampening) * g
    return parameters - (schedule * momentum.learningRate) * memory.m
  }
}
