import Datasets
import Foundation
import Records
import Running
import Storage
import Studies

/// A reader of files that somebody else may have written or damaged, fed with bytes.
///
/// What it refuses it must refuse by an error: a trap, a hang or a large allocation is a mistake of ours.
enum Reader: String, CaseIterable {
  case record, checkpoint, claim, failure, digests, study, cell, images, compressed, photographs

  /// Lets it read these bytes; whether it took them.
  func takes(_ bytes: [UInt8], in folder: ScratchFolder) throws -> Bool {
    let id = Seed.cell.id
    let records = RecordStore(resultsFolder: folder.path)
    let work = WorkFolder(resultsFolder: folder.path)
    do {
      switch self {
      case .record:
        try folder.put(bytes, at: records.path(of: id))
        try records.check(id)
      case .checkpoint:
        try folder.put(bytes, at: "\(work.path)/\(id).checkpoint")
        return try CheckpointStore(resultsFolder: folder.path).load(id) != nil
      case .claim:
        try folder.put(bytes, at: "\(work.path)/\(id).claim")
        return try work.claim(on: id) != nil
      case .failure:
        try folder.put(bytes, at: "\(work.path)/\(id).failed.json")
        return try work.failure(of: id) != nil
      case .digests:
        _ = try DigestList(parsing: String(decoding: bytes, as: UTF8.self), path: "digests.txt")
      case .study:
        let path = "\(folder.path)/study.yaml"
        try folder.put(bytes, at: path)
        _ = try StudyReader.read(path: path)
      case .cell:
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        _ = try Cell(canonicalJSON: text)
      case .images, .compressed:
        let suffix = self == .compressed ? ".gz" : ""
        try folder.put(bytes, at: "\(folder.path)/mnist/t10k-labels-idx1-ubyte\(suffix)")
        _ = try DatasetCatalog.load(
          "mnist", train: 1, test: nil, environment: ["INERTIA_DATA": folder.path])
      case .photographs:
        try folder.put(bytes, at: "\(folder.path)/photographs/test.bin")
        _ = try Seed.photographs.load(
          from: "\(folder.path)/photographs", train: nil, test: nil)
      }
      return true
    } catch is RecordError, is StorageError, is StudyError, is DatasetError, is DigestListError,
      is CellError
    {
      return false
    }
  }
}
