import Studies

/// The covariance of mini-batch gradients beside the Hessian: slope and correlation for each cell and batch size.
public struct NoiseTable: Hashable, Sendable {
  public let study: String
  /// The keys of the swept hyperparameters.
  public let axes: [String]
  public let comparisons: [Comparison]
  /// For pictures: of each point's first seed after each epoch, the pairs of numbers.
  public let scatters: [Scatter]

  /// C against H over one basis, for one cell, epoch and batch size.
  public struct Comparison: Hashable, Sendable {
    public let label: String
    public let settings: [Setting]
    public let seed: Int
    public let epoch: Int
    /// `parameters` or `eigenbasis`.
    public let basis: String
    public let batch: Int
    /// The slope of C against H, with its standard error over the mini-batches drawn.
    public let slope: Estimate
    /// Pearson's correlation, likewise.
    public let pearson: Estimate
    /// (N − B)/(N − 1).
    public let populationFactor: Double

    /// B · slope / factor: what the paper's equation (3) says is 1.
    public var scaledSlope: Double { slope.value * Double(batch) / populationFactor }
  }

  /// A number with its 95 % interval.
  public struct Estimate: Hashable, Sendable {
    public let value: Double
    /// From the jackknife over 20 parts of the draws, t with 19 degrees of freedom.
    public let interval: Interval

    init(_ value: Double, _ standardError: Double) {
      let reach = StudentT(degreesOfFreedom: 19).bound(beyond: 0.05) * standardError
      self.value = value
      interval = Interval(lower: value - reach, upper: value + reach, level: 0.95)
    }
  }

  /// C · B against H along eigenvectors and over pairs of parameters.
  public struct Scatter: Hashable, Sendable {
    public let label: String
    public let settings: [Setting]
    public let epoch: Int
    public let batch: Int
    /// λᵢ and B uᵢᵀ C uᵢ.
    public let points: [Point]

    public struct Point: Hashable, Sendable {
      public let x: Double
      public let y: Double
    }
  }

  public init(_ results: StudyResults) {
    let study = results.grid.study
    (self.study, axes) = (study.name, study.sweeps.axisKeys)
    var (comparisons, scatters): ([Comparison], [Scatter]) = ([], [])
    for point in results.points {
      let sweep = study.sweeps[point.sweep]
      for epoch in study.measure?.noise?.epochs ?? [] {
        for (place, run) in point.runs.enumerated() {
          guard
            let found = results.measurements[run.place.id]?.first(where: {
              $0.name == "noise_epoch_\(epoch)"
            })
          else { continue }
          for (index, batch) in (found[dimension: "batch"] ?? []).enumerated() {
            func number(_ name: String) -> Double { found[variable: name]?[index] ?? .nan }
            for basis in ["parameters", "eigenbasis"] {
              comparisons.append(
                Comparison(
                  label: sweep.label, settings: sweep.settings(at: point.coordinates),
                  seed: run.place.cell.seeds.initialization, epoch: epoch, basis: basis,
                  batch: Int(batch),
                  slope: Estimate(
                    number("slope_\(basis)"), number("slope_\(basis)_standard_error")),
                  pearson: Estimate(
                    number("pearson_\(basis)"), number("pearson_\(basis)_standard_error")),
                  populationFactor: number("population_factor")))
            }
            guard place == 0, let x = found[variable: "eigenvalue"],
              let y = found[variable: "variance"]
            else { continue }
            scatters.append(
              Scatter(
                label: sweep.label, settings: sweep.settings(at: point.coordinates), epoch: epoch,
                batch: Int(batch),
                points: zip(x, y[(index * x.count)...]).map {
                  Scatter.Point(x: $0, y: $1 * batch)
                }))
          }
        }
      }
    }
    (self.comparisons, self.scatters) = (comparisons, scatters)
  }
}
