import ArgumentParser

/// `inertia collect`.
struct Collect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Rebuild a study's tables, figures and study.h5 from its records.",
    discussion: """
      `run` does this at its end. Doing it again gives the same files; each is replaced as a whole, \
      or not at all.

      For example:
        inertia collect results/quick
      """)

  @Argument(help: "A study's results, such as results/quick.", completion: .directory)
  var results: String

  func run() throws {
    let context = try StudyContext(results: results)
    let collected = try StudyCollector(context: context).collect()
    let missing = collected.cells.count { $0.state == .missing }
    complain(
      "\(context.study.name): \(counted(collected.cells.count - missing, "cell")) collected"
        + (missing > 0 ? ", \(missing) missing" : ""))
  }
}
