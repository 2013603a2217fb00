import Analysis
import Foundation
import Randomness
import Studies
import Testing

/// Known truths, found again over 1,000 simulations, and error rates that are what they are said to be.
///
/// A share of 1,000 simulations is expected within 3.3 standard errors of its truth (one in a thousand tests
/// of a true statement fails; the streams are fixed, so none does from run to run).
struct PlantedTruthTests {
  private static let simulations = 1000

  /// Normal numbers of a stream of its own for each simulation.
  private struct Noise {
    private var stream: RandomStream

    init(_ simulation: Int) { stream = RandomStream(seed: simulation, purpose: .synthetic) }

    mutating func normal() -> Double {
      let radius = (-2 * log(1 - stream.uniformDouble())).squareRoot()
      return radius * cos(2 * Double.pi * stream.uniformDouble())
    }

    mutating func normals(_ count: Int, mean: Double = 0, deviation: Double = 1) -> [Double] {
      (0..<count).map { _ in mean + deviation * normal() }
    }
  }

  private func simulate<Value>(_ one: (inout Noise) throws -> Value) rethrows -> [Value] {
    try (0..<Self.simulations).map { simulation in
      var noise = Noise(simulation)
      return try one(&noise)
    }
  }

  /// How far a share may be from its truth.
  private func reach(_ share: Double) -> Double {
    3.3 * (share * (1 - share) / Double(Self.simulations)).squareRoot()
  }

  private func share(_ hits: [Bool]) -> Double { Double(hits.count { $0 }) / Double(hits.count) }

  /// Whether the mean of estimates is their truth, within 3.3 standard errors.
  private func isUnbiased(_ estimates: [Double], for truth: Double) throws -> Bool {
    let summary = try #require(Summary(estimates))
    let error = try #require(summary.standardDeviation) / Double(estimates.count).squareRoot()
    return abs(summary.mean - truth) <= 3.3 * error
  }

  @Test(arguments: [2, 3, 8]) func intervalsCoverTheTruth(n: Int) throws {
    let covered = try simulate { noise in
      let summary = try #require(Summary(noise.normals(n, mean: 5, deviation: 2)))
      let mean = try #require(summary.meanInterval())
      let deviation = try #require(summary.deviationInterval())
      return (mean.lower <= 5 && 5 <= mean.upper, deviation.lower <= 2 && 2 <= deviation.upper)
    }
    #expect(abs(share(covered.map(\.0)) - 0.95) <= reach(0.95))
    #expect(abs(share(covered.map(\.1)) - 0.95) <= reach(0.95))
  }

  @Test func falseAlarmsAreAsRareAsStated() throws {
    let n = 8
    let alarms = try simulate { noise in
      // Four optimizers that are alike, seeds in common.
      let common = noise.normals(n)
      let samples = (0..<4).map { _ in
        zip(common, noise.normals(n)).map { $0 + 0.5 * $1 }
      }
      var (t, flips, deviations): ([Double?], [Double?], [Double?]) = ([], [], [])
      for first in 0..<4 {
        for second in first + 1..<4 {
          let pairs = try #require(PairedSample(samples[first], samples[second]))
          t.append(pairs.tTest?.pValue)
          flips.append(pairs.signFlipTest(seed: 0).pValue)
          deviations.append(pairs.pitmanMorgan?.pValue)
        }
      }
      func any(_ p: [Double?]) -> Bool { p.contains { ($0 ?? 1) <= 0.05 } }
      return [
        (t[0] ?? 1) <= 0.05, (flips[0] ?? 1) <= 0.05, (deviations[0] ?? 1) <= 0.05, any(holm(t)),
        any(holm(flips)), any(holm(deviations)), any(t),
      ]
    }
    func rate(_ index: Int) -> Double { share(alarms.map { $0[index] }) }
    #expect(abs(rate(0) - 0.05) <= reach(0.05) && abs(rate(2) - 0.05) <= reach(0.05))
    // Sign flips have 2⁷ p-values: the largest up to 0.05 is 6/128.
    #expect(abs(rate(1) - 6.0 / 128) <= reach(6.0 / 128))
    for family in 3...5 { #expect(rate(family) <= 0.05 + reach(0.05)) }
    // Without Holm's correction six comparisons raise many false alarms.
    #expect(rate(6) > 0.1)
  }

  @Test func realDifferencesAreFound() throws {
    let found = try simulate { noise in
      let pairs = try #require(
        PairedSample(noise.normals(8, mean: 2), noise.normals(8, deviation: 1)))
      return (pairs.tTest?.pValue ?? 1) <= 0.05 && pairs.differences.mean > 0
    }
    #expect(share(found) > 0.8)
  }

  @Test func varianceComponentsAreRecovered() throws {
    let (a, b, interaction) = (1.0, 0.5, 0.3)
    let found = try simulate { noise in
      let (first, second) = (noise.normals(5, deviation: a), noise.normals(4, deviation: b))
      let values = first.flatMap { x in
        second.map { x + $0 + noise.normals(1, deviation: interaction)[0] }
      }
      let components = try #require(
        VarianceComponents(sources: [("init", 5), ("order", 4)], values: values))
      return components.components.map(\.variance)
    }
    #expect(try isUnbiased(found.map { $0[0] }, for: a * a))
    #expect(try isUnbiased(found.map { $0[1] }, for: b * b))
    #expect(try isUnbiased(found.map { $0[2] }, for: interaction * interaction))
  }

  @Test func distributionVarianceIsRecovered() throws {
    // Images have an error rate of their own, and a run adds the same to all of them.
    let images = 64
    let found = try simulate { noise in
      let rates = noise.normals(images).map { min(0.7, max(0.3, 0.5 + 0.1 * $0)) }
      let runs = (0..<4).map { _ -> [UInt8] in
        let shift = noise.normal() > 0 ? 0.1 : -0.1
        var bits = [UInt8](repeating: 0, count: images / 8)
        for image in 0..<images {
          // P(Z < z) by comparing with a normal would need Φ; a uniform will do.
          let uniform = StandardNormal.probability(atMost: noise.normal())
          if uniform > rates[image] + shift { bits[image >> 3] |= 0x80 >> UInt8(image & 7) }
        }
        return bits
      }
      return try #require(TestSetVariance(correct: runs, images: images)).onDistribution
    }
    #expect(try isUnbiased(found, for: 0.01))
  }

  @Test func areaIsRecovered() throws {
    // The value is the distance from the middle learning rate's decade: on either side of it the region up to
    // 0.75 reaches 0.75 decades, over three decades of weight decay.
    let axis = [0.0, 1, 2, 3, 4]
    let found = try simulate { noise in
      let nodes = axis.map { rate in
        noise.normals(4, mean: abs(rate - 2), deviation: 0.02).map(LogGrid.Node.measured)
      }
      let grid = LogGrid(learningRates: axis, weightDecays: Array(axis.prefix(4)), nodes: nodes)
      return try #require(grid.area(atMost: 0.75)).decades
    }
    let mean = try #require(Summary(found)).mean
    // Interpolation is not linear in the noise: its bias is of the order of the noise squared.
    #expect(abs(mean - 4.5) < 4.5 * 0.02 * 0.02 + 3.3 * 0.1 / Double(Self.simulations).squareRoot())
  }

  @Test func theBestOfEqualPointsLooksBetterThanItIsUnlessConfirmed() throws {
    var study = SmallStudy()
    study.seeds = .joint([0, 1, 2])
    study.confirmationSeeds = [7, 8, 9]
    let grid = try study.grid()
    let found = try (0..<200).map { simulation in
      var noise = Noise(simulation)
      let first = StudyResults(
        grid: grid, states: grid.places.map { .completed($0, final: 0.1 + 0.01 * noise.normal()) })
      let best = try #require(first.bestPoints[0])
      let confirmations = try grid.confirmation(sweep: 0, coordinates: best.coordinates).map {
        StudyResults.Confirmation(
          place: $0, state: .completed($0, final: 0.1 + 0.01 * noise.normal()))
      }
      let table = OptimismTable(
        StudyResults(grid: grid, states: first.states, confirmations: confirmations))
      return (best.summary.mean, try #require(table.rows[0].point))
    }
    // The smallest of 12 means of 3 is 1.629 of their deviations below (expected minimum of 12 normals).
    let bias = 1.6292 * 0.01 / 3.0.squareRoot()
    #expect(try isUnbiased(found.map(\.0), for: 0.1 - bias))
    #expect(try isUnbiased(found.map(\.1), for: bias))
  }
}
