import Foundation
import Networks
import Optimizers
import Records
import Storage
import Studies
import Testing

/// A results folder that lasts as long as a test.
final class ResultsFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "inertia-records-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      Issue.record(error)
    }
  }

  var records: RecordStore { RecordStore(resultsFolder: path) }
  var checkpoints: CheckpointStore { CheckpointStore(resultsFolder: path) }
}

/// Made-up cells, records and studies.
enum Sample {
  static let dataset = DatasetIdentity(
    name: "synthetic", train: 64, test: 10, digest: String(repeating: "ab", count: 32),
    mean: [0.5], standardDeviation: [0.25], channels: 1, height: 8, width: 8, classes: 10)

  static func cell(seed: Int = 0) -> Cell {
    var training = TrainingSettings(epochs: 3, batch: .images(16))
    training.schedule = Schedule(kind: .steps(at: [2], factor: 0.1))
    return Cell(
      dataset: dataset, network: .resnet8, training: training,
      optimizer: .adam(Adam(learningRate: 1e-3, weightDecay: 1e-4)), seeds: Seeds(all: seed))
  }

  static func curves(_ count: Int = 3) -> [Curve] {
    [
      Curve(
        name: "train_loss", unit: "1", meaning: "mean training loss",
        values: [2.3, 0.1, .nan].suffix(count)),
      Curve(
        name: "test_error", unit: "1", meaning: "top-1 test error",
        values: [0.9, 0.3, 0.4].suffix(count)),
      Curve(
        name: "learning_rate", unit: "1", meaning: "learning rate",
        values: [1e-3, 1e-3, 1e-4].suffix(count)),
      Curve(
        name: "seconds", unit: "s", meaning: "seconds of training",
        values: [0.5, 0.6, 0.7].suffix(count)),
    ]
  }

  static func tensors(_ shift: Float = 0) -> [Tensor] {
    [
      Tensor(name: "layer1.0.conv1.weight", shape: [2, 1, 1, 1], values: [1 + shift, -0.0]),
      Tensor(name: "layer1.0.bn1.weight", shape: [2], values: [0.1, 5]),
      Tensor(name: "fc.weight", shape: [1, 2], values: [.leastNonzeroMagnitude, 3]),
      Tensor(name: "fc.bias", shape: [1], values: [7]),
      Tensor(name: "layer1.0.bn1.running_mean", shape: [2], values: [0.5, -0.5]),
    ]
  }

  static func record(seed: Int = 0) -> CellRecord {
    CellRecord(
      cell: cell(seed: seed), outcome: .completed, finalTestError: 0.4, bestTestError: 0.3,
      bestEpoch: 2, curves: curves(), testCorrectFinal: [0b1010_1010, 0b1100_0000],
      testCorrectBest: [0xff, 0x40], finalWeights: tensors(), bestWeights: tensors(1),
      optimizerState: [Tensor(name: "first_moment", shape: [3], values: [1, 2, 3])])
  }

  static func diverged(step: Int? = 4, seed: Int = 0) -> CellRecord {
    CellRecord(
      cell: cell(seed: seed), outcome: .diverged(epoch: 1, step: step), finalTestError: .nan,
      bestTestError: .nan, bestEpoch: 0, curves: curves(0), testCorrectFinal: [],
      testCorrectBest: [], finalWeights: [], bestWeights: [], optimizerState: [])
  }

  static let provenance = Provenance(facts: ["host": "one", "cpu": "Zen λ", "seconds": "1.5"])
  static let all = RecordOptions(finalWeights: true, bestWeights: true, optimizerState: true)
}

/// The record with its NaNs made comparable.
func comparable(_ record: CellRecord) -> [String] {
  [
    "\(record.cell)", "\(record.outcome)", "\(record.finalTestError.bitPattern)",
    "\(record.bestTestError.bitPattern)", "\(record.bestEpoch)",
    "\(record.curves.map { ($0.name, $0.unit, $0.meaning, $0.values.map(\.bitPattern)) })",
    "\(record.testCorrectFinal)", "\(record.testCorrectBest)",
    "\(bits(record.finalWeights))", "\(bits(record.bestWeights))",
    "\(bits(record.optimizerState))",
  ]
}

private func bits(_ tensors: [Tensor]) -> String {
  "\(tensors.map { ($0.name, $0.shape, $0.values.map(\.bitPattern)) })"
}
