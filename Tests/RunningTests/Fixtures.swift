import Foundation
import Networks
import Optimizers
import Running
import Storage
import Studies

/// A folder that is removed when its owner ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "inertia-running-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
    }
  }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }
}

/// The cells of a study of `count` seeds of one point.
func places(_ count: Int) throws -> [StudyGrid.Place] {
  let study = Study(
    name: "fake", about: "", dataset: DatasetRequest(name: "fake", train: 10, test: 10),
    network: .mlp(hidden: []), training: TrainingSettings(epochs: 2, batch: .all),
    seeds: .joint(Array(0..<count)),
    sweeps: [
      Sweep(
        label: "sgd", optimizer: "sgd",
        axes: [
          Sweep.Axis(key: "learning_rate", values: [0.1]),
          Sweep.Axis(key: "weight_decay", values: [0]),
        ], fixed: [:])
    ], record: RecordOptions(), confirmationSeeds: [])
  let dataset = DatasetIdentity(
    name: "fake", train: 10, test: 10, digest: String(repeating: "0", count: 64), mean: [0],
    standardDeviation: [1], channels: 1, height: 2, width: 2, classes: 2)
  return try StudyGrid(study, dataset: dataset).places
}

/// A process of this machine that has ended.
var deadProcess: ProcessIdentity {
  var identity = ProcessIdentity.current
  identity.started -= 1
  return identity
}

/// A process of another machine.
var foreignProcess: ProcessIdentity {
  ProcessIdentity(host: "elsewhere", boot: "b", namespace: "n", pid: 1, started: 1)
}

/// Puts a claim into a results folder, as another runner would.
func claim(_ id: Cell.ID, for owner: ProcessIdentity, in folder: TemporaryFolder) throws {
  let text = String(decoding: try JSONEncoder().encode(Claim(owner: owner)), as: UTF8.self)
  try folder.write(text, to: "work/\(id).claim")
}
