import Diffusion
import Studies

/// The least squared gradient norms of runs of several lengths beside Theorem 4's bound.
public struct ConvergenceTable: Hashable, Sendable {
  public let rows: [Row]

  public struct Row: Hashable, Sendable {
    public let source: SimulationSource
    /// T.
    public let horizon: Double
    /// min over k of the mean of ‖∇L(θₖ)‖² over replicas, with its standard error.
    public let minimum: Double
    public let minimumError: Double
    /// The mean of ‖∇L(θₖ)‖² over the whole run.
    public let mean: Double
    /// (C₁ + C₂ + C₃)/√T; `nil` for optimizers the theorem is not about.
    public let bound: Double?
  }

  public init(_ results: StudyResults) {
    guard case .convergence(let decay) = results.grid.study.simulation else {
      rows = []
      return
    }
    rows = SimulatedCell.all(of: results).flatMap { cell -> [Row] in
      guard let minimum = cell.measurement[variable: "minimum"],
        let error = cell.measurement[variable: "minimum_error"],
        let mean = cell.measurement[variable: "mean"]
      else { return [] }
      let bound = decay.bound(of: cell.optimizer)
      return decay.horizons.indices.map { index in
        Row(
          source: cell.source, horizon: Double(decay.horizons[index]), minimum: minimum[index],
          minimumError: error[index], mean: mean[index], bound: bound?[index])
      }
    }
  }
}
