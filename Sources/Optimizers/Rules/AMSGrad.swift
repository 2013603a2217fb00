/// AMSGrad: Adam with a second moment that never falls.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
///     v̂ₜ = max(v̂ₜ₋₁, vₜ)
///     θₜ = θₜ₋₁ − ηₜ η (mₜ / (1 − β₁ᵗ)) / (√(v̂ₜ / (1 − β₂ᵗ)) + ε)
///
/// Algorithm 2 of Reddi et al., "On the Convergence of Adam and Beyond", ICLR 2018,
/// <https://arxiv.org/abs/1904.09237>, with the bias corrections of `torch.optim.Adam(amsgrad: true)`.
///
/// - Note: Three readings are in use. The paper corrects no bias: `bias_correction: false`. PyTorch takes the maximum of v
///   and then corrects it, so that the corrected maximum can fall in early steps: the default. Optax takes the maximum of
///   the corrected v: `correct_first: true`.
/// - Note: The paper has no ε; it is PyTorch's.
public struct AMSGrad: Optimizer {
  public static let name = "amsgrad"
  public static let summary =
    "Adam with the largest second moment, as torch.optim.Adam(amsgrad=True)"
  public static let equations = """
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    v_max ← max(v_max, v)                           with correct_first: v / (1 − β₂ᵗ) for v
    m̂ = m / (1 − β₁ᵗ)                               without bias_correction: m
    v̂ = v_max / (1 − β₂ᵗ)                           without it or with correct_first: v_max
    θ ← θ − ηₜ η m̂ / (√v̂ + ε)
    """
  public static let source =
    "Reddi et al., On the Convergence of Adam and Beyond, ICLR 2018, Algorithm 2"
  public static let hyperparameters: [Hyperparameter<AMSGrad>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, the weight decay"),
    Hyperparameter(\.weightDecayKind, among: WeightDecayKind.allCases),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √v̂"),
    Hyperparameter("bias_correction", \.biasCorrection, "whether m and v are corrected for bias"),
    Hyperparameter(
      "correct_first", \.correctFirst, "whether v is corrected before the maximum, as in Optax"),
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
  /// ε, added to √v̂; greater than zero.
  public var epsilon = 1e-8
  /// Whether m and v are corrected for bias.
  public var biasCorrection = true
  /// Whether v is corrected before the maximum is taken, not after.
  public var correctFirst = false

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .amsGrad(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(AMSGradRule(self))
  }
}

/// The equations of ``AMSGrad``.
public struct AMSGradRule<Vector: RealVector>: UpdateRule {
  public typealias Memory = MaximumMemory<Vector>
  @usableFromInline let (amsGrad, decay): (AMSGrad, WeightDecay)
  @usableFromInline var clock: MomentClock

  @inlinable
  public init(_ amsGrad: AMSGrad) {
    self.amsGrad = amsGrad
    decay = WeightDecay(amsGrad.weightDecay, amsGrad.weightDecayKind)
    clock = MomentClock(beta1: amsGrad.beta1, beta2: amsGrad.beta2)
  }

  @inlinable
  public mutating func advance() { clock.advance() }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let rate = schedule * amsGrad.learningRate
    let correction1 = amsGrad.biasCorrection ? clock.correction1 : 1
    let correction2 = amsGrad.biasCorrection ? clock.correction2 : 1
    let (before, after) = amsGrad.correctFirst ? (correction2, 1) : (1, correction2)
    memory.average(
      decay.coupled(into: gradient, at: parameters), amsGrad.beta1, amsGrad.beta2)
    let vHat = after * memory.largest(with: before * memory.v)
    return decay.shrunk(parameters, rate: rate, schedule: schedule)
      - rate * ((correction1 * memory.m) / (vHat.squareRoot() + amsGrad.epsilon))
  }
}
