import ArgumentParser
import Running
import Studies

/// `inertia measure`.
struct Measure: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the curvature of a study's trained cells.",
    discussion: """
      Does what the study's own measure: asks for and is not there yet, then makes its tables and \
      figures again. With --top it measures the largest eigenvalues of the loss's Hessian instead, of \
      every finished cell or of those that --only names, keeps them in the results folder, and prints \
      them. Weights come from the records; where they were not kept, the cell is trained again.

      For example:
        inertia measure results/figure7
        inertia measure results/quick --top 5 --samples 500 --only optimizer=adai
      """)

  @Argument(help: "A study's results, such as results/quick.", completion: .directory)
  var results: String

  @Option(help: "Measure so many of the largest eigenvalues.")
  var top: Int?

  @Option(help: "With --top: over the first so many images trained on.")
  var samples = 1000

  @Option(help: "With --top: after which epoch; 0 is before training (default: the last).")
  var at: Int?

  @Option(
    help: ArgumentHelp(
      "Measure only cells with this setting, as for run. May be repeated.",
      valueName: "key=value"))
  var only: [String] = []

  @Option(help: "How many threads share the work (default: the cores this process may use).")
  var threads: Int?

  @Flag(help: "Leave host and user out of what is kept.")
  var anonymous = false

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top must be at least 1") }
    if samples < 1 { throw ValidationError("--samples must be at least 1") }
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() async throws {
    let context = try StudyContext(results: results)
    guard context.study.simulation == nil else {
      throw CommandError.nothingTrained(study: context.study.name, kind: context.study.kind)
    }
    let epochs = context.study.training.epochs
    if let at, !(0...epochs).contains(at) {
      throw ValidationError("--at must be from 0 to \(epochs), the study's epochs")
    }
    let selection = try CellSelection(only, of: context.study)
    let collector = StudyCollector(context: context)
    let places = try selection.places(among: collector.places(), of: context.grid)
    let measurer = StudyMeasurer(
      context: context, threads: threads ?? AvailableCores().count, isAnonymous: anonymous)
    guard let top else {
      guard let settings = context.study.measure else {
        throw CommandError.nothingToMeasure(context.study.name)
      }
      let done = try await untilInterrupted { try measurer.measure(places, settings) }
      try collector.collect()
      complain("\(context.study.name): \(counted(done, "measurement")) added")
      return
    }
    let settings = MeasureSettings(
      hessian: HessianSettings(top: top, samples: samples, epochs: [at ?? epochs]))
    _ = try await untilInterrupted { try measurer.measure(places, settings) }
    for place in places {
      for task in settings.tasks(of: place.cell) where try measurer.store.contains(task.id) {
        let values = try measurer.store.read(task)[variable: "eigenvalue"] ?? []
        put("\(place.id) " + values.map { "\($0)" }.joined(separator: " "))
      }
    }
  }
}
