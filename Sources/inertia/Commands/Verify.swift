import ArgumentParser
import Records
import Storage
import Studies

/// `inertia verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check every record of a study, and that it has the bits that were published.",
    discussion: """
      Reads each record whole and compares it with the SHA-256 it was written with. With --against, \
      also compares the digests of weights and metrics with a published list. Ends with status 3 if \
      anything differs.

      For example:
        inertia verify results/quick
        inertia verify results/quick --against published/digests.txt
      """)

  @Argument(help: "A study's results, such as results/quick.", completion: .directory)
  var results: String

  @Option(help: "A digests.txt to compare with.", completion: .file())
  var against: String?

  func run() throws {
    let context = try StudyContext(results: results)
    let published = try against.map { path in
      try DigestList(
        parsing: String(decoding: try Files.read(path, limit: 1 << 30), as: UTF8.self), path: path)
    }
    let (found, damaged) = try check(context)
    for message in damaged { complain(message) }
    var differs = !damaged.isEmpty
    put("\(counted(found.entries.count, "record")) whole, \(damaged.count) damaged")
    if let published {
      let comparison = found.compared(with: published)
      for id in comparison.differing { complain("cell \(id) has other digests than published") }
      for id in comparison.onlyThere { complain("cell \(id) is published, but has no record here") }
      put("\(comparison.agreeing) of \(published.entries.count) digests agree")
      differs = differs || !comparison.differing.isEmpty || !comparison.onlyThere.isEmpty
    }
    if differs { throw ExitCode.differs }
  }

  /// Checks the records of the grid; then, if all are whole, of those that confirm its best points.
  private func check(_ context: StudyContext) throws -> (found: DigestList, damaged: [String]) {
    var (found, damaged) = (DigestList(), [String]())
    func check(_ places: [StudyGrid.Place]) throws {
      for id in Set(places.map(\.id)).sorted() {
        do {
          try context.records.check(id)
          found.entries[id] = try context.records.digests(id)
        } catch RecordError.missing {
          continue
        } catch let error as RecordError {
          damaged.append(error.description)
        }
      }
    }
    try check(context.grid.places)
    if damaged.isEmpty { try check(try StudyCollector(context: context).places()) }
    return (found, damaged)
  }
}
