import ArgumentParser
import Records
import Storage
import Studies

/// `inertia merge`.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the records and measurements of other results folders into this one.",
    discussion: """
      Each record is checked first and never replaces another. Where both folders have a cell, its \
      digests must agree; if not, both machines are named and the status is 3. So with measurements.

      For example:
        inertia merge /mnt/other-machine/results
      """)

  @Argument(help: "Results folders to take records from.", completion: .directory)
  var folders: [String]

  @OptionGroup var target: ResultsOption

  func run() throws {
    let results = target.results
    let store = RecordStore(resultsFolder: results)
    let target = try Files.status(results)
    var problems: [String] = []
    for folder in folders {
      if let target, try Files.status(folder) == target { throw CommandError.sameFolder(folder) }
      guard try Files.status("\(folder)/cells")?.isFolder == true else {
        throw CommandError.notAResultsFolder(folder)
      }
      let source = RecordStore(resultsFolder: folder)
      let records = try bring(source.ids(), &problems) { id in
        try source.check(id)
        return try store.publish(try source.stored(id, weights: true))
      }
      complain(
        "\(folder): \(counted(records.added, "record")) added, \(records.there) here already")
      let measured = MeasurementStore(resultsFolder: folder)
      let ids = try measured.ids()
      guard !ids.isEmpty else { continue }
      let own = MeasurementStore(resultsFolder: results)
      let measurements = try bring(ids, &problems) { try own.publish(try measured.stored($0)) }
      complain(
        "\(folder): \(counted(measurements.added, "measurement")) added,"
          + " \(measurements.there) here already")
    }
    for problem in problems { complain(problem) }
    if !problems.isEmpty { throw ExitCode.differs }
  }

  /// Publishes one after another; counts those that were added and those that were here, and notes what cannot be.
  private func bring(
    _ ids: [Cell.ID], _ problems: inout [String], publish: (Cell.ID) throws -> Publication
  ) throws -> (added: Int, there: Int) {
    var (added, there) = (0, 0)
    for id in ids {
      do {
        switch try publish(id) {
        case .published: added += 1
        case .alreadyThere: there += 1
        }
      } catch let error as RecordError {
        problems.append(error.description)
      }
    }
    return (added, there)
  }
}
