/// Adaptive Inertia with coupled L2 weight decay.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
///     v̂ₜ = vₜ / (1 − β₂ᵗ)
///     v̄ₜ = mean of v̂ₜ over all parameters of the model
///     β₁,ₜ = clip(1 − (β₀ / v̄ₜ) v̂ₜ, 0, 1 − ε)
///     mₜ = β₁,ₜ mₜ₋₁ + (1 − β₁,ₜ) gₜ
///     m̂ₜ = mₜ / (1 − Π β₁)                  the product of all β₁ so far, element by element
///     θₜ = θₜ₋₁ − ηₜ η m̂ₜ
///
/// Algorithm 2 of Xie et al., "Adaptive Inertia: Disentangling the Effects of Adaptive Learning Rate
/// and Momentum", ICML 2022, <https://arxiv.org/abs/2006.15815>. A large second moment gives a small
/// momentum. ε bounds the inertia; it guards no denominator.
///
/// - Note: v̄ is one number for the whole model, weighted by element; `pytorch_optimizer` keeps it from falling below ε,
///   which stalls models with small gradients at an inertia of 1 − ε. If it is 0, all gradients so far
///   were 0 and β₁ is 0/0 in the authors' code, which then computes NaN; here β₁ is 1 − ε, its value for
///   any one parameter whose v̂ is 0.
public struct Adai: Optimizer {
  public static let name = "adai"
  public static let summary = "adaptive inertia with coupled L2 weight decay"
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
    "Xie et al., Adaptive Inertia, ICML 2022, Algorithm 2 (https://arxiv.org/abs/2006.15815)"
  public static let hyperparameters: [Hyperparameter<Adai>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, of the L2 term λθ"),
    Hyperparameter("beta0", \.beta0, .positive, "β₀, how far the inertia falls with v̂ / v̄"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .halfOpen(from: 1e-7), "ε; 1 − ε is the largest inertia"),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
  /// β₀, how far the inertia falls with v̂ / v̄; greater than zero.
  public var beta0 = 0.1
  /// β₂, the decay rate of the second moment, in [0, 1).
  public var beta2 = 0.99
  /// ε; 1 − ε is the largest inertia; in [1e-7, 1): nearer to 1 a Float inertia would be 1.
  public var epsilon = 1e-3

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var weightDecayKind: WeightDecayKind { .coupled }
  public var choice: OptimizerChoice { .adai(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(AdaiRule(self, decay: WeightDecay(weightDecay, .coupled)))
  }
}

/// The equations of ``Adai`` and ``AdaiW``, which differ in how the weight decay acts.
public struct AdaiRule<Vector: RealVector>: UpdateRule {
  public typealias Memory = AdaiMemory<Vector>
  @usableFromInline let (adai, decay): (Adai, WeightDecay)
  /// β₂ᵗ as a running product.
  @usableFromInline var beta2Power = 1.0

  @inlinable
  public init(_ adai: Adai, decay: WeightDecay) { (self.adai, self.decay) = (adai, decay) }

  @inlinable @inline(__always)
  public static var needsMean: Bool { true }

  @inlinable
  public func initialValue(of slot: Int) -> Double { AdaiMemory<Vector>.initialValue(of: slot) }

  @inlinable
  public mutating func advance() { beta2Power *= adai.beta2 }

  /// Takes the gradient into v.
  @inlinable @inline(__always)
  func updated(_ v: Vector, by g: Vector) -> Vector {
    adai.beta2 * v + (1 - adai.beta2) * (g * g)
  }

  @inlinable @inline(__always)
  func corrected(_ v: Vector) -> Vector { (1 / (1 - beta2Power)) * v }

  /// v̂, whose mean over all parameters is v̄.
  @inlinable @inline(__always)
  public func observe(gradient: Vector, at parameters: Vector, memory: Memory) -> Vector {
    corrected(updated(memory.v, by: decay.coupled(into: gradient, at: parameters)))
  }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let slope = mean == 0 ? 0 : min(adai.beta0 / mean, largestScale)
    return step(from: parameters, along: gradient, scaledBy: schedule, memory: &memory) {
      slope * $0
    }
  }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, means: Vector,
    memory: inout Memory
  ) -> Vector {
    let slope = Vector(all: adai.beta0) / Vector.maximum(means, Vector(all: smallestMean))
    return step(from: parameters, along: gradient, scaledBy: schedule, memory: &memory) {
      slope * $0
    }
  }

  /// The step, given how v̂ becomes (β₀ / v̄) v̂.
  @inlinable @inline(__always)
  func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double,
    memory: inout Memory, slope: (Vector) -> Vector
  ) -> Vector {
    let rate = schedule * adai.learningRate
    let g = decay.coupled(into: gradient, at: parameters)
    memory.v = updated(memory.v, by: g)
    let b1 = (1 - slope(corrected(memory.v))).clamped(from: 0, to: 1 - adai.epsilon)
    memory.m = b1 * memory.m + (1 - b1) * g
    memory.beta1Product = memory.beta1Product * b1
    let mHat = memory.m / (1 - memory.beta1Product)
    return decay.shrunk(parameters, rate: rate, schedule: schedule) - rate * mHat
  }
}

/// The most by which v̂ is multiplied, which a Float can hold: an element that is 0 stays 0 however small v̄ is.
@usableFromInline let largestScale = 0x1p127

/// The least v̄ of a model beside others, below which it counts as this, so that 0 / 0 does not come up.
@usableFromInline let smallestMean = 0x1p-100

/// m and v, and the product of all inertias so far.
public struct AdaiMemory<Vector: RealVector>: RuleMemory {
  public var m: Vector
  public var v: Vector
  public var beta1Product: Vector

  public static var names: [String] { ["m", "v", "beta1_product"] }

  /// A product of no factors is 1.
  @inlinable
  static func initialValue(of slot: Int) -> Double { slot == 2 ? 1 : 0 }

  @inlinable @inline(__always)
  public init(reading slot: (Int) -> Vector) {
    (m, v, beta1Product) = (slot(0), slot(1), slot(2))
  }
  @inlinable @inline(__always)
  public func write(to slot: (Int, Vector) -> Void) {
    slot(0, m)
    slot(1, v)
    slot(2, beta1Product)
  }
}
