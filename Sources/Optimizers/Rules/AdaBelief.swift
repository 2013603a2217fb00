/// AdaBelief: Adam whose second moment is of the gradient's distance from its average.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
///     sₜ = β₂ sₜ₋₁ + (1 − β₂) (gₜ − mₜ)² + ε_root
///     m̂ₜ = mₜ / (1 − β₁ᵗ)
///     ŝₜ = sₜ / (1 − β₂ᵗ)
///     θₜ = θₜ₋₁ − ηₜ η m̂ₜ / (√ŝₜ + ε)
///
/// Algorithm 2 of Zhuang et al., "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients",
/// NeurIPS 2020, <https://arxiv.org/abs/2010.07468>.
///
/// - Note: The paper and the authors' code add one ε twice, in s, where it gathers over the steps, and to √ŝ. Here they are
///   two hyperparameters; give both the same value for theirs. 10⁻¹⁶ is the authors' since version 0.1 of
///   `adabelief-pytorch`, 10⁻⁸ before.
/// - Note: Since that version the authors' code also rectifies, as ``RAdam`` from ρₜ ≥ 5 on (there ε stands beside √s),
///   and decouples the decay, both by default. Algorithm 2 does not rectify, nor do `pytorch_optimizer` and Optax, nor does
///   this type unless `rectified` is true. The decay is coupled by default here, as in version 0.0.5 and
///   as the other optimizers', so that one λ means the same for all.
public struct AdaBelief: Optimizer {
  public static let name = "adabelief"
  public static let summary =
    "Adam with the belief in observed gradients, as the paper's Algorithm 2"
  public static let equations = """
    m ← β₁ m + (1 − β₁) g
    s ← β₂ s + (1 − β₂) (g − m)² + ε_root
    m̂ = m / (1 − β₁ᵗ)
    ŝ = s / (1 − β₂ᵗ)
    θ ← θ − ηₜ η m̂ / (√ŝ + ε)                       with rectified: as radam, with s for v
    """
  public static let source = "Zhuang et al., AdaBelief Optimizer, NeurIPS 2020, Algorithm 2"
  public static let hyperparameters: [Hyperparameter<AdaBelief>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, the weight decay"),
    Hyperparameter(\.weightDecayKind, among: WeightDecayKind.allCases),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √ŝ"),
    Hyperparameter(
      "epsilon_root", \.epsilonRoot, .nonNegative, "added to s in every step; the paper's is ε"),
    Hyperparameter("rectified", \.rectified, "whether the rate is rectified as radam's"),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
  public var weightDecayKind = WeightDecayKind.coupled
  /// β₁, the decay rate of the first moment, in [0, 1).
  public var beta1 = 0.9
  /// β₂, the decay rate of the second moment, in [0, 1).
  public var beta2 = 0.999
  /// ε, added to √ŝ; greater than zero.
  public var epsilon = 1e-16
  /// What is added to s in every step; zero or greater.
  public var epsilonRoot = 1e-16
  /// Whether the rate is rectified as RAdam's.
  public var rectified = false

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .adaBelief(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(AdaBeliefRule(self))
  }
}

/// The equations of ``AdaBelief``.
public struct AdaBeliefRule<Vector: RealVector>: UpdateRule {
  @usableFromInline let (adaBelief, decay): (AdaBelief, WeightDecay)
  @usableFromInline var clock: MomentClock
  @usableFromInline var rectification: Rectification

  @inlinable
  public init(_ adaBelief: AdaBelief) {
    self.adaBelief = adaBelief
    decay = WeightDecay(adaBelief.weightDecay, adaBelief.weightDecayKind)
    clock = MomentClock(beta1: adaBelief.beta1, beta2: adaBelief.beta2)
    rectification = Rectification(beta2: adaBelief.beta2, above: 5)
  }

  /// m, the moving average of the gradient, and s, that of its squared distance from m.
  public struct Memory: RuleMemory {
    public var m: Vector
    public var s: Vector

    public static var names: [String] { ["m", "s"] }
    @inlinable @inline(__always)
    public init(reading slot: (Int) -> Vector) { (m, s) = (slot(0), slot(1)) }
    @inlinable @inline(__always)
    public func write(to slot: (Int, Vector) -> Void) {
      slot(0, m)
      slot(1, s)
    }
  }

  @inlinable
  public mutating func advance() {
    clock.advance()
    rectification.advance()
  }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let rate = schedule * adaBelief.learningRate
    let (b1, b2) = (adaBelief.beta1, adaBelief.beta2)
    let g = decay.coupled(into: gradient, at: parameters)
    memory.m = b1 * memory.m + (1 - b1) * g
    let surprise = g - memory.m
    memory.s = b2 * memory.s + (1 - b2) * (surprise * surprise) + adaBelief.epsilonRoot
    let start = decay.shrunk(parameters, rate: rate, schedule: schedule)
    guard adaBelief.rectified else {
      let root = (clock.correction2 * memory.s).squareRoot()
      return start - rate * ((clock.correction1 * memory.m) / (root + adaBelief.epsilon))
    }
    guard let factor = rectification.factor else {
      return start - (rate * clock.correction1) * memory.m
    }
    let size = rate * factor * clock.rateCorrection
    return start - size * (memory.m / (memory.s.squareRoot() + adaBelief.epsilon))
  }
}
