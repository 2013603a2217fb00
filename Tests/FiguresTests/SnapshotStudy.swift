import Analysis
import Networks
import Optimizers
import Studies

/// A small study with one of everything: divergence in part and whole, a failed and a missing cell, a
/// weight decay of 0, confirmation seeds, and a label that every format must escape.
enum SnapshotStudy {
  static let label = "=a_b & <script>|50%"

  /// - Parameter weightDecays: other weight decays than those of the first optimizer.
  static func results(weightDecays: [Double]? = nil) throws -> StudyResults {
    var study = study
    if let weightDecays {
      study.sweeps = [study.sweeps[0]]
      study.sweeps[0].axes[1].values = weightDecays
      (study.claims, study.published, study.confirmationSeeds) = ([], nil, [])
    }
    let grid = try StudyGrid(study, dataset: dataset)
    let first = StudyResults(grid: grid, states: grid.places.map(state))
    var confirmations: [StudyResults.Confirmation] = []
    for best in first.bestPoints.compactMap({ $0 }) {
      for place in try grid.confirmation(sweep: best.sweep, coordinates: best.coordinates) {
        confirmations.append(
          StudyResults.Confirmation(
            place: place, state: finished(place, error: 0.125 + 0.001 * Double(place.seed))))
      }
    }
    return StudyResults(grid: grid, states: first.states, confirmations: confirmations)
  }

  /// A published table of its two optimizers.
  static func published() throws -> PublishedTable {
    try PublishedTable(
      csv: "images,label,mean,deviation,n\nmany,Adai,4.5,0.25,3\nmany,A & B,5,,1\n",
      file: "table.csv")
  }

  private static let dataset = DatasetIdentity(
    name: "synthetic", train: 100, test: 200, digest: String(repeating: "0", count: 64),
    mean: [0.5], standardDeviation: [0.25], channels: 1, height: 12, width: 12, classes: 4)

  private static var study: Study {
    var training = TrainingSettings(epochs: 3, batch: .images(10))
    training.schedule = Schedule(kind: .steps(at: [2], factor: 0.1))
    func sweep(_ label: String, _ optimizer: String, _ axes: [(String, [Double])]) -> Sweep {
      Sweep(
        label: label, optimizer: optimizer,
        axes: axes.map { Sweep.Axis(key: $0.0, values: $0.1) },
        fixed: optimizer == "adai" ? ["beta0": 0.2] : [:])
    }
    return Study(
      name: "small", about: "A study & its <script>alert(\"markup\")</script>.",
      dataset: DatasetRequest(name: "synthetic", train: 100, test: 200), network: .mlp(hidden: [8]),
      training: training, seeds: .joint([0, 1]),
      sweeps: [
        sweep(
          "adai", "adai",
          [("learning_rate", [0.03, 0.1, 1]), ("weight_decay", [1e-4, 5e-4, 1e-3])]),
        sweep(label, "adam", [("learning_rate", [0.01, 1e-3]), ("weight_decay", [0, 1e-4])]),
      ], record: RecordOptions(), confirmationSeeds: [7, 8],
      claims: [
        Claim(kind: .lowerMean, metric: "final_test_error", subject: "adai", rivals: [label]),
        Claim(
          kind: .largerArea(.atMost(0.2)), metric: "final_test_error", subject: label,
          rivals: ["adai"]),
      ],
      published: PublishedReference(
        file: "table.csv", names: [.init(ours: label, theirs: "A & B")], metric: "final_test_error",
        note: "another network & other <images>."))
  }

  private static func state(_ place: StudyGrid.Place) -> CellState {
    switch (place.sweep, place.coordinates, place.seed) {
    case (0, [2, 2], _), (0, [2, 1], 1): diverged(place)
    case (0, [0, 0], _), (0, [0, 1], 1): .missing
    case (1, [0, 1], _): .failed(reason: "the worker ended by signal 9 <oom> & left no record")
    default:
      finished(
        place,
        error: 0.1 + 0.02 * Double(place.coordinates[0]) + 0.05 * Double(place.coordinates[1])
          + 0.0025 * Double(place.seed) + 0.2 * Double(place.sweep))
    }
  }

  private static func finished(_ place: StudyGrid.Place, error: Double) -> CellState {
    record(place, .completed, final: error, errors: [error * 2, error - 0.005, error])
  }

  private static func diverged(_ place: StudyGrid.Place) -> CellState {
    record(place, .diverged(epoch: 2, step: 4), final: .nan, errors: [0.75])
  }

  private static func record(
    _ place: StudyGrid.Place, _ outcome: Outcome, final: Double, errors: [Double]
  ) -> CellState {
    let best = errors.min() ?? .nan
    return .finished(
      CellRecord(
        cell: place.cell, outcome: outcome, finalTestError: final, bestTestError: best,
        bestEpoch: (errors.firstIndex(of: best) ?? -1) + 1,
        curves: [
          Curve(name: "train_loss", unit: "1", meaning: "loss", values: errors.map { $0 * 3 }),
          Curve(name: "test_error", unit: "1", meaning: "error", values: errors),
          Curve(name: "seconds", unit: "s", meaning: "time", values: errors.map { _ in 1 }),
        ],
        testCorrectFinal: outcome == .completed
          ? (0..<25).map { UInt8(($0 * 37 + place.seed * 11 + place.sweep * 5) & 255) } : [],
        testCorrectBest: [], finalWeights: [], bestWeights: [],
        optimizerState: []))
  }
}
