/// Adam with coupled L2 weight decay.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
///     vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
///     m̂ₜ = mₜ / (1 − β₁ᵗ)
///     v̂ₜ = vₜ / (1 − β₂ᵗ)
///     θₜ = θₜ₋₁ − ηₜ η m̂ₜ / (√v̂ₜ + ε)
///
/// Algorithm 1 of Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015,
/// <https://arxiv.org/abs/1412.6980>.
///
/// - Note: ε stands outside the root, as in Algorithm 1 and in `torch.optim.Adam`; the paper's remark on
///   a faster order of computation (its ε̂) is another optimizer. The L2 term is PyTorch's.
public struct Adam: Optimizer {
  public static let name = "adam"
  public static let summary = "Adam with coupled L2 weight decay, as torch.optim.Adam"
  public static let equations = """
    g ← g + λ θ
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    m̂ = m / (1 − β₁ᵗ)
    v̂ = v / (1 − β₂ᵗ)
    θ ← θ − η m̂ / (√v̂ + ε)
    """
  public static let source =
    "Kingma & Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, Algorithm 1"
  public static let weightDecayKind = WeightDecayKind.coupled
  public static let hyperparameters: [Hyperparameter<Adam>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, of the L2 term λθ"),
    Hyperparameter("beta1", \.beta1, .fraction, "β₁, the decay rate of the first moment"),
    Hyperparameter("beta2", \.beta2, .fraction, "β₂, the decay rate of the second moment"),
    Hyperparameter("epsilon", \.epsilon, .positive, "ε, added to √v̂"),
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

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }
}

/// The equations of ``Adam``.
public struct AdamRule<Vector: RealVector>: UpdateRule {
  @usableFromInline let adam: Adam
  /// β₁ᵗ and β₂ᵗ as running products.
  @usableFromInline var (beta1Power, beta2Power) = (1.0, 1.0)

  public init(_ adam: Adam) { self.adam = adam }

  /// m and v, the moving averages of the gradient and of its square.
  public struct Memory: RuleMemory {
    public var m: Vector
    public var v: Vector

    public static var names: [String] { ["m", "v"] }
    public static var initialValues: [Double] { [0, 0] }
    @inlinable @inline(__always)
    public init(reading slot: (Int) -> Vector) { (m, v) = (slot(0), slot(1)) }
    @inlinable @inline(__always)
    public func write(to slot: (Int, Vector) -> Void) {
      slot(0, m)
      slot(1, v)
    }
  }

  public mutating func advance() {
    beta1Power *= adam.beta1
    beta2Power *= adam.beta2
  }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let (b1, b2) = (adam.beta1, adam.beta2)
    let g = gradient + adam.weightDecay * parameters
    memory.m = b1 * memory.m + (1 - b1) * g
    memory.v = b2 * memory.v + (1 - b2) * (g * g)
    let mHat = (1 / (1 - beta1Power)) * memory.m
    let vHat = (1 / (1 - beta2Power)) * memory.v
    return parameters - (schedule * adam.learningRate) * (mHat / (vHat.squareRoot() + adam.epsilon))
  }
}
