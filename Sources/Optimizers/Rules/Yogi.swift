/// Yogi: Adam with a second moment that changes by addition.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
///     vₜ = vₜ₋₁ − (1 − β₂) sign(vₜ₋₁ − gₜ²) gₜ²
///     θₜ = θₜ₋₁ − ηₜ η (mₜ / (1 − β₁ᵗ)) / (√(vₜ / (1 − β₂ᵗ)) + ε)
///
/// Algorithm 2 of Zaheer et al., "Adaptive Methods for Nonconvex Optimization", NeurIPS 2018, with the bias corrections of
/// later implementations. v starts at `initial_accumulator`.
///
/// - Note: Algorithm 2 corrects no bias: `bias_correction: false`. The correction suits a v that starts at 0; TensorFlow and
///   `pytorch_optimizer` apply it all the same, and so does this type by default.
/// - Note: ε is large, 10⁻³, in all of these. TensorFlow adds it to √v before the bias correction:
///   `epsilon_hat`; `pytorch_optimizer` and this type add it to √v̂.
/// - Note: `pytorch_optimizer` starts m at `initial_accumulator` too; here m starts at 0, as in the paper.
public struct Yogi: Optimizer {
  public static let name = "yogi"
  public static let summary = "Adam with an additive second moment"
  public static let equations = """
    m ← β₁ m + (1 − β₁) g
    v ← v − (1 − β₂) sign(v − g²) g²                v starts at initial_accumulator
    m̂ = m / (1 − β₁ᵗ)                               without bias_correction: m
    v̂ = v / (1 − β₂ᵗ)                               without bias_correction: v
    θ ← θ − ηₜ η m̂ / (√v̂ + ε)                       with epsilon_hat: ε / √(1 − β₂ᵗ) for ε
    """
  public static let source =
    "Zaheer et al., Adaptive Methods for Nonconvex Optimization, NeurIPS 2018, Algorithm 2"
  public static let hyperparameters: [Hyperparameter<Yogi>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, the weight decay"),
    Hyperparameter(\.weightDecayKind, among: WeightDecayKind.allCases),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂; 1 − β₂ is how fast the second moment moves"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √v̂"),
    Hyperparameter(
      "epsilon_hat", \.epsilonHat,
      "whether ε is added to √v before its bias correction, as in TensorFlow"),
    Hyperparameter(
      "initial_accumulator", \.initialAccumulator, .nonNegative, "v before the first step"),
    Hyperparameter("bias_correction", \.biasCorrection, "whether m and v are corrected for bias"),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
  public var weightDecayKind = WeightDecayKind.coupled
  /// β₁, the decay rate of the first moment, in [0, 1).
  public var beta1 = 0.9
  /// β₂, in [0, 1); 1 − β₂ is how fast the second moment moves.
  public var beta2 = 0.999
  /// ε, added to √v̂; greater than zero.
  public var epsilon = 1e-3
  /// Whether ε is added to √v before its bias correction.
  public var epsilonHat = false
  /// v before the first step; zero or greater.
  public var initialAccumulator = 1e-6
  /// Whether m and v are corrected for bias.
  public var biasCorrection = true

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .yogi(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(YogiRule(self))
  }
}

/// The equations of ``Yogi``.
public struct YogiRule<Vector: RealVector>: UpdateRule {
  public typealias Memory = MomentMemory<Vector>
  @usableFromInline let (yogi, decay): (Yogi, WeightDecay)
  @usableFromInline var clock: MomentClock

  @inlinable
  public init(_ yogi: Yogi) {
    self.yogi = yogi
    decay = WeightDecay(yogi.weightDecay, yogi.weightDecayKind)
    clock = MomentClock(beta1: yogi.beta1, beta2: yogi.beta2)
  }

  @inlinable
  public func initialValue(of slot: Int) -> Double { slot == 1 ? yogi.initialAccumulator : 0 }

  @inlinable
  public mutating func advance() { clock.advance() }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let rate = schedule * yogi.learningRate
    let correction1 = yogi.biasCorrection ? clock.correction1 : 1
    let correction2 = yogi.biasCorrection ? clock.correction2 : 1
    let epsilon = yogi.epsilonHat ? yogi.epsilon * correction2.squareRoot() : yogi.epsilon
    let g = decay.coupled(into: gradient, at: parameters)
    let square = g * g
    memory.m = yogi.beta1 * memory.m + (1 - yogi.beta1) * g
    memory.v = memory.v - (1 - yogi.beta2) * ((memory.v - square).sign * square)
    let vHat = correction2 * memory.v
    return decay.shrunk(parameters, rate: rate, schedule: schedule)
      - rate * ((correction1 * memory.m) / (vHat.squareRoot() + epsilon))
  }
}
