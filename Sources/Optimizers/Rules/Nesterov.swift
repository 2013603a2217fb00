/// Nesterov's accelerated gradient.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + gₜ
///     θₜ = θₜ₋₁ − ηₜ η (gₜ + β₁ mₜ)
///
/// Equations (3) and (4) of Sutskever et al., "On the importance of initialization and momentum in deep learning",
/// ICML 2013, for the point θ + μv at which their gradient is taken.
///
/// - Note: As `torch.optim.SGD(nesterov: true)`. Sutskever et al. gather the rate in v, PyTorch and this type multiply
///   by it when m is used; the two agree as long as the rate is constant.
public struct Nesterov: Optimizer {
  public static let name = "nesterov"
  public static let summary = "Nesterov's momentum, as torch.optim.SGD(nesterov=True)"
  public static let equations = """
    m ← β₁ m + g
    θ ← θ − ηₜ η (g + β₁ m)
    """
  public static let source =
    "Sutskever et al., On the importance of initialization and momentum, ICML 2013, (3) and (4)"
  public static let hyperparameters: [Hyperparameter<Nesterov>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, of the L2 term λθ"),
    Hyperparameter("momentum", \.momentum, .fraction, "β₁, the part of m kept in each step"),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
  /// β₁, the part of m kept in each step, in [0, 1).
  public var momentum = 0.9

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var weightDecayKind: WeightDecayKind { .coupled }
  public var choice: OptimizerChoice { .nesterov(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(NesterovRule(self))
  }
}

/// The equations of ``Nesterov``.
public struct NesterovRule<Vector: RealVector>: UpdateRule {
  public typealias Memory = MomentumMemory<Vector>
  @usableFromInline let nesterov: Nesterov

  @inlinable
  public init(_ nesterov: Nesterov) { self.nesterov = nesterov }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let g = gradient + nesterov.weightDecay * parameters
    memory.m = nesterov.momentum * memory.m + g
    return parameters - (schedule * nesterov.learningRate) * (g + nesterov.momentum * memory.m)
  }
}
