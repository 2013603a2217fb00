import Analysis
import Testing

/// Intervals, tests and components against SciPy, statsmodels and NumPy (Golden/make_statistics.py).
struct StatisticsTests {
  private let golden: StatisticsGolden

  init() throws { golden = try StatisticsGolden.load() }

  /// Whether two numbers agree to a relative 1e-10, or as far as numbers of this scale can.
  private func agree(_ found: Double?, _ wanted: Double?, scale: Double = 0) -> Bool {
    guard let found, let wanted else { return found == nil && wanted == nil }
    return abs(found - wanted) <= 1e-10 * abs(wanted) + 4 * .ulpOfOne * scale
  }

  private func agree(_ found: Interval?, _ wanted: [Double]?, scale: Double = 0) -> Bool {
    agree(found?.lower, wanted?[0], scale: scale) && agree(found?.upper, wanted?[1], scale: scale)
  }

  private func agree(_ found: SignificanceTest?, _ wanted: StatisticsGolden.Test?) -> Bool {
    agree(found?.statistic, wanted?.statistic, scale: 1) && agree(found?.pValue, wanted?.p)
      && (wanted?.df == nil || agree(found?.degreesOfFreedom, wanted?.df))
  }

  @Test func probabilitiesAgree() {
    for row in golden.distributions {
      let found =
        switch row.name {
        case "t": StudentT(degreesOfFreedom: row.df[0]).probability(beyond: row.x)
        case "chi2": ChiSquare(degreesOfFreedom: row.df[0]).probability(above: row.x)
        case "f":
          FDistribution(numerator: row.df[0], denominator: row.df[1]).probability(above: row.x)
        default: StandardNormal.probability(atMost: row.x)
        }
      #expect(agree(found, row.p), "\(row.name) \(row.df) at \(row.x): \(found), not \(row.p)")
    }
  }

  @Test func quantilesAgree() {
    for row in golden.quantiles {
      let found =
        switch row.name {
        case "t": StudentT(degreesOfFreedom: row.df[0]).bound(beyond: row.p)
        case "chi2": ChiSquare(degreesOfFreedom: row.df[0]).bound(above: row.p)
        default: StandardNormal.quantile(row.p)
        }
      #expect(agree(found, row.x), "\(row.name) \(row.df) at \(row.p): \(found), not \(row.x)")
    }
  }

  @Test func intervalsAgree() throws {
    for row in golden.samples {
      let summary = try #require(Summary(row.values))
      let scale = abs(summary.maximum)
      #expect(agree(summary.meanInterval(), row.mean_interval, scale: scale), "\(row.values)")
      let deviation = summary.deviationInterval()
      #expect(agree(deviation, row.deviation_interval, scale: scale), "\(row.values)")
      let bootstrap = Bootstrap(seed: row.values.count).meanInterval(of: summary)
      #expect(agree(bootstrap, row.bootstrap), "\(row.values)")
    }
    let factors = Summary.deviationFactors(count: 3)
    #expect(abs(factors.lower - 0.5207) < 1e-4 && abs(factors.upper - 6.2847) < 1e-4)
  }

  @Test func pairedTestsAgree() throws {
    for row in golden.pairs {
      let pairs = try #require(PairedSample(row.x, row.y))
      #expect(agree(pairs.tTest, row.t), "t of \(row.x), \(row.y)")
      if let flips = row.flips {
        #expect(agree(pairs.signFlipTest(seed: 0).pValue, flips), "flips of \(row.x), \(row.y)")
      }
      #expect(agree(pairs.effectSize, row.effect))
      #expect(agree(pairs.pitmanMorgan, row.pitman_morgan), "deviations of \(row.x), \(row.y)")
    }
    #expect(PairedSample([], []) == nil)
  }

  @Test func testsOfIndependentSamplesAgree() throws {
    for row in golden.groups {
      let samples = try row.samples.map { try #require(Summary($0)) }
      let moments = samples.map { Moments($0) }
      if let first = moments[0], let second = moments[1] {
        #expect(agree(first.welchTest(against: second), row.welch), "\(row.samples)")
        #expect(agree(first.effectSize(against: second), row.effect))
      } else {
        #expect(row.welch == nil)
      }
      #expect(agree(brownForsytheTest(samples), row.brown_forsythe), "\(row.samples)")
    }
  }

  @Test func familiesAndCountsAgree() {
    for row in golden.holm {
      let adjusted = holm(row.p)
      #expect(zip(adjusted, row.adjusted).allSatisfy { agree($0, $1) }, "\(row.p): \(adjusted)")
    }
    for row in golden.mcnemar {
      let test = mcNemarTest(onlyFirst: row.counts[0], onlySecond: row.counts[1])
      #expect(agree(test.pValue, row.p), "\(row.counts)")
    }
  }

  @Test func componentsAgree() throws {
    for row in golden.components {
      let sources = row.shape.enumerated().map { (name: "\($0)", levels: $1) }
      let found = try #require(VarianceComponents(sources: sources, values: row.values))
      #expect(found.components.count == row.components.count)
      for wanted in row.components {
        let component = found.components.first { $0.sources == wanted.sources.map(String.init) }
        #expect(agree(component?.variance, wanted.variance, scale: 1e-4), "\(row.shape)")
      }
    }
    #expect(VarianceComponents(sources: [("init", 1)], values: [0.1]) == nil)
    #expect(ChaosFloor([], twins: []) == nil && ChaosFloor([1, 2], twins: [3, 2])?.variance == 1)
  }

  @Test func varianceOfTheTestSetAgrees() throws {
    for row in golden.test_sets {
      let correct = row.bits.map(packed)
      let found = try #require(TestSetVariance(correct: correct, images: row.bits[0].count))
      #expect(agree(found.onTestSet, row.on_test_set))
      #expect(agree(found.onDistribution, row.on_distribution, scale: 1e-2))
      let wanted = zip(row.bits[0], row.bits[1])
      let counts = disagreements(correct[0], correct[1])
      #expect(counts.onlyFirst == wanted.count { $0 > $1 })
      #expect(counts.onlySecond == wanted.count { $0 < $1 })
    }
    #expect(TestSetVariance(correct: [[0xff]], images: 8) == nil)
    #expect(TestSetVariance(correct: [[], []], images: 8) == nil)
  }

  private func packed(_ bits: [Int]) -> [UInt8] {
    stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<8).reduce(0) { byte, bit in
        let index = start + bit
        return byte << 1 | (index < bits.count ? UInt8(bits[index]) : 0)
      }
    }
  }

  @Test func oneNumberHasNoDeviationAndNoInterval() throws {
    let one = try #require(Summary([0.1]))
    #expect(one.standardDeviation == nil && one.meanInterval() == nil)
    #expect(one.deviationInterval() == nil && Moments(one) == nil)
    #expect(Bootstrap(seed: 1).meanInterval(of: one) == nil)
    let pair = try #require(PairedSample([0.1], [0.2]))
    #expect(pair.tTest == nil && pair.pitmanMorgan == nil && pair.effectSize == nil)
    #expect(pair.signFlipTest(seed: 0).pValue == 1)
  }

  @Test func equalNumbersHaveNoDeviationWhateverTheyRoundTo() throws {
    let thrice = try #require(Summary([0.1, 0.1, 0.1, 0.1, 0.1, 0.1]))
    #expect(thrice.standardDeviation == 0 && thrice.mean == 0.1)
    // 0.3 − 0.2 and 0.2 − 0.1 differ in their last bits.
    let pairs = try #require(PairedSample([0.3, 0.2, 0.4], [0.2, 0.1, 0.3]))
    #expect(pairs.differences.standardDeviation == 0 && pairs.tTest == nil)
  }

  @Test func theSmallestSignFlipPIsReached() throws {
    for n in [1, 2, 3, 6, 9] {
      let pairs = try #require(
        PairedSample((0..<n).map { 1 + 0.1 * Double($0) }, Array(repeating: 0, count: n)))
      #expect(pairs.signFlipTest(seed: 0).pValue == PairedSample.smallestSignFlipP(pairs: n))
    }
    #expect(PairedSample.smallestSignFlipP(pairs: 6) == 0.03125)
  }

  @Test func manyPairsAreFlippedAtRandomAndAlwaysAlike() throws {
    let differences = (0..<30).map { $0 * 7 % 11 - $0 * 5 % 13 }
    let pairs = try #require(
      PairedSample(differences.map(Double.init), Array(repeating: 0, count: 30)))
    let test = pairs.signFlipTest(seed: 3)
    #expect(test == pairs.signFlipTest(seed: 3))
    #expect(test.pValue != pairs.signFlipTest(seed: 4).pValue)
    // The share of each sum over all 2³⁰ patterns, difference by difference.
    var shares = [0: 1.0]
    for difference in differences {
      var next: [Int: Double] = [:]
      for (sum, share) in shares {
        next[sum + difference, default: 0] += share / 2
        next[sum - difference, default: 0] += share / 2
      }
      shares = next
    }
    let observed = abs(differences.reduce(0, +))
    let p = shares.reduce(0) { abs($1.key) >= observed ? $0 + $1.value : $0 }
    // Five standard errors of a share of 99,999 patterns.
    #expect(abs(test.pValue - p) < 5 * (p * (1 - p) / 99_999).squareRoot())
  }

  /// A published table may say anything.
  @Test(arguments: [1e-100, 1e-160, 1e100, 1e160, 1e200])
  func `deviations of any size are compared or not`(deviation: Double) {
    let one = Moments(mean: 1, standardDeviation: deviation, count: 5)
    let same = Moments(mean: 1 + deviation, standardDeviation: deviation, count: 5)
    if let test = one.welchTest(against: same) {
      #expect((0...1).contains(test.pValue))
    }
    // Hedges' correction of −1 for 8 degrees of freedom, where the difference of the means can be told at all.
    if let size = one.effectSize(against: same), 1 + deviation != 1,
      deviation * deviation < .infinity
    {
      #expect(abs(size + 0.903) < 0.001)
    }
    #expect(
      Moments(mean: 1, standardDeviation: 1, count: 5).welchTest(
        against: Moments(mean: 2, standardDeviation: 1e-100, count: 5)) != nil)
  }
}
