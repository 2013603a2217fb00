import Analysis
import Foundation
import Randomness
import Testing

/// In which coordinate a line fits better: against NumPy and SciPy, and where the truth is planted.
struct CoordinateComparisonTests {
  private struct Golden: Decodable {
    var first: [Double]
    var second: [Double]
    var values: [Double]
    var errors: [Double]
    var fits: [Fit]
    var statistic: Double
    var p: Double

    struct Fit: Decodable {
      var intercept: Double
      var slope: Double
      var residual: Double
      var correlation: Double
      /// Of the correlation against 0.9; `null` for three samples.
      var bound: Bound?
    }

    struct Bound: Decodable {
      var z: Double
      var p: Double
    }
  }

  @Test func fitsAndTestsAgreeWithNumPyAndSciPy() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/coordinates.json")
    let cases = try JSONDecoder().decode([Golden].self, from: Data(contentsOf: url))
    #expect(cases.count == 10)
    for golden in cases {
      let comparison = try #require(
        CoordinateComparison(
          golden.values.indices.map {
            .init(
              first: golden.first[$0], second: golden.second[$0], value: golden.values[$0],
              standardError: golden.errors[$0])
          }))
      func agrees(_ found: Double, _ wanted: Double, scale: Double = 0) -> Bool {
        abs(found - wanted) <= 1e-10 * max(abs(wanted), scale)
      }
      let total = golden.values.indices.reduce(0.0) { sum, index in
        let z = golden.values[index] / golden.errors[index]
        return sum + z * z
      }
      for (fit, wanted) in zip([comparison.first, comparison.second], golden.fits) {
        #expect(agrees(fit.intercept, wanted.intercept))
        #expect(agrees(fit.slope, wanted.slope))
        #expect(agrees(fit.residual, wanted.residual, scale: total))
        #expect(agrees(fit.correlation, wanted.correlation))
        guard let bound = wanted.bound else { continue }
        let test = SignificanceTest(
          correlation: fit.correlation, expected: 0.9, pairs: comparison.count)
        // artanh near 1 magnifies the rounding of the correlation.
        let reach = 1e-10 / (1 - fit.correlation * fit.correlation)
        #expect(abs(test.statistic - bound.z) <= reach && abs(test.pValue - bound.p) <= reach)
      }
      #expect(agrees(comparison.test.statistic, golden.statistic, scale: total.squareRoot()))
      #expect(abs(comparison.test.pValue - golden.p) <= 1e-10)
    }
  }

  /// Times that follow k to some power exactly, with noise of a known size: 20 sharpnesses, as in Figure 6.
  private func law(exponent: Double, noise: Double, _ stream: inout RandomStream) -> EscapeLaw? {
    func normal() -> Double {
      let radius = (-2 * log(1 - stream.uniformDouble())).squareRoot()
      return radius * cos(2 * Double.pi * stream.uniformDouble())
    }
    return EscapeLaw(
      (0..<20).map { index in
        let k = 1 / (1 / 3.0 + Double(index) / 30)
        return .init(
          sharpness: k, logTime: 2.5 + 8 * pow(k, exponent) + noise * normal(), standardError: noise
        )
      })
  }

  @Test func thePlantedPowerIsFound() throws {
    var stream = RandomStream(seed: 1, purpose: .synthetic)
    for _ in 0..<50 {
      let inverse = try #require(law(exponent: -1, noise: 0.015, &stream)).comparison
      #expect(inverse.test.pValue < 0.001 && inverse.test.statistic > 0)
      #expect(inverse.first.correlation > inverse.second.correlation)
      let root = try #require(law(exponent: -0.5, noise: 0.015, &stream)).comparison
      #expect(root.test.pValue < 0.001 && root.test.statistic < 0)
    }
  }

  /// A value whose two coordinates are as good as each other: the hypothesis is rejected as rarely as stated.
  @Test func equallyGoodCoordinatesAreToldApartAsRarelyAsStated() throws {
    var stream = RandomStream(seed: 2, purpose: .synthetic)
    func normal() -> Double {
      let radius = (-2 * log(1 - stream.uniformDouble())).squareRoot()
      return radius * cos(2 * Double.pi * stream.uniformDouble())
    }
    let simulations = 2000
    var rejected = 0
    let x = (0..<12).map { Double($0) }
    // Two coordinates of the same mean and deviation, mirrored about the line between them.
    let wobble = [1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1].map { Double($0) }
    for _ in 0..<simulations {
      let comparison = try #require(
        CoordinateComparison(
          x.indices.map {
            .init(
              first: x[$0] + wobble[$0], second: x[$0] - wobble[$0], value: x[$0] + normal(),
              standardError: 1)
          }))
      if comparison.test.pValue <= 0.05 { rejected += 1 }
    }
    let share = Double(rejected) / Double(simulations)
    let spread = (0.05 * 0.95 / Double(simulations)).squareRoot()
    #expect(abs(share - 0.05) < 3.3 * spread, "\(share)")
  }

  @Test func whatCannotBeComparedIsNot() {
    func samples(_ first: [Double], _ second: [Double]) -> CoordinateComparison? {
      CoordinateComparison(
        zip(first, second).map { .init(first: $0, second: $1, value: $0, standardError: 1) })
    }
    #expect(samples([1, 2], [1, 3]) == nil)
    #expect(samples([1, 1, 1], [1, 2, 4]) == nil)
    #expect(samples([1, 2, 3], [2, 4, 6]) == nil)
    #expect(samples([1, 2, 3], [9, 4, 1]) != nil)
  }

  @Test func topEigenvaluesAreComparedAsRatios() throws {
    let pairs = try #require(
      PairedSample(topEigenvalues: [1, 2, 4, 8, 16, 32], [2, 4, 8, 16, 32, 64]))
    #expect(abs(pairs.differences.mean + log(2)) < 1e-15)
    #expect(pairs.signFlipTest(seed: 0).pValue == 2.0 / 64)
    #expect(PairedSample(topEigenvalues: [1, -2], [1, 1]) == nil)
    #expect(PairedSample(topEigenvalues: [1, .nan], [1, 1]) == nil)
  }
}
