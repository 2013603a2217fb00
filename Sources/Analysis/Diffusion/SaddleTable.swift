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
    /// The variance of the gradient noise.
    public let noise: Double
    /// ⟨Δθ²⟩ and its standard error.
    public let meanSquare: Double
    public let standardError: Double
    /// The exact discrete solution of what is simulated, or of what comes near it; `nil` if there is none.
    public let reference: Reference?
    /// What the paper says, law by law.
    public let laws: [Law]
    /// What the momentum at the start explains of ⟨Δθ²⟩, its standard error, and Proposition 3's value of it.
    public let drift: Double
    public let driftError: Double
    public let proposition3: Double?

    /// The distance of the simulation from the reference, in standard errors.
    public var distance: Double? { reference.map { (meanSquare - $0.value) / standardError } }
  }

  /// A value of ⟨Δθ²⟩ that was not simulated.
  public struct Reference: Hashable, Sendable {
    public let value: Double
    public let kind: Kind

    /// What it solves exactly.
    public enum Kind: String, Hashable, Sendable, CustomStringConvertible {
      /// What is simulated.
      case exact
      /// The rule with its second moment at its expectation.
      case expectation = "v at its mean"
      /// The quadratic, and the noise, that a network has at its saddle.
      case linearized = "linearised"

      public var description: String {
        switch self {
        case .exact: "the exact discrete solution"
        case .expectation: "the solution with the second moment at its expectation"
        case .linearized: "the solution for the quadratic and the noise at the saddle"
        }
      }
    }
  }

  /// A law of the paper and its value.
  public struct Law: Hashable, Sendable {
    public let name: String
    public let value: Double
  }

  public init(_ results: StudyResults) {
    let (times, warmup): ([Int], Int)
    switch results.grid.study.simulation {
    case .saddle(let saddle): (times, warmup) = (saddle.times, saddle.warmup)
    case .networkSaddle(let saddle): (times, warmup) = (saddle.times, saddle.warmup)
    default:
      rows = []
      return
    }
    rows = SimulatedCell.all(of: results).flatMap { Self.rows(of: $0, times, warmup: warmup) }
  }

  /// The rows of a cell: batch size by batch size, direction by direction, time by time.
  private static func rows(of cell: SimulatedCell, _ times: [Int], warmup: Int) -> [Row] {
    guard let squares = cell.measurement[variable: "mean_square"],
      let errors = cell.measurement[variable: "standard_error"],
      let drifts = cell.measurement[variable: "drift"],
      let driftErrors = cell.measurement[variable: "drift_error"],
      let batches = cell.measurement[dimension: "batch"],
      let curvatures = cell.measurement[dimension: "direction"]
    else { return [] }
    // All curvatures and the noise along them; those of a quadratic are its directions', and its noise is |H|/B.
    let all = cell.measurement[variable: "curvature"] ?? curvatures
    let noise = cell.measurement[variable: "noise"]
    let mean = all.reduce(0) { $0 + $1.magnitude } / Double(all.count)
    var rows: [Row] = []
    for (b, batch) in batches.enumerated() {
      for (i, curvature) in curvatures.enumerated() {
        var theory = SaddleTheory(curvature: curvature, meanCurvature: mean, batch: batch)
        let laws = theory.laws(of: cell.optimizer, at: times)
        if let noise, let place = all.firstIndex(of: curvature) {
          theory.noise = noise[place] / batch
        }
        let rule = theory.linearRule(of: cell.optimizer)
        let kind: Reference.Kind? =
          switch rule?.isExact {
          case true?: noise == nil ? .exact : .linearized
          // A network's parameters are no eigenvectors, along which alone such a rule is linear.
          case false?: noise == nil ? .expectation : nil
          case nil: nil
          }
        let values = rule.map { theory.meanSquares($0, at: times, warmup: warmup) }
        for (t, time) in times.enumerated() {
          let index = (b * times.count + t) * curvatures.count + i
          let reference = kind.flatMap { kind in
            values.map { Reference(value: $0[t], kind: kind) }
          }
          rows.append(
            Row(
              source: cell.source, batch: batch, time: Double(time), curvature: curvature,
              noise: theory.noise, meanSquare: squares[index], standardError: errors[index],
              reference: reference,
              laws: laws.map { Law(name: $0.name, value: $0.values[t]) }, drift: drifts[index],
              driftError: driftErrors[index], proposition3: theory.drift(of: cell.optimizer)))
        }
      }
    }
    return rows
  }
}
