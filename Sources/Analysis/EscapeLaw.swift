import Kernels

/// Escape times from minima of several sharpnesses, and which power of the sharpness they follow.
public struct EscapeLaw: Hashable, Sendable {
  /// The mean log escape time at one sharpness.
  public struct Point: Hashable, Sendable {
    /// k > 0.
    public let sharpness: Double
    /// The logarithm of the mean time, or the mean of the logarithms; one or the other throughout.
    public let logTime: Double
    public let standardError: Double

    public init(sharpness: Double, logTime: Double, standardError: Double) {
      (self.sharpness, self.logTime, self.standardError) = (sharpness, logTime, standardError)
    }
  }

  /// 1/k as the first coordinate, 1/√k as the second.
  public let comparison: CoordinateComparison

  /// `nil` where ``CoordinateComparison/init(_:)`` is.
  public init?(_ points: [Point]) {
    precondition(points.allSatisfy { $0.sharpness > 0 })
    guard
      let comparison = CoordinateComparison(
        points.map {
          .init(
            first: 1 / $0.sharpness, second: 1 / $0.sharpness.squareRoot(), value: $0.logTime,
            standardError: $0.standardError)
        })
    else { return nil }
    self.comparison = comparison
  }
}

extension PairedSample {
  /// Top Hessian eigenvalues of two optimizers at the same seeds, as logarithms: the mean difference is the logarithm of
  /// the ratio of geometric means, and a sign-flip test asks whether one is below the other.
  ///
  /// `nil` for no pairs, or if an eigenvalue is not positive: then it is no curvature of a minimum.
  public init?(topEigenvalues first: [Double], _ second: [Double]) {
    guard (first + second).allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    self.init(first.map { Elementary.log($0) }, second.map { Elementary.log($0) })
  }

  /// The geometric means of what it has the logarithms of.
  public var geometricMeans: (first: Double, second: Double) {
    (Elementary.exp(first.mean), Elementary.exp(second.mean))
  }
}
