/// Padam: partially adaptive momentum estimation.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
///     v̂ₜ = max(v̂ₜ₋₁, vₜ)
///     θₜ = θₜ₋₁ − ηₜ η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · mₜ / (√v̂ₜ + ε)²ᵖ
///
/// Algorithm 1 of Chen et al., "Closing the Generalization Gap of Adaptive Gradient Methods in Training Deep Neural
/// Networks", IJCAI 2020, <https://arxiv.org/abs/1806.06763>, as in the authors' code. p = ½ is AMSGrad, p = 0 is an averaged
/// momentum.
///
/// - Note: The paper corrects no bias: `bias_correction: false`. The authors' code multiplies the rate by Adam's whole
///   correction, √(1 − β₂ᵗ), although of v̂ only the power p is taken.
/// - Note: The paper has no ε. The authors' code adds it to √v̂ before the power, so that of a v̂ of 0 there remains ε²ᵖ.
/// - Note: `pytorch_optimizer`'s PAdam has v for v̂: `amsgrad: false`.
public struct Padam: Optimizer {
  public static let name = "padam"
  public static let summary = "partially adaptive momentum estimation, as the authors' Padam"
  public static let equations = """
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    v̂ ← max(v̂, v)                                   without amsgrad: v̂ = v
    θ ← θ − ηₜ η √(1 − β₂ᵗ) / (1 − β₁ᵗ) m / (√v̂ + ε)²ᵖ
                                                    without bias_correction: ηₜ η m / (√v̂ + ε)²ᵖ
    """
  public static let source =
    "Chen et al., Closing the Generalization Gap of Adaptive Gradient Methods, IJCAI 2020"
  public static let hyperparameters: [Hyperparameter<Padam>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, the weight decay"),
    Hyperparameter(\.weightDecayKind, among: WeightDecayKind.allCases),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √v̂"),
    Hyperparameter("partial", \.partial, .atMost(0.5), "p, how adaptive the rates are"),
    Hyperparameter("amsgrad", \.amsGrad, "whether v̂ is the largest v so far"),
    Hyperparameter("bias_correction", \.biasCorrection, "whether the rate is corrected for bias"),
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
  /// p, how adaptive the rates are, in [0, ½].
  public var partial = 0.25
  /// Whether v̂ is the largest v so far.
  public var amsGrad = true
  /// Whether the rate is corrected for the bias of m and v.
  public var biasCorrection = true

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .padam(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    amsGrad
      ? visitor.visit(PadamRule<MaximumMemory<Visitor.Vector>>(self))
      : visitor.visit(PadamRule<MomentMemory<Visitor.Vector>>(self))
  }
}

/// The equations of ``Padam``.
public struct PadamRule<Memory: Moments>: UpdateRule {
  public typealias Vector = Memory.Vector
  @usableFromInline let (padam, decay): (Padam, WeightDecay)
  @usableFromInline var clock: MomentClock

  @inlinable
  public init(_ padam: Padam) {
    self.padam = padam
    decay = WeightDecay(padam.weightDecay, padam.weightDecayKind)
    clock = MomentClock(beta1: padam.beta1, beta2: padam.beta2)
  }

  @inlinable
  public mutating func advance() { clock.advance() }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let rate = schedule * padam.learningRate
    let size = padam.biasCorrection ? rate * clock.rateCorrection : rate
    memory.average(decay.coupled(into: gradient, at: parameters), padam.beta1, padam.beta2)
    let root = memory.largest(with: memory.v).squareRoot()
    let scale = (root + padam.epsilon).raised(to: 2 * padam.partial)
    return decay.shrunk(parameters, rate: rate, schedule: schedule) - size * (memory.m / scale)
  }
}
