/// Adam with coupled L2 weight decay.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
///     m̂ₜ = mₜ / (1 − β₁ᵗ)
///     v̂ₜ = vₜ / (1 − β₂ᵗ)
///     θₜ = θₜ₋₁ − ηₜ η m̂ₜ / (√(v̂ₜ + ε_root) + ε)
///
/// Algorithm 1 of Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015,
/// <https://arxiv.org/abs/1412.6980>, in which ε_root is 0.
///
/// - Note: ε stands outside the root and beside v̂, as in Algorithm 1 and in `torch.optim.Adam`. Two other readings
///   are in use. TensorFlow and Keras follow the paper's remark on a faster order of computation, whose ε̂ stands
///   beside √v, before its bias correction: `epsilon_hat` takes ε for that, and it then counts as
///   ε / √(1 − β₂ᵗ). Optax has a second ε inside the root: `epsilon_root`.
/// - Note: The L2 term is PyTorch's; the paper has no weight decay.
public struct Adam: Optimizer {
  public static let name = "adam"
  public static let summary = "Adam with coupled L2 weight decay, as torch.optim.Adam"
  public static let equations = """
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    m̂ = m / (1 − β₁ᵗ)
    v̂ = v / (1 − β₂ᵗ)
    θ ← θ − ηₜ η m̂ / (√(v̂ + ε_root) + ε)          with epsilon_hat: ε / √(1 − β₂ᵗ) for ε
    """
  public static let source =
    "Kingma & Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, Algorithm 1"
  public static let hyperparameters: [Hyperparameter<Adam>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, of the L2 term λθ"),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √v̂"),
    Hyperparameter(
      "epsilon_root", \.epsilonRoot, .nonNegative, "added to v̂ inside the root, as in Optax",
      isAddition: true),
    Hyperparameter(
      "epsilon_hat", \.epsilonHat,
      "whether ε is added to √v before its bias correction, as in Keras",
      isAddition: true),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
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

  public var weightDecayKind: WeightDecayKind { .coupled }
  public var choice: OptimizerChoice { .adam(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(AdamRule(self, decay: WeightDecay(weightDecay, .coupled)))
  }
}

/// The equations of ``Adam`` and ``AdamW``, which differ in how the weight decay acts.
public struct AdamRule<Vector: RealVector>: UpdateRule {
  public typealias Memory = MomentMemory<Vector>
  @usableFromInline let (adam, decay): (Adam, WeightDecay)
  @usableFromInline var clock: MomentClock

  @inlinable
  public init(_ adam: Adam, decay: WeightDecay) {
    (self.adam, self.decay) = (adam, decay)
    clock = MomentClock(beta1: adam.beta1, beta2: adam.beta2)
  }

  @inlinable
  public mutating func advance() { clock.advance() }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let rate = schedule * adam.learningRate
    let epsilon = adam.epsilonHat ? adam.epsilon * clock.correction2.squareRoot() : adam.epsilon
    memory.average(decay.coupled(into: gradient, at: parameters), adam.beta1, adam.beta2)
    let mHat = clock.correction1 * memory.m
    let vHat = clock.correction2 * memory.v
    return decay.shrunk(parameters, rate: rate, schedule: schedule)
      - rate * (mHat / ((vHat + adam.epsilonRoot).squareRoot() + epsilon))
  }
}
