/// Adaptive Inertia with decoupled weight decay.
///
///     θₜ₋₁ ← (1 − ηₜ η λ) θₜ₋₁
///
/// and then the step of ``Adai`` with the gradient as it is: v, v̄, β₁ and m know nothing of λ.
///
/// Xie et al., "Adaptive Inertia", ICML 2022, <https://arxiv.org/abs/2006.15815>; in the authors' code this is
/// `Adai(decoupled=True)`.
///
/// - Note: The decay is scaled by the learning rate, as in PyTorch's AdamW, so the best λ depends on η.
///   `weight_decay_kind: decoupled_by_schedule` scales it by the schedule alone.
public struct AdaiW: Optimizer {
  public static let name = "adaiw"
  public static let summary = "adaptive inertia with decoupled weight decay"
  public static let equations = """
    v ← β₂ v + (1 − β₂) g²
    v̂ = v / (1 − β₂ᵗ)
    v̄ = mean of v̂ over all parameters of the model
    β₁ = clip(1 − (β₀ / v̄) v̂, 0, 1 − ε)
    m ← β₁ m + (1 − β₁) g
    m̂ = m / (1 − Π β₁)
    θ ← θ − ηₜ η m̂
    """
  public static let source =
    "Xie et al., Adaptive Inertia, ICML 2022 (https://arxiv.org/abs/2006.15815)"
  public static let hyperparameters: [Hyperparameter<AdaiW>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, by which θ shrinks"),
    Hyperparameter(\.weightDecayKind, among: [.decoupled, .decoupledBySchedule]),
    Hyperparameter("beta0", \.beta0, .positive, "β₀, how far the inertia falls with v̂ / v̄"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .halfOpen(from: 1e-7), "ε; 1 − ε is the largest inertia"),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
  public var weightDecayKind = WeightDecayKind.decoupled
  /// β₀, how far the inertia falls with v̂ / v̄; greater than zero.
  public var beta0 = 0.1
  /// β₂, the decay rate of the second moment, in [0, 1).
  public var beta2 = 0.99
  /// ε; 1 − ε is the largest inertia; in (0, 1).
  public var epsilon = 1e-3

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .adaiW(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(AdaiRule(hyperparametersOfAdai, decay: WeightDecay(weightDecay, weightDecayKind)))
  }

  @usableFromInline
  var hyperparametersOfAdai: Adai {
    var adai = Adai(learningRate: learningRate, weightDecay: weightDecay)
    (adai.beta0, adai.beta2, adai.epsilon) = (beta0, beta2, epsilon)
    return adai
  }
}
