import Foundation
import Slurm
import Storage

/// The submissions of a study: folders `results/<study>/slurm/<n>`, from 1.
struct Submissions {
  let folder: String

  /// - Parameter studyFolder: such as results/quick.
  init(ofStudyIn studyFolder: String) { folder = "\(studyFolder)/slurm" }

  private static let file = "jobs.json"

  /// The numbers of those there are.
  private func numbers() throws -> [Int] {
    guard try Files.status(folder) != nil else { return [] }
    return try Files.list(folder).compactMap { Int($0) }.sorted()
  }

  /// The folder of the next one.
  func next() throws -> String { "\(folder)/\((try numbers().last ?? 0) + 1)" }

  func keep(_ submission: Submission, in folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try Files.writeAtomically(
      "\(folder)/\(Self.file)", Array(try encoder.encode(submission)) + [UInt8(ascii: "\n")])
  }

  /// All that made jobs, with their folders.
  func all() throws -> [(folder: String, submission: Submission)] {
    try numbers().compactMap { number in
      let path = "\(folder)/\(number)/\(Self.file)"
      guard try Files.status(path) != nil else { return nil }
      let bytes = try Files.read(path, limit: 1 << 24)
      guard let submission = try? JSONDecoder().decode(Submission.self, from: Data(bytes)) else {
        throw SlurmError.damaged(path)
      }
      return ("\(folder)/\(number)", submission)
    }
  }
}
