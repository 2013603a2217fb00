import Kernels

/// In which of two coordinates a measured quantity is more nearly linear: a mean log escape time in 1/k or in 1/√k, say,
/// where k is the sharpness of a minimum.
///
/// With whitened values z = y/σ and qᵢ the unit vector of coordinate i after the constant has been taken out, both whitened,
/// the fit in coordinate i leaves |z|² − (q₀·z)² − (qᵢ·z)². The better one has the larger (qᵢ·z)². For a = q₁·z and b = q₂·z,
/// turned to the same sign, a² − b² = (a − b)(a + b), and a − b and a + b are independent normal numbers of variances
/// 2(1 − ρ) and 2(1 + ρ), ρ = q₁·q₂. That the fits are equally good means that one of the two has mean 0, so the larger p-value of
/// the two tests is that of this hypothesis. With an unknown common σ the first is Hotelling's test of two predictors (Annals of
/// Mathematical Statistics 11, 1940).
public struct CoordinateComparison: Hashable, Sendable {
  /// The number of samples.
  public let count: Int
  /// Of the fit in the first coordinate, weighted.
  public let first: Fit
  /// Of the fit in the second coordinate, weighted.
  public let second: Fit
  /// Of the hypothesis that both fit equally well. The statistic, a normal number under it, is positive where the first fits
  /// better.
  public let test: SignificanceTest

  /// A straight line y = intercept + slope · x.
  public struct Fit: Hashable, Sendable {
    public let intercept: Double
    public let slope: Double
    /// The weighted sum of squared residuals, in standard errors: χ² with n − 2 degrees of freedom if the line is true.
    public let residual: Double
    /// Pearson's correlation, unweighted.
    public let correlation: Double
  }

  /// A measured value with its two coordinates.
  public struct Sample: Hashable, Sendable {
    public let first: Double
    public let second: Double
    public let value: Double
    /// σ, of the value; positive and taken as known: it should be over a hundred repeats or so.
    public let standardError: Double

    public init(first: Double, second: Double, value: Double, standardError: Double) {
      (self.first, self.second) = (first, second)
      (self.value, self.standardError) = (value, standardError)
    }
  }

  /// `nil` for fewer than three samples, where a coordinate does not vary, or where one is a linear function of the other.
  public init?(_ samples: [Sample]) {
    precondition(samples.allSatisfy { $0.standardError > 0 })
    guard samples.count > 2 else { return nil }
    count = samples.count
    let weights = samples.map { 1 / ($0.standardError * $0.standardError) }
    let values = samples.map(\.value)
    let (x1, x2) = (samples.map(\.first), samples.map(\.second))
    let (u1, u2, v) = (centred(x1, weights), centred(x2, weights), centred(values, weights))
    func product(_ a: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for index in a.indices { sum += weights[index] * a[index] * b[index] }
      return sum
    }
    let (s1, s2) = (product(u1, u1).squareRoot(), product(u2, u2).squareRoot())
    guard s1 > 0, s2 > 0 else { return nil }
    let rho = product(u1, u2) / (s1 * s2)
    let sign: Double = rho < 0 ? -1 : 1
    guard 1 - abs(rho) > 1e-12 else { return nil }
    let (a, b) = (product(u1, v) / s1, sign * product(u2, v) / s2)
    let difference = (a - b) / (2 * (1 - abs(rho))).squareRoot()
    let sum = (a + b) / (2 * (1 + abs(rho))).squareRoot()
    let weaker = min(abs(difference), abs(sum))
    test = SignificanceTest(
      statistic: difference * sum < 0 ? -weaker : weaker,
      pValue: 2 * StandardNormal.probability(atMost: -weaker))
    let total = product(v, v)
    func fit(_ x: [Double], _ norm: Double, _ share: Double) -> Fit {
      let slope = share / norm
      return Fit(
        intercept: weightedMean(values, weights) - slope * weightedMean(x, weights), slope: slope,
        residual: max(0, total - share * share), correlation: correlation(x, values))
    }
    (first, second) = (fit(x1, s1, a), fit(x2, s2, sign * b))
  }
}

private func weightedMean(_ values: [Double], _ weights: [Double]) -> Double {
  var (sum, total) = (0.0, 0.0)
  for (value, weight) in zip(values, weights) {
    sum += weight * value
    total += weight
  }
  return sum / total
}

private func centred(_ values: [Double], _ weights: [Double]) -> [Double] {
  let mean = weightedMean(values, weights)
  return values.map { $0 - mean }
}

/// Pearson's correlation; 0 where one of the two does not vary.
private func correlation(_ x: [Double], _ y: [Double]) -> Double {
  let ones = [Double](repeating: 1, count: x.count)
  let (u, v) = (centred(x, ones), centred(y, ones))
  var (xy, xx, yy) = (0.0, 0.0, 0.0)
  for (a, b) in zip(u, v) {
    xy += a * b
    xx += a * a
    yy += b * b
  }
  return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
}
