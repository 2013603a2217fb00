import Studies

/// Every pair of optimizers at their best points, seed by seed: on how many test images is only one of them right?
///
/// McNemar's test asks of two trained networks whether one errs less often, on images like these. It takes the networks as
/// they are, so it says nothing of what other seeds would give: that is ``ComparisonTable``'s question. The family for
/// Holm's correction is all pairs and seeds of one source.
public struct ImageComparisonTable: Hashable, Sendable {
  public let study: String
  /// The number of test images.
  public let images: Int
  public let rows: [Row]

  public struct Row: Hashable, Sendable {
    public let source: VarianceTable.Source
    public let first: String
    public let second: String
    public let seeds: Seeds
    /// How many images only the first network classifies correctly.
    public let onlyFirst: Int
    /// How many images only the second classifies correctly.
    public let onlySecond: Int
    public let test: SignificanceTest
    /// Holm's p-value in the family.
    public let adjusted: Double
  }

  public init(_ results: StudyResults) {
    study = results.grid.study.name
    images = results.grid.dataset.test
    let (points, fresh) = (results.points, results.confirmationPoints)
    let best = results.bestPoints.map { best in
      best.flatMap { best in
        points.first { $0.sweep == best.sweep && $0.coordinates == best.coordinates }
      }
    }
    let confirmed = best.indices.map { sweep in fresh.first { $0.sweep == sweep } }
    let labels = results.grid.study.sweeps.map(\.label)
    rows = [(VarianceTable.Source.grid, best), (.confirmation, confirmed)].flatMap {
      Self.family($0, $1, labels)
    }
  }

  private static func family(
    _ source: VarianceTable.Source, _ points: [Point?], _ labels: [String]
  ) -> [Row] {
    var found: [(first: Int, second: Int, seeds: Seeds, counts: (Int, Int))] = []
    for first in points.indices {
      for second in points.indices where second > first {
        guard let a = points[first], let b = points[second] else { continue }
        for (one, other) in zip(a.runs, b.runs) {
          guard let bits = one.state.correctImages, let others = other.state.correctImages,
            bits.count == others.count
          else { continue }
          found.append((first, second, one.place.cell.seeds, disagreements(bits, others)))
        }
      }
    }
    let tests = found.map { mcNemarTest(onlyFirst: $0.counts.0, onlySecond: $0.counts.1) }
    let adjusted = holm(tests.map(\.pValue))
    return found.indices.map { index in
      let row = found[index]
      return Row(
        source: source, first: labels[row.first], second: labels[row.second], seeds: row.seeds,
        onlyFirst: row.counts.0, onlySecond: row.counts.1, test: tests[index],
        adjusted: adjusted[index] ?? 1)
    }
  }
}

extension CellState {
  /// From which test images the network after the last epoch is right, as records keep it; `nil` where there is none.
  var correctImages: [UInt8]? {
    guard case .finished(let record) = self, !record.testCorrectFinal.isEmpty else { return nil }
    return record.testCorrectFinal
  }
}
