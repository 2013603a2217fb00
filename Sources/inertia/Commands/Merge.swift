import ArgumentParser
import Records
import Storage

/// `inertia merge`.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the records of other results folders into this one.",
    discussion: """
      Each record is checked first and never replaces another. Where both folders have a cell, its \
      digests must agree; if not, both machines are named and the status is 3.

      For example:
        inertia merge /mnt/other-machine/results
      """)

  @Argument(help: "Results folders to take records from.", completion: .directory)
  var folders: [String]

  @Option(help: "The folder to bring them into.")
  var results = "results"

  func run() throws {
    let store = RecordStore(resultsFolder: results)
    let target = try Files.status(results)
    var problems: [String] = []
    for folder in folders {
      if let target, try Files.status(folder) == target { throw CommandError.sameFolder(folder) }
      guard try Files.status("\(folder)/cells")?.isFolder == true else {
        throw CommandError.notAResultsFolder(folder)
      }
      let source = RecordStore(resultsFolder: folder)
      var (added, there) = (0, 0)
      for id in try source.ids() {
        do {
          try source.check(id)
          switch try store.publish(try source.stored(id, weights: true)) {
          case .published: added += 1
          case .alreadyThere: there += 1
          }
        } catch let error as RecordError {
          problems.append(error.description)
        }
      }
      complain("\(folder): \(counted(added, "record")) added, \(there) here already")
    }
    for problem in problems { complain(problem) }
    if !problems.isEmpty { throw ExitCode.differs }
  }
}
