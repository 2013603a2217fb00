import Analysis
import Networks
import Optimizers
import Studies

/// A study of one or two sweeps whose results the test writes down.
struct SmallStudy {
  var sweeps = [SmallStudy.sweep("adai", [0.1, 0.3, 1, 3], [0, 1e-4, 1e-3])]
  var seeds = SeedGrid.joint([0, 1, 2])
  var validation = 0
  var confirmationSeeds: [Int] = []
  var claims: [Claim] = []

  static func sweep(
    _ name: String, _ rates: [Double], _ decays: [Double], others: [Sweep.Axis] = []
  ) -> Sweep {
    Sweep(
      label: name, optimizer: name,
      axes: [
        Sweep.Axis(key: "learning_rate", values: rates),
        Sweep.Axis(key: "weight_decay", values: decays),
      ] + others, fixed: [:])
  }

  func grid() throws -> StudyGrid {
    var training = TrainingSettings(epochs: 2, batch: .images(10))
    training.validation = validation
    let study = Study(
      name: "small", about: "", dataset: DatasetRequest(name: "synthetic", train: 100, test: 50),
      network: .mlp(hidden: [8]), training: training, seeds: seeds, sweeps: sweeps,
      record: RecordOptions(), confirmationSeeds: confirmationSeeds, claims: claims)
    let dataset = DatasetIdentity(
      name: "synthetic", train: 100, test: 50, digest: String(repeating: "0", count: 64),
      mean: [0.5], standardDeviation: [0.25], channels: 1, height: 4, width: 4, classes: 2)
    return try StudyGrid(study, dataset: dataset)
  }

  /// The results where `state` says what is known of each place.
  func results(_ state: (StudyGrid.Place) -> CellState) throws -> StudyResults {
    let grid = try grid()
    return StudyResults(grid: grid, states: grid.places.map(state))
  }
}

extension CellState {
  static func completed(
    _ place: StudyGrid.Place, final: Double, best: Double? = nil, curves: [String: [Double]] = [:]
  ) -> CellState {
    .finished(
      CellRecord(
        cell: place.cell, outcome: .completed, finalTestError: final,
        bestTestError: best ?? final, bestEpoch: 1, curves: CellState.curves(curves),
        testCorrectFinal: [], testCorrectBest: [], finalWeights: [], bestWeights: [],
        optimizerState: []))
  }

  static func diverged(
    _ place: StudyGrid.Place, best: Double = .nan, curves: [String: [Double]] = [:]
  ) -> CellState {
    .finished(
      CellRecord(
        cell: place.cell, outcome: .diverged(epoch: 2, step: 3), finalTestError: .nan,
        bestTestError: best, bestEpoch: best.isNaN ? 0 : 1, curves: CellState.curves(curves),
        testCorrectFinal: [], testCorrectBest: [], finalWeights: [], bestWeights: [],
        optimizerState: []))
  }

  private static func curves(_ values: [String: [Double]]) -> [Curve] {
    values.sorted { $0.key < $1.key }.map {
      Curve(name: $0.key, unit: "1", meaning: $0.key, values: $0.value)
    }
  }
}
