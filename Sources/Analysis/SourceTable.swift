import Studies

/// Where the variance of the final test error at each optimizer's best point comes from.
public struct SourceTable: Hashable, Sendable {
  public let study: String
  public let rows: [Row]

  public struct Row: Hashable, Sendable {
    public let label: String
    /// By the streams of random numbers; `nil` unless the study crosses their seeds and every run completed.
    public let streams: VarianceComponents?
    /// By test set and distribution; `nil` where the records have no bits.
    public let testSet: TestSetVariance?
    /// How many runs both are over.
    public let runs: Int
    /// What a moved weight alone brings; `nil` unless the study moves one and twins without it are at hand.
    public let chaos: ChaosFloor?
  }

  public init(_ results: StudyResults) {
    study = results.grid.study.name
    let points = results.points
    let twins = Dictionary(
      zip(results.grid.places.map(\.id), results.unperturbed),
      uniquingKeysWith: { first, _ in first })
    rows = results.bestPoints.compactMap { $0 }.compactMap { best in
      points.first { $0.sweep == best.sweep && $0.coordinates == best.coordinates }
    }.map { point in
      let values = point.runs.compactMap { $0.state.value(of: .finalTestError) }
      let bits = point.runs.compactMap(\.state.correctImages)
      let pairs = point.runs.compactMap { run -> (Double, Double)? in
        run.state.value(of: .finalTestError).flatMap { moved in
          twins[run.place.id]?.value(of: .finalTestError).map { (moved, $0) }
        }
      }
      return Row(
        label: results.grid.study.sweeps[point.sweep].label,
        streams: Self.components(results.grid.study.seeds, values),
        testSet: bits.count == values.count
          ? TestSetVariance(correct: bits, images: results.grid.dataset.test) : nil,
        runs: values.count, chaos: ChaosFloor(pairs.map(\.0), twins: pairs.map(\.1)))
    }
  }

  private static func components(_ seeds: SeedGrid, _ values: [Double]) -> VarianceComponents? {
    guard case .crossed(let initialization, let order, let augmentation) = seeds,
      values.count == seeds.seeds.count
    else { return nil }
    return VarianceComponents(
      sources: [
        ("init", initialization.count), ("order", order.count),
        ("augmentation", augmentation.count),
      ], values: values)
  }
}
