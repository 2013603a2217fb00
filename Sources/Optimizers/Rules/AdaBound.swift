/// AdaBound: Adam whose element-wise rates are held between bounds that close in on one rate.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
///     sₜ = η √(1 − β₂ᵗ) / (1 − β₁ᵗ) / (√vₜ + ε)
///     lₜ = η* (1 − 1 / (γ t + 1)),   uₜ = η* (1 + 1 / (γ t))
///     θₜ = θₜ₋₁ − ηₜ clip(sₜ, lₜ, uₜ) mₜ
///
/// Algorithm 2 of Luo et al., "Adaptive Gradient Methods with Dynamic Bound of Learning Rate", ICLR 2019,
/// <https://arxiv.org/abs/1902.09843>, as in the authors' code; η* is the final learning rate. AMSBound has the
/// largest v so far for v: `amsbound`.
///
/// - Note: Algorithm 2 corrects no bias and has no ε; the authors' code has both. `bias_correction: false` is the paper's.
/// - Note: The bias correction multiplies the rate, so that ε stands beside √v, not √v̂.
/// - Note: The schedule scales η, η* and with them both bounds, as the authors' code does for a changed `lr`. PyTorch
///   has no AdaBound; `pytorch_optimizer`'s adds 10⁻¹⁵ inside the root and decouples the decay by default.
public struct AdaBound: Optimizer {
  public static let name = "adabound"
  public static let summary = "Adam with bounds on its rates, as the authors' adabound"
  public static let equations = """
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²                          with amsbound: also v_max ← max(v_max, v)
    s = η √(1 − β₂ᵗ) / (1 − β₁ᵗ) / (√v + ε)         with amsbound: √v_max; without
                                                    bias_correction: η / (√v + ε)
    θ ← θ − ηₜ clip(s, η* (1 − 1 / (γ t + 1)), η* (1 + 1 / (γ t))) m
    """
  public static let source =
    "Luo et al., Adaptive Gradient Methods with Dynamic Bound of Learning Rate, ICLR 2019"
  public static let hyperparameters: [Hyperparameter<AdaBound>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, the weight decay"),
    Hyperparameter(\.weightDecayKind, among: WeightDecayKind.allCases),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √v"),
    Hyperparameter(
      "final_learning_rate", \.finalLearningRate, .positive, "η*, on which the bounds close in"),
    Hyperparameter("gamma", \.gamma, .openFraction, "γ, how fast they do"),
    Hyperparameter("amsbound", \.amsBound, "whether v is the largest so far (AMSBound)"),
    Hyperparameter("bias_correction", \.biasCorrection, "whether m and v are corrected for bias"),
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
  /// ε, added to √v; greater than zero.
  public var epsilon = 1e-8
  /// η*, on which the bounds close in; greater than zero.
  public var finalLearningRate = 0.1
  /// γ, how fast the bounds close in, in (0, 1).
  public var gamma = 1e-3
  /// Whether v is the largest so far.
  public var amsBound = false
  /// Whether m and v are corrected for bias.
  public var biasCorrection = true

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .adaBound(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    amsBound
      ? visitor.visit(AdaBoundRule<MaximumMemory<Visitor.Vector>>(self))
      : visitor.visit(AdaBoundRule<MomentMemory<Visitor.Vector>>(self))
  }
}

/// The equations of ``AdaBound``.
public struct AdaBoundRule<Memory: Moments>: UpdateRule {
  public typealias Vector = Memory.Vector
  @usableFromInline let (adaBound, decay): (AdaBound, WeightDecay)
  @usableFromInline var clock: MomentClock
  @usableFromInline var steps = 0.0

  @inlinable
  public init(_ adaBound: AdaBound) {
    self.adaBound = adaBound
    decay = WeightDecay(adaBound.weightDecay, adaBound.weightDecayKind)
    clock = MomentClock(beta1: adaBound.beta1, beta2: adaBound.beta2)
  }

  @inlinable
  public mutating func advance() {
    clock.advance()
    steps += 1
  }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let rate = schedule * adaBound.learningRate
    let size = adaBound.biasCorrection ? rate * clock.rateCorrection : rate
    let final = schedule * adaBound.finalLearningRate
    let progress = adaBound.gamma * steps
    memory.average(
      decay.coupled(into: gradient, at: parameters), adaBound.beta1, adaBound.beta2)
    let root = memory.largest(with: memory.v).squareRoot()
    let bounded = (Vector(all: size) / (root + adaBound.epsilon))
      .clamped(from: final * (1 - 1 / (progress + 1)), to: final * (1 + 1 / progress))
    return decay.shrunk(parameters, rate: rate, schedule: schedule) - bounded * memory.m
  }
}
