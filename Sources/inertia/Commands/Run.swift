import Analysis
import ArgumentParser
import Records
import Running
import Slurm
import Storage
import Studies

/// `inertia run`.
struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train what is missing of a study, then make its tables and figures.",
    discussion: """
      Every cell is trained once, by one worker process per core, and kept in a record of its own. \
      Interrupted at any point, the same command goes on from there; with nothing missing it only \
      rebuilds what is out of date. Several runs may share a results folder, on several machines.

      For example:
        inertia run studies/quick.yaml
        inertia run studies/quick.yaml --only optimizer=adai --only seed=0 --limit 10
      """)

  @OptionGroup var file: StudyOptions

  @Option(help: "How many cells to train at a time (default: the cores this process may use).")
  var jobs: Int?

  @Option(help: "How many threads train one cell; never changes a result.")
  var threads = 1

  @Option(
    help: ArgumentHelp(
      """
      Train only cells with this setting: optimizer, label, seed, learning_rate, weight_decay or \
      another swept hyperparameter. May be repeated; all must hold.
      """, valueName: "key=value"))
  var only: [String] = []

  @Option(help: "Train at most this many cells.")
  var limit: Int?

  @Flag(help: "Try cells again that failed for good: twice, or as they always will.")
  var retryFailed = false

  @Flag(help: "Do not wait for cells that other runners are training.")
  var noWait = false

  @Option(
    help: ArgumentHelp(
      """
      Wait at most this long for cells that other runners are training (default: until they are done). \
      Two minutes are enough to take over what a killed run on another machine left.
      """, valueName: "seconds"))
  var wait: Double?

  @Flag(help: "Leave host and user out of the records.")
  var anonymous = false

  @Option(
    help: ArgumentHelp(
      """
      Stop in time before this limit, all cells saved: minutes, hours:minutes:seconds or \
      days-hours:minutes, as Slurm has it. In a Slurm job, the job's own end is kept to as well.
      """, valueName: "time"))
  var timeLimit: String?

  @Option(
    help: ArgumentHelp(
      """
      Train only the cells of this file, their ids one a line, beside other runs that were given it too. \
      Makes no tables: collect does that.
      """, valueName: "file"), completion: .file())
  var cells: String?

  @Option(
    help: ArgumentHelp(
      "The shortest time between two checkpoints of a cell in the results folder (default: 1).",
      valueName: "seconds"))
  var checkpointEvery: Double?

  @Option(
    help: ArgumentHelp(
      "Keep further checkpoints, in between, in this folder of the machine.", valueName: "dir"),
    completion: .directory)
  var scratch: String?

  @Option(
    help: ArgumentHelp(
      "Take over the claims of runners silent for this many seconds.", visibility: .hidden))
  var lease = 120.0

  @Option(
    help: ArgumentHelp("Kill a worker silent for this many seconds.", visibility: .hidden))
  var silence = 1800.0

  @Option(
    help: ArgumentHelp(
      "Start this executable as worker instead of itself.", valueName: "path", visibility: .hidden))
  var worker: String?

  /// Some thirty years, in what a duration can hold.
  private static let mostSeconds = 1e9

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if threads < 1 { throw ValidationError("--threads must be at least 1") }
    for (option, seconds) in [("--lease", lease), ("--silence", silence), ("--wait", wait ?? 0)]
    where seconds > Self.mostSeconds {
      throw ValidationError("\(option) must be at most \(Int(Self.mostSeconds)) seconds")
    }
    if !(lease > 0) { throw ValidationError("--lease must be positive") }
    if noWait, wait != nil { throw ValidationError("--no-wait is --wait 0; give one of them") }
    if let wait, !(wait >= 0) { throw ValidationError("--wait must not be negative") }
    if !(silence > 0) { throw ValidationError("--silence must be positive") }
    if scratch?.isEmpty == true { throw ValidationError("--scratch takes the path of a folder") }
    if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    if let timeLimit, TimeLimit(timeLimit) == nil {
      throw ValidationError("--time-limit takes \(BatchOption.time.form); not '\(timeLimit)'")
    }
    if let checkpointEvery, !(1...300).contains(checkpointEvery) {
      throw ValidationError("--checkpoint-every takes a number of seconds from 1 to 300")
    }
  }

  func run() async throws {
    let end = RunEnd.instant(limit: timeLimit.flatMap { TimeLimit($0) })
    let context = try StudyContext(file)
    try context.checkName()
    let selection = try CellSelection(only, of: context.study)
    guard
      try !selection.places(of: context.grid).isEmpty
        || context.grid.confirmations().contains(where: {
          selection.contains($0, of: context.study)
        })
    else { throw CommandError.nothingSelected(only) }
    let listed = try cells.map { try CellList(path: $0) }
    if let cells, let listed {
      let strange = try listed.ids.subtracting(
        (context.grid.places + context.grid.confirmations()).map(\.id)
      ).count
      if strange > 0 {
        complain(
          "\(cells): \(strange) of \(counted(listed.ids.count, "cell")) not of \(context.study.name), left out"
        )
      }
    }
    try context.keepText()
    let (summary, measured) = try await untilInterrupted {
      try await train(context, selection, listed, until: end)
    }
    complain(summary.text(of: context))
    if summary.ranOutOfTime, summary.trained == 0, summary.advanced == 0, measured == 0 {
      throw CommandError.noTimeForAStep
    }
    if summary.ranOutOfTime { throw ExitCode.outOfTime }
    if summary.failed > 0 { throw ExitCode.cellsFailed }
  }

  /// Trains the grid, then the cells that confirm its best ones, then measures and collects; also tells how many
  /// measurements were made.
  private func train(
    _ context: StudyContext, _ selection: CellSelection, _ listed: CellList?,
    until end: ContinuousClock.Instant?
  ) async throws -> (RunSummary, measured: Int) {
    var options = RunOptions(jobs: jobs ?? AvailableCores().count, threads: threads)
    (options.limit, options.retriesFailed) = (limit, retryFailed)
    (options.patience, options.isAnonymous) = (
      noWait ? .zero : wait.map { .seconds($0) }, anonymous
    )
    (options.lease, options.silence) = (.seconds(lease), .seconds(silence))
    options.studyText = String(decoding: context.text, as: UTF8.self)
    options.end = end
    if let checkpointEvery { options.checkpointPause = .seconds(checkpointEvery) }
    options.scratch = scratch
    if listed != nil {
      (options.isOneOfMany, options.beginning) = (true, SlurmJob.beginning)
      options.longestPause = options.lease / 8
    }
    let places = try selection.places(of: context.grid).filter {
      listed?.ids.contains($0.id) ?? true
    }
    var summary = try await train(places, context, options, title: context.study.name)

    let collector = StudyCollector(context: context)
    options.limit = limit.map { $0 - summary.trained }
    if summary.left == 0, !summary.ranOutOfTime, !context.study.confirmationSeeds.isEmpty {
      let confirming = try collector.confirmationPlaces(after: try collector.results())
        .filter { selection.contains($0, of: context.study) }
      if !confirming.isEmpty {
        summary += try await train(
          confirming, context, options, title: "\(context.study.name), confirming")
      }
    }
    guard listed == nil, !summary.ranOutOfTime else { return (summary, 0) }
    var measured = 0
    if let measure = context.study.measure {
      let measurer = StudyMeasurer(
        context: context, threads: options.jobs, isAnonymous: anonymous)
      let places = try selection.places(among: collector.places(), of: context.grid)
      let before = try measurer.progress(places)?.done ?? 0
      let isDone = try await unlessOver(end) { _ = try measurer.measure(places, measure) }
      measured = (try measurer.progress(places)?.done ?? 0) - before
      guard isDone else {
        summary.ranOutOfTime = true
        return (summary, measured)
      }
    }
    try collector.collect()
    return (summary, measured)
  }

  private func train(
    _ places: [StudyGrid.Place], _ context: StudyContext, _ options: RunOptions, title: String
  ) async throws -> RunSummary {
    let runner = Runner(
      records: context.records, work: context.work,
      command: Worker.command(
        worker, resultsFolder: context.resultsFolder, images: try context.images()),
      options: options)
    let view = ProgressView(title: title, study: context.study)
    let ticker = Task { try await view.keepDrawing() }
    do {
      let summary = try await runner.run(places, keeping: context.study.record) {
        await view.show($0)
      }
      ticker.cancel()
      await view.end()
      return summary
    } catch {
      ticker.cancel()
      await view.end()
      throw error
    }
  }
}

extension RunSummary {
  fileprivate static func += (sum: inout RunSummary, other: RunSummary) {
    sum.trained += other.trained
    sum.failed += other.failed
    sum.left += other.left
    sum.advanced += other.advanced
    sum.ranOutOfTime = sum.ranOutOfTime || other.ranOutOfTime
  }

  fileprivate func text(of context: StudyContext) -> String {
    var parts = [trained == 0 ? "nothing to train" : "\(counted(trained, "cell")) trained"]
    if failed > 0 {
      parts.append(
        "\(failed) failed (inertia status \(context.path) says why, --retry-failed tries again)")
    }
    if advanced > 0 { parts.append("\(advanced) taken further") }
    if left > 0 { parts.append("\(left) left\(ranOutOfTime ? ", for want of time" : "")") }
    return "\(context.study.name): \(parts.joined(separator: ", ")); results in \(context.folder)"
  }
}
