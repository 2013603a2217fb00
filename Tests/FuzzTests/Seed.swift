import Datasets
import Foundation
import Networks
import Optimizers
import Records
import Running
import Storage
import Studies

/// A folder that is removed when its owner ends, in memory where the machine has such a file system.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    let memory = "/dev/shm"
    let parent =
      FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
    path = "\(parent)/inertia-fuzz-" + UUID().uuidString
    let id = Seed.cell.id.hex
    for folder in ["work", "cells/\(id.prefix(2))", "mnist", "photographs"] {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
    }
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
    }
  }

  func put(_ bytes: [UInt8], at path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}

/// Good files of every kind, from which damaged ones are made.
enum Seed {
  static let cell = Cell(
    dataset: DatasetIdentity(
      name: "synthetic", train: 8, test: 8, digest: String(repeating: "ab", count: 32), mean: [0.5],
      standardDeviation: [0.25], channels: 1, height: 2, width: 2, classes: 2),
    network: .mlp(hidden: []), training: TrainingSettings(epochs: 1, batch: .all),
    optimizer: .adam(Adam(learningRate: 1e-3, weightDecay: 1e-4)), seeds: Seeds(all: 0))

  private static let curves = [
    Curve(name: "test_error", unit: "1", meaning: "top-1 test error", values: [0.5])
  ]

  /// A relative of CIFAR, of one image for training and one for test.
  static let photographs = CIFARDataset(
    name: "photographs", summary: "a test", classes: 3, mean: [0.5, 0.5, 0.5],
    standardDeviation: [0.25, 0.25, 0.25], labels: 2, trainingFiles: 1,
    origin: DatasetOrigin(
      folder: "https://example.org",
      files: ["train.bin", "test.bin"].map {
        DatasetOrigin.File($0, size: photograph.count, sha256: "")
      },
      archive: DatasetOrigin.Archive(
        DatasetOrigin.File("archive.tar.gz", size: 1, sha256: ""), folder: "archive",
        mostBytes: 1)))
  private static let photograph = [1, 2] + [UInt8](repeating: 7, count: 3 * 32 * 32)

  private static func record() throws -> [UInt8] {
    let folder = try ScratchFolder()
    let records = RecordStore(resultsFolder: folder.path)
    let weights = [Tensor(name: "fc.bias", shape: [2], values: [1, 2])]
    let record = CellRecord(
      cell: cell, outcome: .completed, finalTestError: 0.5, bestTestError: 0.5, bestEpoch: 1,
      curves: curves, testCorrectFinal: [0xF0], testCorrectBest: [0xF0], finalWeights: weights,
      bestWeights: weights, optimizerState: [])
    try records.publish(
      record, Provenance(facts: ["host": "one"]),
      keeping: RecordOptions(finalWeights: true, bestWeights: true, optimizerState: false))
    return try Files.read(records.path(of: cell.id), limit: 1 << 20)
  }

  private static func checkpoint() throws -> [UInt8] {
    let folder = try ScratchFolder()
    let store = CheckpointStore(resultsFolder: folder.path)
    try store.save(
      Checkpoint(
        cell: cell, epoch: 1, step: 0, parameters: [1, 2], statistics: [], memory: [[3, 4]],
        lossSum: 0, mistakes: 0, seconds: 0, curves: curves, testCorrectLast: [],
        testCorrectBest: [],
        bestParameters: [], bestStatistics: []))
    return try Files.read(store.path(of: cell.id), limit: 1 << 20)
  }

  private static let study = """
    study: fuzzed
    about: Every kind of key.
    dataset: {name: synthetic, train: 64, test: 32}
    network: {name: mlp, hidden: [16]}
    training: {epochs: 3, batch: 16, schedule: {kind: steps, at: [2], factor: 0.1}, clip: {norm: 1}}
    seeds: {init: [0, 1], order: [0], augmentation: [0]}
    optimizers:
      - {name: adai, learning_rate: {per_decade: 2, from: 1e-2, to: 1}, weight_decay: [0, 1e-3]}
      - {name: adam, label: other, learning_rate: 1e-3, weight_decay: 0, beta1: [0.9, 0.99]}
    record: {weights: final+best, optimizer_state: final}
    confirm: {seeds: [7]}

    """

  static func bytes(for reader: Reader) throws -> [UInt8] {
    switch reader {
    case .record: return try record()
    case .checkpoint: return try checkpoint()
    case .claim: return Array(try JSONEncoder().encode(Claim(owner: .current)))
    case .failure:
      return Array(try JSONEncoder().encode(FailureNote(attempts: 1, reason: "r", log: ["l"])))
    case .digests:
      let digests = RecordDigests(
        weights: String(repeating: "a", count: 64), metrics: String(repeating: "b", count: 64))
      return Array(DigestList([cell.id: digests]).text.utf8)
    case .study: return Array(study.utf8)
    case .cell: return Array(cell.canonicalJSON.utf8)
    case .images: return [0, 0, 8, 1, 0, 0, 0, 2, 3, 4]
    case .photographs: return photograph
    case .compressed:
      // gzip of the same.
      return [
        0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0x02, 0xff, 0x63, 0x60, 0xe0, 0x60, 0x64, 0x60, 0x60, 0x60,
        0x62, 0x66, 0x01, 0x00, 0xc3, 0x3b, 0xdc, 0xb9, 0x0a, 0x00, 0x00, 0x00,
      ]
    }
  }

  /// The other files of the datasets of which one file is fuzzed.
  static func putImages(in folder: ScratchFolder) throws {
    let image = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28] as [UInt8]
    let pixels = image + [UInt8](repeating: 7, count: 2 * 28 * 28)
    for part in ["train", "t10k"] {
      try folder.put(pixels, at: "\(folder.path)/mnist/\(part)-images-idx3-ubyte")
    }
    try folder.put(
      try bytes(for: .images), at: "\(folder.path)/mnist/train-labels-idx1-ubyte")
    try folder.put(photograph, at: "\(folder.path)/photographs/train.bin")
  }
}
