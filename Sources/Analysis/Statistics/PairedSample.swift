import Kernels
import Randomness

/// Two samples whose numbers belong together in pairs: two optimizers at the same seeds.
public struct PairedSample: Hashable, Sendable {
  public let first: Summary
  public let second: Summary
  /// first − second, pair by pair. Differences that are equal but for the rounding of their operands are
  /// made equal.
  public let differences: Summary

  /// - Precondition: as many numbers in both, at least one.
  public init?(_ first: [Double], _ second: [Double]) {
    precondition(first.count == second.count, "paired samples have the same size")
    guard let a = Summary(first), let b = Summary(second) else { return nil }
    var values = zip(first, second).map { $0 - $1 }
    let magnitude = max(abs(a.minimum), abs(a.maximum), abs(b.minimum), abs(b.maximum))
    // Each operand is off by half a unit in the last place, and so is their difference.
    let rounding = 2 * magnitude.ulp
    if let low = values.min(), let high = values.max(), high - low <= rounding {
      values = Array(repeating: values[0], count: values.count)
    }
    guard let differences = Summary(values) else { return nil }
    (self.first, self.second, self.differences) = (a, b, differences)
  }

  public var count: Int { differences.count }

  /// Student's paired test that the mean difference is 0; `nil` for a single pair, or if all differences are
  /// equal: they have no deviation to compare the mean with.
  public var tTest: SignificanceTest? {
    guard let deviation = differences.standardDeviation, deviation > 0 else { return nil }
    let n = Double(count)
    return SignificanceTest(
      t: differences.mean / (deviation / n.squareRoot()), degreesOfFreedom: n - 1)
  }

  /// The test that each difference is as likely to have either sign, by flipping signs (Fisher, "The
  /// Design of Experiments", 1935, section 21): the share of sign patterns whose sum is as far from 0 as ours.
  ///
  /// All 2ⁿ patterns up to ``mostExactPairs`` pairs; beyond, 99,999 random ones of the seed's stream, and the
  /// observed one is counted among them.
  public func signFlipTest(seed: Int) -> SignificanceTest {
    let values = differences.values
    let observed = abs(values.reduce(0, +))
    // Sums in another order round differently.
    let bound = observed - 100 * .ulpOfOne * values.reduce(0) { $0 + abs($1) }
    if count <= Self.mostExactPairs {
      // The pattern and its opposite have the same distance, so the first sign is fixed.
      var sum = values.reduce(0, +)
      var signs = [Double](repeating: 1, count: count)
      var extreme = abs(sum) >= bound ? 1 : 0
      let patterns = 1 << (count - 1)
      for pattern in 1..<max(patterns, 1) {
        // Gray's code: one sign changes at a time.
        let index = 1 + pattern.trailingZeroBitCount
        signs[index] = -signs[index]
        sum += 2 * signs[index] * values[index]
        if abs(sum) >= bound { extreme += 1 }
      }
      return SignificanceTest(
        statistic: differences.mean, pValue: Double(extreme) / Double(patterns))
    }
    var stream = RandomStream(seed: seed, purpose: .bootstrap, subindex: 1)
    let patterns = 99_999
    var extreme = 1
    for _ in 0..<patterns {
      var (sum, word) = (0.0, UInt32(0))
      for (index, value) in values.enumerated() {
        if index & 31 == 0 { word = stream.nextWord() }
        sum += word & 1 == 1 ? value : -value
        word >>= 1
      }
      if abs(sum) >= bound { extreme += 1 }
    }
    return SignificanceTest(
      statistic: differences.mean, pValue: Double(extreme) / Double(patterns + 1))
  }

  /// Up to how many pairs every sign pattern is tried.
  public static let mostExactPairs = 20

  /// The smallest p-value that a sign-flip test of n pairs can give: 2¹⁻ⁿ.
  public static func smallestSignFlipP(pairs: Int) -> Double {
    pairs > mostExactPairs
      ? 1e-5 : (0..<max(0, pairs - 1)).reduce(1.0) { p, _ in p / 2 }
  }

  /// The mean difference in standard deviations of the differences, corrected for small n: Hedges'
  /// J(n − 1) · d̄ / s; `nil` where there is no deviation.
  ///
  /// (Hedges, Journal of Educational Statistics 6, 1981; d_z of Lakens, Frontiers in Psychology 4, 2013.)
  public var effectSize: Double? {
    guard let deviation = differences.standardDeviation, deviation > 0 else { return nil }
    return hedgesCorrection(degreesOfFreedom: count - 1) * differences.mean / deviation
  }

  /// Pitman's and Morgan's test that both have the same deviation (Biometrika 31, 1939): the correlation r
  /// of sums and differences is 0, by t = r √((n−2)/(1−r²)) with n − 2 degrees of freedom.
  ///
  /// `nil` for fewer than three pairs, or if the sums or the differences do not vary. The statistic is positive
  /// where the first deviates more. It relies on normality.
  public var pitmanMorgan: SignificanceTest? {
    guard count > 2, let sums = Summary(zip(first.values, second.values).map { $0 + $1 }),
      let (s, d) = sums.standardDeviation.flatMap({ s in
        differences.standardDeviation.map { (s, $0) }
      }), s > 0, d > 0
    else { return nil }
    var products = 0.0
    for (sum, difference) in zip(sums.values, differences.values) {
      products += (sum - sums.mean) * (difference - differences.mean)
    }
    let degrees = Double(count - 2)
    let r = min(1, max(-1, products / (Double(count - 1) * s * d)))
    return SignificanceTest(
      t: r * (degrees / (1 - r * r)).squareRoot(), degreesOfFreedom: degrees)
  }
}

/// J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)), which takes the bias from an effect size (Hedges 1981); 0 for m = 1,
/// where the bias is infinite.
func hedgesCorrection(degreesOfFreedom m: Int) -> Double {
  guard m > 1 else { return 0 }
  let half = Double(m) / 2
  return Elementary.exp(SpecialFunctions.logGamma(half) - SpecialFunctions.logGamma(half - 0.5))
    / half.squareRoot()
}
