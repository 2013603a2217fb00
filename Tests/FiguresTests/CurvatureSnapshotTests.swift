import Analysis
import Figures
import Studies
import Testing

/// The tables and pictures of measurements, compared with the files in Snapshots/. Two points of adai differ in weight
/// decay only, so pictures must say it.
struct CurvatureSnapshotTests {
  private static let text = """
    study: snapshot-curvature
    dataset: {name: synthetic, train: 100, test: 20}
    network: {name: mlp, hidden: [8]}
    training: {epochs: 2, batch: 10}
    seeds: [0, 1]
    optimizers:
      - {name: adai, learning_rate: 0.1, weight_decay: [1e-4, 1e-3]}
      - {name: sgd, learning_rate: 0.02, weight_decay: 0}
    measure:
      hessian: {top: 3, samples: 100, at: [0, final]}
      noise: {batches: [1, 10], draws: 40, samples: 100, parameters: 2, top: 3, at: [final]}
    """

  private static func results() throws -> StudyResults {
    let dataset = DatasetIdentity(
      name: "synthetic", train: 100, test: 20, digest: String(repeating: "0", count: 64),
      mean: [0.5], standardDeviation: [0.25], channels: 1, height: 12, width: 12, classes: 4)
    let grid = try StudyGrid(
      try StudyReader.read(text: text, file: "curvature.yaml"), dataset: dataset)
    // The last cell has not been measured.
    var results = StudyResults(grid: grid, states: grid.places.map { _ in .missing })
    for (index, place) in grid.places.dropLast().enumerated() {
      results.measurements[place.id] =
        [0, 2].map { spectrum(after: $0, index) } + [noise(index)]
    }
    return results
  }

  private static func spectrum(after epoch: Int, _ index: Int) -> Studies.Measurement {
    let top = Double((epoch + 1) * (10 + index))
    return Studies.Measurement(
      name: "hessian_epoch_\(epoch)",
      dimensions: [.init(name: "rank", meaning: "rank", coordinates: [1, 2, 3])],
      variables: [
        variable("eigenvalue", ["rank"], [top, top / 4, top / 32]),
        variable("residual", ["rank"], [1e-7, 2e-7, 3e-7]), variable("trace", [], [2 * top]),
      ])
  }

  private static func noise(_ index: Int) -> Studies.Measurement {
    let (batches, values) = ([1.0, 10.0], [8.0, 2.0, 0.5])
    let variances = batches.flatMap { batch in
      values.enumerated().map { rank, value in value * (1 + 0.1 * Double(rank + index)) / batch }
    }
    let statistics = ["parameters", "eigenbasis"].flatMap { basis in
      [
        variable("slope_\(basis)", ["batch"], [1.1, 0.11]),
        variable("slope_\(basis)_standard_error", ["batch"], [0.02, 0.004]),
        variable("pearson_\(basis)", ["batch"], [0.97, 0.9]),
        variable("pearson_\(basis)_standard_error", ["batch"], [0.01, 0.03]),
      ]
    }
    return Studies.Measurement(
      name: "noise_epoch_2",
      dimensions: [
        .init(name: "rank", meaning: "rank", coordinates: [1, 2, 3]),
        .init(name: "batch", meaning: "batch", coordinates: batches),
      ],
      variables: [
        variable("eigenvalue", ["rank"], values),
        variable("variance", ["batch", "rank"], variances),
        variable("population_factor", ["batch"], [1, 90.0 / 99]),
      ] + statistics)
  }

  private static func variable(
    _ name: String, _ dimensions: [String], _ values: [Double]
  ) -> Studies.Measurement.Variable {
    .init(name: name, meaning: "", dimensions: dimensions, values: values)
  }

  @Test(arguments: TableFormat.allCases)
  func tables(_ format: TableFormat) throws {
    let results = try Self.results()
    for (name, exhibit) in [
      ("spectra", Exhibit.spectra(SpectrumTable(results))),
      ("noise", Exhibit.noise(NoiseTable(results))),
    ] {
      try compareSnapshot(exhibit.text(as: format), with: "\(name).\(format.rawValue)")
    }
  }

  @Test func pictures() throws {
    let results = try Self.results()
    try compareSnapshot(SpectrumSVG.render(SpectrumTable(results)), with: "spectra.svg")
    try compareSnapshot(NoiseSVG.render(NoiseTable(results)), with: "noise.svg")
  }
}
