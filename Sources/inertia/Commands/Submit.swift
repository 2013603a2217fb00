import ArgumentParser
import Crypto
import Foundation
import Running
import Slurm
import Storage
import Studies

/// `inertia submit`.
struct Submit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have a Slurm cluster train what is missing of a study.",
    discussion: """
      Writes batch scripts under results/<study>/slurm/ and hands them to sbatch: an array of tasks, \
      which share the cells that are missing, and a job that collects and reports when they have ended. \
      A task stops before its time limit and is queued again until the cells are done. Submitting again \
      adds tasks for what is missing then. The results folder must be on a file system that all nodes \
      share, and so must the program.

      Options are named as sbatch names them. A profile is a YAML file of them, such as `partition: short`; \
      the command line goes first.

      For example:
        inertia submit studies/quick.yaml --time 60 --array-tasks 8 --cpus-per-task 16
        inertia submit studies/quick.yaml --profile site.yaml --dry-run
      """)

  @OptionGroup var file: StudyOptions

  @Option(help: "A YAML file of options and values.", completion: .file())
  var profile: String?

  @Option(
    help: """
      The most time a task has at once, in the command or the profile: minutes, hours:minutes:seconds or \
      days-hours:minutes.
      """)
  var time: String?

  @Option(
    help:
      "How many tasks share the work (default: 8, or one for each missing cell if that is less).")
  var arrayTasks: String?

  @Option(
    help: "How many cores a task has, and so how many cells it trains at a time (default: 1).")
  var cpusPerTask: String?

  @Option(help: "The memory of a task in MB, or with K, M, G or T after the number.")
  var mem: String?

  @Option(help: "The memory for each core of a task, likewise.")
  var memPerCPU: String?

  @Option(help: "The partition whose nodes are used.")
  var partition: String?

  @Option(help: "The account that is charged.")
  var account: String?

  @Option(help: "The quality of service.")
  var qos: String?

  @Option(help: "The features that nodes must have.")
  var constraint: String?

  @Option(help: "The reservation to run in.")
  var reservation: String?

  @Option(help: "The nodes to use.")
  var nodelist: String?

  @Option(help: "The nodes not to use.")
  var exclude: String?

  @Option(help: "By how much the jobs' priority is lowered.")
  var nice: String?

  @Option(help: "Seconds between two checkpoints of a cell in the results folder (default: 60).")
  var checkpointEvery: String?

  @Option(
    help: "A folder of each node for further checkpoints, such as /tmp or '$TMPDIR'; may be shared."
  )
  var scratch: String?

  @Flag(help: "Print the scripts; write and submit nothing.")
  var dryRun = false

  @Option(help: "The program that the tasks run (default: this one).", completion: .file())
  var program: String?

  private var given: [(BatchOption, String?)] {
    [
      (.time, time), (.arrayTasks, arrayTasks), (.cpusPerTask, cpusPerTask), (.mem, mem),
      (.memPerCPU, memPerCPU), (.partition, partition), (.account, account), (.qos, qos),
      (.constraint, constraint), (.reservation, reservation), (.nodelist, nodelist),
      (.exclude, exclude), (.nice, nice), (.checkpointEvery, checkpointEvery), (.scratch, scratch),
    ]
  }

  func run() async throws {
    let context = try StudyContext(file)
    try context.checkName()
    let known = try StudyPlan(context).known
    let missing = missingCells(of: known)
    guard try !missing.isEmpty || lacksMeasurements(context) else {
      let failed = known.states.count { if case .failed = $0 { true } else { false } }
      return complain(
        "\(context.study.name): "
          + (failed == 0
            ? "nothing is missing; inertia collect \(context.folder) makes its tables"
            : "nothing is missing but \(counted(failed, "cell")) that failed; inertia status \(context.path) says "
              + "why, and inertia run \(context.path) --retry-failed tries again"))
    }
    let options = try options()
    let submissions = Submissions(ofStudyIn: context.folder)
    let job = try BatchJob(
      study: context.study.name, studyFile: try pinned(context.path),
      program: try pinned(program ?? Worker.ownExecutable),
      resultsFolder: absolute(context.resultsFolder), folder: absolute(try submissions.next()),
      options: options)
    guard !dryRun else {
      return put(job.trainingScript + "\n" + job.collectingScript, terminator: "")
    }
    let largest = try Submission.largestArray(
      in: try await SlurmProgram.scontrol.output(["show", "config"]))
    try context.keepText()
    try Files.makeFolder(job.folder)
    for (name, text) in [
      (BatchJob.cellList, CellList.text(missing)), ("train.sh", job.trainingScript),
      ("collect.sh", job.collectingScript),
    ] {
      try Files.createExclusively("\(job.folder)/\(name)", Array(text.utf8))
    }
    let tasks = min(options.arrayTasks ?? 8, missing.count)
    var submission = Submission(cells: missing.count)
    for count in Submission.split(tasks, largest: largest) {
      let answer = try await sbatch(
        Submission.arguments(tasks: count, script: "\(job.folder)/train.sh"),
        after: submission, of: context)
      submission.arrays.append(.init(job: try Submission.job(in: answer), tasks: count))
      // Known from the first on, so that they can be cancelled whatever happens to the next.
      try submissions.keep(submission, in: job.folder)
    }
    let answer = try await sbatch(
      Submission.arguments(after: submission.arrays, script: "\(job.folder)/collect.sh"),
      after: submission, of: context)
    submission.collecting = try Submission.job(in: answer)
    try submissions.keep(submission, in: job.folder)
    let work =
      missing.isEmpty
      ? "one job for what is to be measured, "
      : "\(counted(tasks, "task")) for \(counted(missing.count, "cell")), jobs "
    complain(
      "\(context.study.name): \(work)\(submission.jobs.joined(separator: ", ")); "
        + "see inertia status \(context.path)")
  }

  /// What `sbatch` answers; refused, it is said which jobs were submitted before.
  private func sbatch(
    _ arguments: [String], after submission: Submission, of context: StudyContext
  ) async throws -> String {
    do {
      return try await SlurmProgram.sbatch.output(arguments)
    } catch SlurmError.program(let name, let reason) where !submission.jobs.isEmpty {
      let jobs = submission.jobs.joined(separator: ", ")
      throw SlurmError.program(
        name,
        reason:
          "\(reason); submitted before it and kept: \(jobs). Ended by: inertia cancel \(context.path)"
      )
    }
  }

  /// Whether the study measures, and something of that is not done.
  private func lacksMeasurements(_ context: StudyContext) throws -> Bool {
    guard context.study.measure != nil else { return false }
    let measurer = StudyMeasurer(context: context, threads: 1, isAnonymous: false)
    return try measurer.progress(try StudyCollector(context: context).places())?.missing ?? 0 > 0
  }

  /// The options of the command line, over those of the profile, over ours.
  private func options() throws -> BatchOptions {
    var (options, ours) = (BatchOptions(), BatchOptions())
    for (option, value) in given {
      if let value { try options.set(option, to: value) }
    }
    if let profile {
      let text = String(decoding: try Files.read(profile, limit: 1 << 16), as: UTF8.self)
      options = options.over(try BatchOptions(profile: text, file: profile))
    }
    // Said to Slurm, so that a task is told how many it has even where it sees all cores of its node.
    try ours.set(.cpusPerTask, to: "1")
    return options.over(ours)
  }

  /// The cells that have no record and have not failed for good.
  private func missingCells(of plan: RunPlan) -> [Cell.ID] {
    var seen = Set<Cell.ID>()
    return zip(plan.places, plan.states).compactMap { place, state in
      switch state {
      case .finished, .failed: nil
      case .running, .interrupted, .missing: seen.insert(place.id).inserted ? place.id : nil
      }
    }
  }

  private func pinned(_ path: String) throws -> PinnedFile {
    let bytes = try Files.read(path, limit: 1 << 30)
    let digest = SHA256.hash(data: bytes).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return PinnedFile(path: absolute(path), digest: digest.joined())
  }

  private func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  }
}
