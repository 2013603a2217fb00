/// RAdam: Adam whose adaptive rate waits until its variance can be told, and is rectified from then on.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
///     m̂ₜ = mₜ / (1 − β₁ᵗ)
///     θₜ = θₜ₋₁ − ηₜ η rₜ m̂ₜ √(1 − β₂ᵗ) / (√vₜ + ε)    if ρₜ > 5, with rₜ and ρₜ as in ``Rectification``
///     θₜ = θₜ₋₁ − ηₜ η m̂ₜ                             otherwise
///
/// Algorithm 2 of Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020,
/// <https://arxiv.org/abs/1908.03265>, as in `torch.optim.RAdam`.
///
/// - Note: The paper's threshold is ρₜ > 4, PyTorch's ρₜ > 5, the authors' code's ρₜ ≥ 5: `threshold`. With the default β₂ the
///   adaptive rate starts at step 5 for 4 and at step 6 for 5.
/// - Note: In the first steps, the paper and PyTorch step along m̂; the authors' later code takes no step at all:
///   `warm_up: false`, which leaves out the decoupled decay of those steps too.
/// - Note: The authors' code and PyTorch add ε to √v, not to √v̂; the paper has no ε.
/// - Note: The authors' code decouples the decay; PyTorch does with `decoupled_weight_decay`, and not by default.
public struct RAdam: Optimizer {
  public static let name = "radam"
  public static let summary = "Adam with a rectified adaptive rate, as torch.optim.RAdam"
  public static let equations = """
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    m̂ = m / (1 − β₁ᵗ)
    ρ∞ = 2 / (1 − β₂) − 1
    ρ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ)
    r = √((ρ − 4)(ρ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρ))
    θ ← θ − ηₜ η r m̂ √(1 − β₂ᵗ) / (√v + ε)           if ρ > threshold
    θ ← θ − ηₜ η m̂                                  otherwise; without warm_up: no step
    """
  public static let source =
    "Liu et al., On the Variance of the Adaptive Learning Rate, ICLR 2020, Algorithm 2"
  public static let hyperparameters: [Hyperparameter<RAdam>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, the weight decay"),
    Hyperparameter(\.weightDecayKind, among: WeightDecayKind.allCases),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √v"),
    Hyperparameter(
      "threshold", \.threshold, .atLeast(4), "the ρ above which the rate is adaptive"),
    Hyperparameter("warm_up", \.warmUp, "whether there are steps before it is"),
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
  /// The ρ above which the rate is adaptive; 4 or greater.
  public var threshold = 5.0
  /// Whether there are steps before the rate is adaptive.
  public var warmUp = true

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .rAdam(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(RAdamRule(self))
  }
}

/// The equations of ``RAdam``.
public struct RAdamRule<Vector: RealVector>: UpdateRule {
  public typealias Memory = MomentMemory<Vector>
  @usableFromInline let (rAdam, decay): (RAdam, WeightDecay)
  @usableFromInline var clock: MomentClock
  @usableFromInline var rectification: Rectification

  @inlinable
  public init(_ rAdam: RAdam) {
    self.rAdam = rAdam
    decay = WeightDecay(rAdam.weightDecay, rAdam.weightDecayKind)
    clock = MomentClock(beta1: rAdam.beta1, beta2: rAdam.beta2)
    rectification = Rectification(beta2: rAdam.beta2, above: rAdam.threshold)
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
    let isStill = rectification.factor == nil && !rAdam.warmUp
    let rate = isStill ? 0 : schedule * rAdam.learningRate
    memory.average(decay.coupled(into: gradient, at: parameters), rAdam.beta1, rAdam.beta2)
    let start = decay.shrunk(parameters, rate: rate, schedule: isStill ? 0 : schedule)
    guard let factor = rectification.factor else {
      return start - (rate * clock.correction1) * memory.m
    }
    let size = rate * factor * clock.rateCorrection
    return start - size * (memory.m / (memory.v.squareRoot() + rAdam.epsilon))
  }
}
