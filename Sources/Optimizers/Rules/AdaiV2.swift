/// Adaptive Inertia with dampening.
///
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
///     v̂ₜ = vₜ / (1 − β₂ᵗ)
///     v̄ₜ = mean of v̂ₜ over all parameters of the model
///     β₁,ₜ = clip(1 − β₀ (v̂ₜ / v̄ₜ)^(1 / (3 − 2d)), 0, 1 − ε)
///     mₜ = β₁,ₜ mₜ₋₁ + (1 − β₁,ₜ)ᵈ gₜ
///     m̂ₜ = β₀¹⁻ᵈ mₜ / (1 − Π β₁)            the product of all β₁ so far, element by element
///     θₜ = θₜ₋₁ − ηₜ η m̂ₜ
///
/// From the authors' code, <https://github.com/zeke-xie/adaptive-inertia-adai>, file `adaiv2.py`; no publication describes it.
/// d, the dampening, is 1 for Adai; for smaller d, directions with small gradients take larger steps.
///
/// - Note: The decay is decoupled by default, as in the authors' code, other than ``Adai``'s.
/// - Note: Where v̄ is 0 the authors' code computes NaN; here β₁ is 1 − ε.
public struct AdaiV2: Optimizer {
  public static let name = "adai_v2"
  public static let summary = "adaptive inertia with dampening, from the authors' code"
  public static let equations = """
    v ← β₂ v + (1 − β₂) g²
    v̂ = v / (1 − β₂ᵗ)
    v̄ = mean of v̂ over all parameters of the model
    β₁ = clip(1 − β₀ (v̂ / v̄)^(1 / (3 − 2 dampening)), 0, 1 − ε)
    m ← β₁ m + (1 − β₁)^dampening g
    m̂ = β₀^(1 − dampening) m / (1 − Π β₁)
    θ ← θ − ηₜ η m̂
    """
  public static let source =
    "the authors' code (https://github.com/zeke-xie/adaptive-inertia-adai, adaiv2.py)"
  public static let hyperparameters: [Hyperparameter<AdaiV2>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, the weight decay"),
    Hyperparameter(\.weightDecayKind, among: WeightDecayKind.allCases),
    Hyperparameter("beta0", \.beta0, .positive, "β₀, how far the inertia falls with v̂ / v̄"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .halfOpen(from: 1e-7), "ε; 1 − ε is the largest inertia"),
    Hyperparameter("dampening", \.dampening, .atMost(1), "how far the gradient is dampened"),
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
  /// d, how far the gradient is dampened, in [0, 1].
  public var dampening = 1.0

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var choice: OptimizerChoice { .adaiV2(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(AdaiV2Rule(self))
  }
}

/// The equations of ``AdaiV2``.
public struct AdaiV2Rule<Vector: RealVector>: UpdateRule {
  public typealias Memory = AdaiMemory<Vector>
  @usableFromInline let (adai, decay): (AdaiV2, WeightDecay)
  /// β₀¹⁻ᵈ.
  @usableFromInline let amplification: Double
  /// β₂ᵗ as a running product.
  @usableFromInline var beta2Power = 1.0

  @inlinable
  public init(_ adai: AdaiV2) {
    self.adai = adai
    decay = WeightDecay(adai.weightDecay, adai.weightDecayKind)
    amplification = adai.beta0.raised(to: 1 - adai.dampening)
  }

  @inlinable @inline(__always)
  public static var needsMean: Bool { true }

  @inlinable
  public func initialValue(of slot: Int) -> Double { AdaiMemory<Vector>.initialValue(of: slot) }

  @inlinable
  public mutating func advance() { beta2Power *= adai.beta2 }

  /// v with the gradient in it.
  @inlinable @inline(__always)
  func updated(_ v: Vector, by g: Vector) -> Vector {
    adai.beta2 * v + (1 - adai.beta2) * (g * g)
  }

  /// v̂, whose mean over all parameters is v̄.
  @inlinable @inline(__always)
  public func observe(gradient: Vector, at parameters: Vector, memory: Memory) -> Vector {
    (1 / (1 - beta2Power)) * updated(memory.v, by: decay.coupled(into: gradient, at: parameters))
  }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let scale = mean == 0 ? 0 : min(1 / ((1 - beta2Power) * mean), largestScale)
    return step(from: parameters, along: gradient, scaledBy: schedule, memory: &memory) {
      scale * $0
    }
  }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, means: Vector,
    memory: inout Memory
  ) -> Vector {
    let least = Vector.maximum(means, Vector(all: smallestMean))
    let scale = Vector(all: 1) / ((1 - beta2Power) * least)
    return step(from: parameters, along: gradient, scaledBy: schedule, memory: &memory) {
      scale * $0
    }
  }

  /// The step, given how v becomes v̂ / v̄.
  @inlinable @inline(__always)
  func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double,
    memory: inout Memory, ratio share: (Vector) -> Vector
  ) -> Vector {
    let rate = schedule * adai.learningRate
    let g = decay.coupled(into: gradient, at: parameters)
    memory.v = updated(memory.v, by: g)
    let ratio = share(memory.v)
    let b1 = (1 - adai.beta0 * ratio.raised(to: 1 / (3 - 2 * adai.dampening)))
      .clamped(from: 0, to: 1 - adai.epsilon)
    memory.m = b1 * memory.m + (1 - b1).raised(to: adai.dampening) * g
    memory.beta1Product = memory.beta1Product * b1
    let mHat = amplification * (memory.m / (1 - memory.beta1Product))
    return decay.shrunk(parameters, rate: rate, schedule: schedule) - rate * mHat
  }
}
