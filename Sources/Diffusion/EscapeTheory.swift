import Optimizers

/// What is said of the mean escape time from a ``Valley``: the exponent of Kramers' law.
public struct EscapeTheory: Hashable, Sendable {
  public var valley: Valley

  public init(_ valley: Valley) { self.valley = valley }

  /// d log τ / d(1/x) for x = k, or for √k where the optimizer is Adam: the coefficient that the theory gives the slope.
  ///
  /// - Theorem 3 and Proposition 4 (Xie et al., ICML 2022), for SGD, Momentum and Adai: with γM = (1 − β₁)/β₃,
  ///   (2γMBΔL/η)(s/H_a + (1 − s)/|H_b|).
  /// - Proposition 2, for Adam: (2√BΔL/η)(s/√H_a + (1 − s)/√|H_b|).
  ///
  /// - Parameter share: s, in [0, 1]; with noise that changes at the valley's edge, ``Valley/innerShare``.
  public func slope(of optimizer: OptimizerChoice, batch: Double, share: Double) -> Double? {
    guard let rate = optimizer["learning_rate"] else { return nil }
    let (inner, outer) = (
      valley.curvature(valley.bottom), valley.curvature(valley.top).magnitude
    )
    let first = 2 * batch * valley.barrier / rate * (share / inner + (1 - share) / outer)
    switch optimizer {
    case .sgd, .adai: return first
    case .momentum(let momentum):
      return first * (1 - momentum.momentum) / (1 - momentum.dampening)
    case .adam:
      return 2 * batch.squareRoot() * valley.barrier / rate
        * (share / inner.squareRoot() + (1 - share) / outer.squareRoot())
    default: return nil
    }
  }
}
