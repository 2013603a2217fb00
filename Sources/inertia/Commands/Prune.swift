import ArgumentParser
import Records
import Storage
import Studies

/// `inertia prune`.
struct Prune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List records that no study of the folder names; with --yes, remove them.",
    discussion: """
      The studies of a results folder are those whose tables it holds (results/*/study.yaml). Nothing \
      is ever removed without --yes.

      For example:
        inertia prune
        inertia prune --yes
      """)

  @Option(help: "The results folder.")
  var results = "results"

  @Flag(help: "Remove them.")
  var yes = false

  func run() throws {
    let store = RecordStore(resultsFolder: results)
    var named = Set<Cell.ID>()
    for name in try Files.list(results)
    where try Files.status("\(results)/\(name)/study.yaml") != nil {
      // A study that cannot be read ends the command: its records must not look unwanted.
      let context = try StudyContext(results: "\(results)/\(name)")
      named.formUnion(try StudyCollector(context: context).places().map(\.id))
    }
    let unnamed = try store.ids().filter { !named.contains($0) }
    var bytes = 0
    for id in unnamed {
      let path = store.path(of: id)
      bytes += try Files.status(path)?.size ?? 0
      put(path)
      if yes { try Files.remove(path) }
    }
    complain(
      "\(counted(unnamed.count, "record")) that no study names,"
        + " \(quantityText(Double(bytes), unit: "B"))"
        + (yes ? ", removed" : unnamed.isEmpty ? "" : "; --yes removes them"))
  }
}
