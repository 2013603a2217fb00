import Analysis
import Diffusion
import Foundation
import Testing

@Suite struct EscapeFitTests {
  private struct Case: Decodable {
    struct Fit: Decodable { var intercept, slope, slope_error, log_likelihood: Double }
    var sharpness: [Double]
    var escaped: [Int]
    var exposure: [Double]
    var fits: [String: Fit]
    var lower: [Double]
    var upper: [Double?]
  }

  /// Fits and intervals are SciPy's, with and without censoring, and where some sharpnesses saw no escape.
  @Test func fitsAreSciPys() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/escape.json")
    for one in try JSONDecoder().decode([Case].self, from: Data(contentsOf: path)) {
      let rows = one.sharpness.indices.map { index in
        EscapeTable.Row(
          source: SimulationSource(sweep: 0, label: "a", optimizer: "sgd", settings: [], seed: 0),
          sharpness: one.sharpness[index], noise: 1, batch: 1, learningRate: 1,
          escaped: one.escaped[index], censored: 60 - one.escaped[index], diverged: 0,
          exposure: one.exposure[index])
      }
      for scale in SharpnessScale.allCases {
        let fit = EscapeTable.Fit(rows, scale, theory: nil)
        let expected = try #require(one.fits[scale.rawValue])
        #expect(abs(fit.slope / expected.slope - 1) < 1e-5)
        #expect(abs(fit.intercept - expected.intercept) < 1e-4)
        #expect(abs(fit.slopeError / expected.slope_error - 1) < 1e-4)
        #expect(abs(fit.logLikelihood / expected.log_likelihood - 1) < 1e-9)
      }
      for (index, row) in rows.enumerated() {
        guard let interval = row.interval, let upper = one.upper[index] else { continue }
        #expect(abs(interval.lower / one.lower[index] - 1) < 1e-9)
        #expect(abs(interval.upper / upper - 1) < 1e-9)
      }
    }
  }
}
