import Diffusion
import Studies

/// Displacements from a saddle beside what is known of them, a row for each batch size, time and direction.
public struct SaddleTable: Hashable, Sendable {
  public let rows: [Row]

  public struct Row: Hashable, Sendable {
    public let source: SimulationSource
    /// B, T and H.
    public let batch: Double
    public let time: Double
    public let curvature: Double
    /// ⟨Δθ²⟩ and its standard error.
    public let meanSquare: Double
    public let standardError: Double
    /// The exact discrete solution, or that of the rule with its second moment at its expectation.
    public let reference: Double
    /// Whether the reference is the optimizer's own exact solution.
    public let isExact: Bool
    /// What the paper says, law by law.
    public let laws: [Law]
    /// What the momentum at the start explains of ⟨Δθ²⟩, its standard error, and Proposition 3's value of it.
    public let drift: Double
    public let driftError: Double
    public let proposition3: Double?

    /// The distance of the simulation from the reference, in standard errors.
    public var distance: Double { (meanSquare - reference) / standardError }
  }

  /// A law of the paper and its value.
  public struct Law: Hashable, Sendable {
    public let name: String
    public let value: Double
  }

  public init(_ results: StudyResults) {
    guard case .saddle(let saddle) = results.grid.study.simulation else {
      rows = []
      return
    }
    let n = Double(saddle.curvatures.count)
    let mean = saddle.curvatures.reduce(0) { $0 + $1.magnitude } / n
    var rows: [Row] = []
    for cell in SimulatedCell.all(of: results) {
      guard let squares = cell.measurement[variable: "mean_square"],
        let errors = cell.measurement[variable: "standard_error"],
        let drifts = cell.measurement[variable: "drift"],
        let driftErrors = cell.measurement[variable: "drift_error"]
      else { continue }
      for (b, batch) in saddle.batches.enumerated() {
        for (i, curvature) in saddle.curvatures.enumerated() {
          let theory = SaddleTheory(curvature: curvature, meanCurvature: mean, batch: batch)
          let rule = theory.linearRule(of: cell.optimizer)
          let reference = rule.map {
            theory.meanSquares($0, at: saddle.times, warmup: saddle.warmup)
          }
          let laws = theory.laws(of: cell.optimizer, at: saddle.times)
          for (t, time) in saddle.times.enumerated() {
            let index = (b * saddle.times.count + t) * saddle.curvatures.count + i
            rows.append(
              Row(
                source: cell.source, batch: batch, time: Double(time), curvature: curvature,
                meanSquare: squares[index], standardError: errors[index],
                reference: reference?[t] ?? .nan, isExact: rule?.isExact ?? false,
                laws: laws.map { Law(name: $0.name, value: $0.values[t]) }, drift: drifts[index],
                driftError: driftErrors[index], proposition3: theory.drift(of: cell.optimizer)))
          }
        }
      }
    }
    self.rows = rows
  }
}
