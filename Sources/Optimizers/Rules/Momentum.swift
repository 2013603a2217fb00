/// Heavy-ball momentum.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     mₜ = β₁ mₜ₋₁ + gₜ
///     θₜ = θₜ₋₁ − ηₜ η mₜ
///
/// The general form of the Adai paper is mₜ = β₁ mₜ₋₁ + β₃ gₜ; this is β₃ = 1, its "Momentum".
///
/// - Note: As `torch.optim.SGD(momentum: β₁)` with no dampening: the rate multiplies m when it is
///   used, not when it is gathered, so a schedule acts at once on the whole of m.
public struct Momentum: Optimizer {
  public static let name = "momentum"
  public static let summary = "heavy-ball momentum, as torch.optim.SGD(momentum=0.9)"
  public static let equations = """
    g ← g + λ θ
    m ← β₁ m + g
    θ ← θ − η m
    """
  public static let source =
    "Polyak, Some methods of speeding up the convergence of iteration methods, 1964"
  public static let weightDecayKind = WeightDecayKind.coupled
  public static let hyperparameters: [Hyperparameter<Momentum>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, of the L2 term λθ"),
    Hyperparameter("momentum", \.momentum, .fraction, "β₁, the part of m kept in each step"),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double
  /// β₁, the part of m kept in each step, in [0, 1).
  public var momentum = 0.9

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }
}

/// The equations of ``Momentum``.
public struct MomentumRule<Vector: RealVector>: UpdateRule {
  @usableFromInline let momentum: Momentum

  public init(_ momentum: Momentum) { self.momentum = momentum }

  /// m, the accumulated gradient.
  public struct Memory: RuleMemory {
    public var m: Vector

    public static var names: [String] { ["m"] }
    public static var initialValues: [Double] { [0] }
    @inlinable @inline(__always)
    public init(reading slot: (Int) -> Vector) { m = slot(0) }
    @inlinable @inline(__always)
    public func write(to slot: (Int, Vector) -> Void) { slot(0, m) }
  }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let g = gradient + momentum.weightDecay * parameters
    memory.m = momentum.momentum * memory.m + g
    return parameters - (schedule * momentum.learningRate) * memory.m
  }
}
