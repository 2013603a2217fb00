/// How λ, the weight decay, acts.
public enum WeightDecayKind: String, CaseIterable, Hashable, Sendable {
  /// λθ is added to the gradient before anything else, as PyTorch's `weight_decay` does.
  case coupled
  /// θ shrinks by ηₜηλ in each step, apart from the gradient, as in PyTorch's AdamW.
  case decoupled
  /// θ shrinks by ηₜλ in each step, whatever the learning rate η, as in the paper of AdamW.
  case decoupledBySchedule = "decoupled_by_schedule"

  /// What it does to the gradient g or the parameters θ, as a line of equations.
  public var equation: String {
    switch self {
    case .coupled: "g ← g + λ θ"
    case .decoupled: "θ ← (1 − ηₜ η λ) θ"
    case .decoupledBySchedule: "θ ← (1 − ηₜ λ) θ"
    }
  }
}

/// A weight decay at work in an update rule.
@frozen
public struct WeightDecay: Hashable, Sendable {
  @usableFromInline let (lambda, kind): (Double, WeightDecayKind)

  @inlinable
  public init(_ lambda: Double, _ kind: WeightDecayKind) {
    (self.lambda, self.kind) = (lambda, kind)
  }

  /// The gradient, with λθ in it if the decay is coupled.
  @inlinable @inline(__always)
  public func coupled<Vector: RealVector>(into gradient: Vector, at parameters: Vector) -> Vector {
    kind == .coupled ? gradient + lambda * parameters : gradient
  }

  /// The parameters, shrunk if the decay is decoupled.
  ///
  /// - Parameters:
  ///   - rate: ηₜη, the learning rate of the step.
  ///   - schedule: ηₜ, the schedule's multiplier alone.
  @inlinable @inline(__always)
  public func shrunk<Vector: RealVector>(
    _ parameters: Vector, rate: Double, schedule: Double
  ) -> Vector {
    kind == .coupled
      ? parameters : (1 - (kind == .decoupled ? rate : schedule) * lambda) * parameters
  }
}
