/// A confidence interval.
public struct Interval: Hashable, Sendable {
  public let lower: Double
  public let upper: Double
  /// Its nominal coverage, in (0, 1).
  public let level: Double

  public init(lower: Double, upper: Double, level: Double) {
    (self.lower, self.upper, self.level) = (lower, upper, level)
  }

  /// The coverage of the intervals in tables and figures.
  public static let usualLevel = 0.95
}

extension Summary {
  /// Student's interval of the mean, x̄ ± t s/√n; `nil` for fewer than two numbers.
  ///
  /// Exact if the numbers are normal; with two or three it is wide, as it must be.
  public func meanInterval(level: Double = Interval.usualLevel) -> Interval? {
    guard let standardDeviation else { return nil }
    let t = StudentT(degreesOfFreedom: Double(count - 1)).bound(beyond: 1 - level)
    let reach = t * standardDeviation / Double(count).squareRoot()
    return Interval(lower: mean - reach, upper: mean + reach, level: level)
  }

  /// The interval of the standard deviation, s√((n−1)/χ²) between the equal-tailed quantiles of χ² with
  /// n − 1 degrees of freedom; `nil` for fewer than two numbers.
  ///
  /// At n = 3 and 95 % it goes from 0.52 to 6.3 times the deviation. It relies on normality, and no number of
  /// seeds mends that.
  public func deviationInterval(level: Double = Interval.usualLevel) -> Interval? {
    guard let standardDeviation else { return nil }
    let factors = Summary.deviationFactors(count: count, level: level)
    return Interval(
      lower: standardDeviation * factors.lower, upper: standardDeviation * factors.upper,
      level: level)
  }

  /// What a sample deviation of so many numbers is multiplied by for the ends of its interval.
  public static func deviationFactors(
    count: Int, level: Double = Interval.usualLevel
  ) -> (lower: Double, upper: Double) {
    precondition(count > 1, "one number has no deviation")
    let degrees = Double(count - 1)
    let distribution = ChiSquare(degreesOfFreedom: degrees)
    let tail = (1 - level) / 2
    return (
      (degrees / distribution.bound(above: tail)).squareRoot(),
      (degrees / distribution.bound(above: 1 - tail)).squareRoot()
    )
  }
}
