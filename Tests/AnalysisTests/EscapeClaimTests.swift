import Analysis
import Diffusion
import Foundation
import Randomness
import Studies
import Testing

/// Claims on escape times: verdicts where the law is planted, why there is none, and how rarely they are wrong.
struct EscapeClaimTests {
  private static let sharpness = (0..<12).map { 1 / (0.1 + 0.08 * Double($0)) }
  private static let replicas = 400
  private static let claims = """
    - {claim: log_time_more_linear, of: momentum, in: 1/k, than: 1/sqrt(k)}
      - {claim: log_time_more_linear, of: momentum, in: 1/sqrt(k), than: 1/k}
      - {claim: pearson, of: momentum, in: 1/k, at_least: 0.99}
    """

  private func grid(ratios: String = "0.3", claims: String = claims) throws -> StudyGrid {
    let text = """
      study: valley
      kind: escape
      escape:
        valley: double-well
        sharpness: [\(Self.sharpness.map { "\($0)" }.joined(separator: ", "))]
        rate_per_batch: \(ratios)
        limit: 10000000
        replicas: \(Self.replicas)
      seeds: [0]
      optimizers:
        - {name: momentum, learning_rate: 0.02, weight_decay: 0, dampening: 0.9}
        - {name: sgd, learning_rate: 0.02, weight_decay: 0}
      claims:
        \(claims)
      """
    return try StudyGrid(StudyReader.read(text: text, file: "valley.yaml"), dataset: nil)
  }

  /// Results whose exponential times have the mean `time` at each sharpness and noise; `spoil` may change the steps and whether
  /// they are escapes.
  private func results(
    _ grid: StudyGrid, seed: Int = 1, time: (_ sharpness: Double, _ noise: Int) -> Double,
    spoil: (inout [Double], inout [Double]) -> Void = { _, _ in }
  ) -> StudyResults {
    guard case .escape(let escape) = grid.study.simulation else { preconditionFailure() }
    var stream = RandomStream(seed: seed, purpose: .synthetic)
    let noises = escape.noise.values
    let states = grid.places.map { place -> CellState in
      var steps: [Double] = []
      for k in escape.sharpness {
        for noise in noises.indices {
          let mean = time(k, noise)
          for _ in 0..<escape.replicas {
            steps.append(-mean * log(1 - stream.uniformDouble()))
          }
        }
      }
      var escaped = [Double](repeating: 1, count: steps.count)
      spoil(&steps, &escaped)
      return .finished(
        CellRecord(cell: place.cell, measurements: [measurement(escape, steps, escaped)]))
    }
    return StudyResults(grid: grid, states: states)
  }

  private func measurement(
    _ escape: ValleyEscape, _ steps: [Double], _ escaped: [Double]
  ) -> Studies.Measurement {
    let axes = [
      ("sharpness", escape.sharpness), ("noise", escape.noise.values),
      ("replica", (0..<escape.replicas).map(Double.init)),
    ]
    return Studies.Measurement(
      name: "escape",
      dimensions: axes.map { .init(name: $0.0, meaning: $0.0, coordinates: $0.1) },
      variables: [("steps", steps), ("escaped", escaped)].map {
        .init(name: $0.0, meaning: $0.0, dimensions: axes.map(\.0), values: $0.1)
      })
  }

  private func inverse(_ k: Double, _ noise: Int) -> Double { exp(5 + 8 / k) }
  private func inverseRoot(_ k: Double, _ noise: Int) -> Double { exp(3 + 9 / k.squareRoot()) }

  private func verdicts(_ results: StudyResults) -> [ClaimTable.Verdict] {
    ClaimTable(results).rows.map(\.verdict)
  }

  @Test func thePlantedLawIsSupportedAndTheOtherContradicted() throws {
    let grid = try grid()
    #expect(
      verdicts(results(grid, time: inverse)) == [.supported, .contradicted, .supported])
    #expect(
      verdicts(results(grid, time: inverseRoot))[..<2] == [.contradicted, .supported])
    // Times that jump: no correlation to speak of.
    let jumping = results(grid) { k, _ in 1000 * exp(5 * sin(40 / k)) }
    #expect(verdicts(jumping)[2] == .contradicted)
  }

  /// The test is the one of the table's own times, and all of them are one family.
  @Test func theNumbersAreThoseOfTheTimes() throws {
    let results = results(try grid(), time: inverse)
    let rows = EscapeTable(results).rows.filter { $0.source.label == "momentum" }
    let law = try #require(
      EscapeLaw(
        rows.map {
          .init(
            sharpness: $0.sharpness, logTime: log($0.exposure / 400), standardError: 0.05)
        })
    ).comparison
    let comparisons = ClaimTable(results).rows.map { $0.comparisons[0] }
    for (index, comparison) in comparisons.enumerated() {
      #expect(comparison.place?.source.label == "momentum" && comparison.place?.noise == 0.3)
      let lines = try #require(comparison.lines)
      #expect(lines.count == Self.sharpness.count)
      #expect(abs(lines.first.residual - law.first.residual) < 1e-8)
      #expect(abs(lines.second.residual - law.second.residual) < 1e-8)
      let p = try #require(comparison.test?.pValue)
      if index < 2 { #expect(abs(p - law.test.pValue) < 1e-10) }
    }
    let fit = try #require(
      EscapeTable(results).fits.first { $0.source.label == "momentum" && $0.scale == .inverse })
    #expect(abs(fit.pearson - law.first.correlation) < 1e-12)
    let family = comparisons.map(\.test?.pValue)
    #expect(holm(family) == comparisons.map(\.adjusted))
  }

  @Test func everyNoiseIsAPlaceOfItsOwn() throws {
    let grid = try grid(ratios: "[0.3, 0.1]", claims: String(Self.claims.prefix { $0 != "\n" }))
    let both = ClaimTable(results(grid, time: inverse)).rows[0]
    #expect(both.comparisons.map(\.place?.noise) == [0.3, 0.1] && both.verdict == .supported)
    let one = results(grid) { k, noise in noise == 0 ? inverse(k, 0) : inverseRoot(k, 0) }
    let row = ClaimTable(one).rows[0]
    #expect(row.comparisons.map(\.verdict) == [.supported, .contradicted])
    #expect(row.verdict == .contradicted)
  }

  @Test func whatCannotBeDecidedSaysWhy() throws {
    let grid = try grid()
    func reasons(_ results: StudyResults) -> [ClaimTable.Reason?] {
      let rows = ClaimTable(results).rows
      #expect(rows.allSatisfy { $0.verdict == .undecided })
      return rows.map { $0.comparisons[0].reason }
    }
    let missing = StudyResults(grid: grid, states: grid.places.map { _ in CellState.missing })
    #expect(reasons(missing) == [.incomplete, .incomplete, .incomplete])
    // The last sharpness: 301 replicas never left, then one diverged.
    let last = (Self.sharpness.count - 1) * Self.replicas
    let few = results(grid, time: inverse) { _, escaped in
      for replica in 0..<301 { escaped[last + replica] = 0 }
    }
    #expect(ClaimTable(few).rows[0].comparisons[0].reason == .tooFewEscapes(needed: 100))
    let enough = results(grid, time: inverse) { _, escaped in
      for replica in 0..<300 { escaped[last + replica] = 0 }
    }
    #expect(ClaimTable(enough).rows[0].comparisons[0].reason != .tooFewEscapes(needed: 100))
    let diverged = results(grid, time: inverse) { steps, escaped in
      (steps[last], escaped[last]) = (.nan, 0)
    }
    #expect(ClaimTable(diverged).rows[0].comparisons[0].reason == .diverged)
    // Half way between the two laws.
    let between = results(grid) { k, _ in (inverse(k, 0) * inverseRoot(k, 0)).squareRoot() }
    #expect(ClaimTable(between).rows[0].comparisons[0].reason == .notSignificant)
  }

  /// A correlation that is the bound: 2000 samples of twelve set places and normal errors, whose expected correlation is
  /// that. Fisher's z is made for two normal variables, so a wrong verdict is rarer than 5 %.
  @Test func aCorrelationAtItsBoundIsDecidedNoMoreOftenThanStated() {
    var stream = RandomStream(seed: 3, purpose: .synthetic)
    func normal() -> Double {
      let radius = (-2 * log(1 - stream.uniformDouble())).squareRoot()
      return radius * cos(2 * Double.pi * stream.uniformDouble())
    }
    let (n, simulations, bound) = (12, 2000, 0.99)
    let x = (0..<n).map { Double($0) - Double(n - 1) / 2 }
    let spread = (x.reduce(0) { $0 + $1 * $1 } / Double(n)).squareRoot()
    let noise = spread * (1 / (bound * bound) - 1).squareRoot()
    var decided = 0
    for _ in 0..<simulations {
      let samples = x.map {
        CoordinateComparison.Sample(
          first: $0, second: $0 * $0, value: $0 + noise * normal(), standardError: noise)
      }
      guard let r = CoordinateComparison(samples)?.first.correlation else { continue }
      if SignificanceTest(correlation: r, expected: bound, pairs: n).pValue <= 0.05 { decided += 1 }
    }
    #expect(decided > 0 && Double(decided) / Double(simulations) <= 0.05)
  }
}
