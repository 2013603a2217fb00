import Studies

/// By how much the usual choices make results look better than they are: choosing the epoch on the test
/// images, and choosing the point by the seeds it is then quoted with.
public struct OptimismTable: Hashable, Sendable {
  public let study: String
  public let rows: [Row]

  /// One optimizer at its best point.
  public struct Row: Hashable, Sendable {
    public let label: String
    /// Final minus best-epoch test error, seed by seed, grid and confirmation together: what choosing the epoch
    /// gains.
    public let epoch: Summary?
    /// Final minus validated-epoch test error, seed by seed; `nil` without held-out images.
    public let validatedEpoch: Summary?
    /// The mean final test error over the confirmation seeds minus that over the grid's: what choosing the
    /// point gains; `nil` without confirmation.
    public let point: Double?
  }

  public init(_ results: StudyResults) {
    study = results.grid.study.name
    let points = results.points
    let confirmed = results.confirmationPoints
    rows = results.bestPoints.compactMap { $0 }.map { best in
      let grid =
        points.first { $0.sweep == best.sweep && $0.coordinates == best.coordinates }?.runs ?? []
      let fresh = confirmed.first { $0.sweep == best.sweep }?.runs ?? []
      func gain(_ metric: Metric) -> Summary? {
        Summary(
          (grid + fresh).compactMap { run in
            run.state.value(of: .finalTestError).flatMap { final in
              run.state.value(of: metric).map { final - $0 }
            }
          })
      }
      func mean(_ runs: [Point.Run]) -> Double? {
        Summary(runs.compactMap { $0.state.value(of: .finalTestError) })?.mean
      }
      let point = mean(fresh).flatMap { fresh in mean(grid).map { fresh - $0 } }
      return Row(
        label: results.grid.study.sweeps[best.sweep].label, epoch: gain(.bestTestError),
        validatedEpoch: gain(.validatedTestError), point: point)
    }
  }
}
