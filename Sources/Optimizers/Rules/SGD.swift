/// Stochastic gradient descent.
///
///     gₜ ← gₜ + λ θₜ₋₁
///     θₜ = θₜ₋₁ − ηₜ η gₜ
///
/// - Note: As `torch.optim.SGD` without momentum: λ is coupled L2.
public struct SGD: Optimizer {
  public static let name = "sgd"
  public static let summary = "stochastic gradient descent with coupled L2 weight decay"
  public static let equations = """
    θ ← θ − ηₜ η g
    """
  public static let source = "Robbins & Monro, A Stochastic Approximation Method, 1951"
  public static let hyperparameters: [Hyperparameter<SGD>] = [
    Hyperparameter("learning_rate", \.learningRate, .positive, "η, the step size"),
    Hyperparameter("weight_decay", \.weightDecay, .nonNegative, "λ, of the L2 term λθ"),
  ]

  /// η, the step size; greater than zero.
  public var learningRate: Double
  /// λ, the weight decay; zero or greater.
  public var weightDecay: Double

  public init(learningRate: Double, weightDecay: Double) {
    (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
  }

  public var weightDecayKind: WeightDecayKind { .coupled }
  public var choice: OptimizerChoice { .sgd(self) }

  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    visitor.visit(SGDRule(self))
  }
}

/// The equations of ``SGD``.
public struct SGDRule<Vector: RealVector>: UpdateRule {
  public typealias Memory = NoMemory<Vector>
  @usableFromInline let sgd: SGD

  @inlinable
  public init(_ sgd: SGD) { self.sgd = sgd }

  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector {
    let g = gradient + sgd.weightDecay * parameters
    return parameters - (schedule * sgd.learningRate) * g
  }
}
