/// A mean, a sample standard deviation and how many numbers they are of: all that some tests need.
public struct Moments: Hashable, Sendable {
  public let mean: Double
  /// Divided by n − 1.
  public let standardDeviation: Double
  /// At least 2.
  public let count: Int

  public init(mean: Double, standardDeviation: Double, count: Int) {
    precondition(count > 1, "one number has no deviation")
    (self.mean, self.standardDeviation, self.count) = (mean, standardDeviation, count)
  }

  /// `nil` for a single number.
  public init?(_ summary: Summary) {
    guard let deviation = summary.standardDeviation else { return nil }
    self.init(mean: summary.mean, standardDeviation: deviation, count: summary.count)
  }

  private var squaredError: Double { standardDeviation * standardDeviation / Double(count) }

  /// Welch's test that two means are equal, without assuming equal deviations (Biometrika 34, 1947), with
  /// Satterthwaite's degrees of freedom; `nil` if neither sample varies.
  public func welchTest(against other: Moments) -> SignificanceTest? {
    let (a, b) = (squaredError, other.squaredError)
    guard a + b > 0, (a + b).isFinite else { return nil }
    // Of shares, since the squares of a and b may be beyond what a Double holds.
    let (own, others) = (a / (a + b), b / (a + b))
    let degrees = 1 / (own * own / Double(count - 1) + others * others / Double(other.count - 1))
    return SignificanceTest(
      t: (mean - other.mean) / (a + b).squareRoot(), degreesOfFreedom: degrees)
  }

  /// The difference of the means in pooled standard deviations, corrected for small n: Hedges' g (1981);
  /// `nil` if neither sample varies.
  public func effectSize(against other: Moments) -> Double? {
    let degrees = count + other.count - 2
    let squares =
      Double(count - 1) * standardDeviation * standardDeviation
      + Double(other.count - 1) * other.standardDeviation * other.standardDeviation
    let pooled = (squares / Double(degrees)).squareRoot()
    guard pooled > 0 else { return nil }
    return hedgesCorrection(degreesOfFreedom: degrees) * (mean - other.mean) / pooled
  }
}

/// Brown's and Forsythe's test that samples have the same deviation (JASA 69, 1974): the analysis of
/// variance of the distances from each sample's median.
///
/// `nil` unless there are two samples of two numbers or more, or if no distance differs from its sample's mean
/// distance. The statistic is F.
public func brownForsytheTest(_ samples: [Summary]) -> SignificanceTest? {
  guard samples.count > 1, samples.allSatisfy({ $0.count > 1 }) else { return nil }
  let distances = samples.compactMap { sample in
    let median = sortedQuantile(0.5, of: sample.values.sorted())
    return Summary(sample.values.map { abs($0 - median) })
  }
  let total = distances.reduce(0) { $0 + $1.count }
  let center = distances.reduce(0) { $0 + $1.mean * Double($1.count) } / Double(total)
  var (between, within) = (0.0, 0.0)
  for sample in distances {
    between += Double(sample.count) * (sample.mean - center) * (sample.mean - center)
    for value in sample.values { within += (value - sample.mean) * (value - sample.mean) }
  }
  guard within > 0 else { return nil }
  let degrees = (Double(samples.count - 1), Double(total - samples.count))
  let f = between / degrees.0 / (within / degrees.1)
  return SignificanceTest(
    statistic: f,
    pValue: FDistribution(numerator: degrees.0, denominator: degrees.1).probability(above: f))
}

/// The exact test of McNemar (Psychometrika 12, 1947) that two classifiers err equally often on the same
/// images, from how many only the first and only the second got right; two-sided binomial.
///
/// The statistic is the smaller count. The p-value is 1 if they disagree on no image.
public func mcNemarTest(onlyFirst: Int, onlySecond: Int) -> SignificanceTest {
  precondition(onlyFirst >= 0 && onlySecond >= 0)
  let (low, total) = (min(onlyFirst, onlySecond), onlyFirst + onlySecond)
  guard 2 * low < total else { return SignificanceTest(statistic: Double(low), pValue: 1) }
  // The probability of at most k of n heads is I₁⁄₂(n − k, k + 1).
  let tail = SpecialFunctions.beta(
    0.5, complement: 0.5, Double(total - low), Double(low) + 1)
  return SignificanceTest(statistic: Double(low), pValue: min(1, 2 * tail))
}
