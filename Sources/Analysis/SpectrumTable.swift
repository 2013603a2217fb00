import Studies

/// The largest eigenvalues of the Hessian, by rank, over the seeds of each point.
public struct SpectrumTable: Hashable, Sendable {
  public let study: String
  /// The keys of the swept hyperparameters.
  public let axes: [String]
  /// In file order of the points, then by epoch.
  public let spectra: [Spectrum]

  /// The spectra of one point after one epoch.
  public struct Spectrum: Hashable, Sendable {
    public let label: String
    public let settings: [Setting]
    public let epoch: Int
    /// For each rank from 1, the eigenvalue over the seeds that were measured.
    public let eigenvalues: [Summary]
    /// The estimate of the trace over those seeds, if there is one.
    public let trace: Summary?
    /// The largest residual of any.
    public let residual: Double
  }

  public init(_ results: StudyResults) {
    let study = results.grid.study
    (self.study, axes) = (study.name, study.sweeps.axisKeys)
    let epochs = study.measure?.hessian?.epochs ?? []
    spectra = results.points.flatMap { point in
      epochs.compactMap { epoch -> Spectrum? in
        let found = point.runs.compactMap { run in
          results.measurements[run.place.id]?.first { $0.name == "hessian_epoch_\(epoch)" }
        }
        let values = found.compactMap { $0[variable: "eigenvalue"] }
        guard let ranks = values.map(\.count).min(), ranks > 0 else { return nil }
        return Spectrum(
          label: study.sweeps[point.sweep].label,
          settings: study.sweeps[point.sweep].settings(at: point.coordinates), epoch: epoch,
          eigenvalues: (0..<ranks).compactMap { rank in Summary(values.map { $0[rank] }) },
          trace: Summary(found.compactMap { $0[variable: "trace"]?.first }),
          residual: found.compactMap { $0[variable: "residual"]?.max() }.max() ?? .nan)
      }
    }
  }
}
