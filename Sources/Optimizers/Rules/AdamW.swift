/// Adam with decoupled weight decay.
///
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ                         (7)
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²                        (8)
///     m̂ₜ = mₜ / (1 − β₁ᵗ)                               (9)
///     v̂ₜ = vₜ / (1 − β₂ᵗ)                              (10)
///     θₜ = θₜ₋₁ − ηₜ (η m̂ₜ / (√v̂ₜ + ε) + λ θₜ₋₁)       (12)
///
/// Numbers are lines of Algorithm 2 of Loshchilov & Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
/// <https://arxiv.org/abs/1711.05101>, whose α is η here.
///
/// - Note: Line 12 of the paper multiplies λ by the schedule ηₜ alone. PyTorch multiplies it by the learning rate too,
///   and so does this type by default: the decay is then ηₜηλθ. `weight_decay_kind: decoupled_by_schedule` is the
///   paper's. A λ of the paper is η times a λ of PyTorch.
/// - Note: ε is where ``Adam`` has it, and `epsilon_hat` and `epsilon_root` are as there.
public struct AdamW: Optimizer {
  public static let name = "adamw"
  public static let summary = "Adam with decoupled weight decay, as torch.optim.AdamW"
  public static let equations = """
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    m̂ = m / (1 − β₁ᵗ)
    v̂ = v / (1 − β₂ᵗ)
    θ ← θ − ηₜ η m̂ / (√(v̂ + ε_root) + ε)          with epsilon_hat: ε / √(1 − β₂ᵗ) for ε
    """
  public static let source =
    "Loshchilov & Hutter, Decoupled Weight Decay Regularization, ICLR 2019, Algorithm 2"
  public static let hyperparameters: [Hyperparameter<AdamW>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, by which θ shrinks"),
    Hyperparameter(\.weightDecayKind, among: [.decoupled, .decoupledBySchedule]),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √v̂"),
    Hyperparameter(
      "epsilon_root", \.epsilonRoot, .nonNegative, "added to v̂ inside the root, as in Optax"),
    Hyperparameter(
      "epsilon_hat", \.epsilonHat,
      "whether ε is added to √v before its bias correction, as in Keras"),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
  public var weightDecayKind = WeightDecayKind.decoupled
  /// β₁, the decay rate of the first moment, in [0, 1).
  public var beta1 = 0.9
  /// β₂, the decay rate of the second moment, in [0, 1).
  public var beta2 = 0.999
  /// ε, added to √v̂; greater than zero.
  public var epsilon = 1e-8
  /// What is added to v̂ inside the root; zero or greater.
  public var epsilonRoot = 0.0
  /// Whether ε is added to √v before its bias correction.
  public var epsilonHat = false

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .adamW(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(AdamRule(hyperparametersOfAdam, decay: WeightDecay(weightDecay, weightDecayKind)))
  }

  @usableFromInline
  var hyperparametersOfAdam: Adam {
    var adam = Adam(learningRate: learningRate, weightDecay: weightDecay)
    (adam.beta1, adam.beta2, adam.epsilon) = (beta1, beta2, epsilon)
    (adam.epsilonRoot, adam.epsilonHat) = (epsilonRoot, epsilonHat)
    return adam
  }
}
