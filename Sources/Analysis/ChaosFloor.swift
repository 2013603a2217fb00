import Studies

/// How far runs come apart that differ in a single unit in the last place of a single weight: no seed can be better known.
///
/// Each run of a study with `perturb:` has a twin, the same cell without the moved weight. The two are alike in distribution,
/// so half the mean of their squared differences is the variance that the arithmetic's chaos alone brings (Summers &
/// Dinneen, "Nondeterminism and Instability in Neural Network Optimization", ICML 2021).
public struct ChaosFloor: Hashable, Sendable {
  /// Σ d² / 2m over m pairs of twins, in squared units of the metric.
  public let variance: Double
  /// m: how many pairs both completed.
  public let pairs: Int

  /// `nil` for no pairs.
  ///
  /// - Precondition: as many values in both, all finite.
  public init?(_ moved: [Double], twins: [Double]) {
    precondition(moved.count == twins.count)
    guard !moved.isEmpty else { return nil }
    var squares = 0.0
    for (one, other) in zip(moved, twins) { squares += (one - other) * (one - other) }
    (variance, pairs) = (squares / Double(2 * moved.count), moved.count)
  }
}
