import ArgumentParser
import Records
import Running
import Storage
import Studies

/// `inertia prune`.
struct Prune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "List records, measurements and notes of cells that no study names; with --yes, remove them.",
    discussion: """
      The studies of a results folder are those whose tables it holds (results/*/study.yaml). A cell that \
      would confirm any point of a study's grid is named by it, the best one or not. Nothing is ever removed \
      without --yes. A measurement goes with its cell; a damaged one stays.

      For example:
        inertia prune
        inertia prune --yes
      """)

  @OptionGroup var folder: ResultsOption

  @Flag(help: "Remove them.")
  var yes = false

  func run() throws {
    let results = folder.results
    let store = RecordStore(resultsFolder: results)
    var named = Set<Cell.ID>()
    for name in try Files.list(results)
    where try Files.status("\(results)/\(name)/study.yaml") != nil {
      // A study that cannot be read ends the command: its records must not look unwanted.
      let context = try StudyContext(results: "\(results)/\(name)")
      named.formUnion(context.grid.places.map(\.id))
      named.formUnion(try context.grid.confirmations().map(\.id))
      named.formUnion(context.grid.unperturbed())
    }
    let unnamed = try store.ids().filter { !named.contains($0) }
    try drop(unnamed.map(store.path(of:)), called: "record", always: true)
    let work = WorkFolder(resultsFolder: results)
    try drop(
      work.failures().filter { !named.contains($0) }.map(work.failurePath(of:)),
      called: "note of a failure", plural: "notes of failures", always: false)
    let measurements = MeasurementStore(resultsFolder: results)
    let unnamedMeasurements = try measurements.ids().filter { id in
      do {
        return !named.contains(try measurements.stored(id).cellID)
      } catch let error as RecordError {
        complain(error.description)
        return false
      }
    }
    try drop(
      unnamedMeasurements.map(measurements.path(of:)), called: "measurement", always: false)
  }

  /// Lists files, and removes them if that was asked; says how many, if there are any or it is `always` to be said.
  private func drop(
    _ paths: [String], called what: String, plural: String? = nil, always: Bool
  ) throws {
    var bytes = 0
    for path in paths {
      bytes += try Files.status(path)?.size ?? 0
      put(path)
      if yes { try Files.remove(path) }
    }
    guard always || !paths.isEmpty else { return }
    let count =
      paths.count == 1
      ? "1 \(what)" : plural.map { "\(paths.count) \($0)" } ?? counted(paths.count, what)
    complain(
      "\(count) that no study names,"
        + " \(quantityText(Double(bytes), unit: "B"))"
        + (yes ? ", removed" : paths.isEmpty ? "" : "; --yes removes them"))
  }
}
