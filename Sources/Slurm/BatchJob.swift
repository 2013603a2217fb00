/// A file that must be what it was.
public struct PinnedFile: Hashable, Sendable {
  public var path: String
  /// Its SHA-256, 64 hex digits.
  public var digest: String

  public init(path: String, digest: String) { (self.path, self.digest) = (path, digest) }
}

/// What the batch scripts of a submission say.
public struct BatchJob: Hashable, Sendable {
  public let study: String
  public let studyFile: PinnedFile
  public let program: PinnedFile
  public let resultsFolder: String
  /// Where the scripts and logs of the submission are.
  public let folder: String
  public let options: BatchOptions
  private let timeLimit: String

  /// - Throws: ``SlurmError/path(_:)`` for a path that a script cannot hold, ``SlurmError/noTime``.
  public init(
    study: String, studyFile: PinnedFile, program: PinnedFile, resultsFolder: String,
    folder: String, options: BatchOptions
  ) throws(SlurmError) {
    for path in [studyFile.path, program.path, resultsFolder, folder] where !isPlain(path) {
      throw .path(path)
    }
    guard let timeLimit = options[.time] else { throw .noTime }
    (self.study, self.studyFile, self.program) = (study, studyFile, program)
    (self.resultsFolder, self.folder, self.options) = (resultsFolder, folder, options)
    self.timeLimit = timeLimit
  }

  /// The names of a study's jobs: of those that train and of the one that collects.
  static func names(of study: String) -> [String] {
    ["inertia-\(study)", "inertia-\(study)-collect"]
  }

  /// The file of the ids of the cells that are to be trained, one a line.
  public static let cellList = "cells.txt"

  /// The name of a task's log; without a task, of that of the job that collects.
  public static func log(of job: String, task: String?) -> String {
    task.map { "\(job)_\($0).log" } ?? "collect-\(job).log"
  }

  /// The script of the tasks that train.
  public var trainingScript: String {
    let head = head(
      "One of the tasks that train what is missing of the study \(study).",
      name: Self.names(of: study)[0], log: Self.log(of: "%A", task: "%a"))
    return """
      \(head)
      \(run(["--cells '\(folder)/\(Self.cellList)'"]))
      status=$?
      # 75: the time limit came first, and all is saved. Slurm is to start this task again: this one, named by its
      # number in the array, since the job number of one of the tasks stands for them all.
      task="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
      if [ "$status" -eq 75 ]; then scontrol requeue "$task"; fi
      exit "$status"

      """
  }

  /// The script of the job that does what is left once all tasks have ended: cells that were being trained when their
  /// task was killed, those that confirm, what the study measures, tables, figures and the report.
  public var collectingScript: String {
    let head = head(
      "Does what the tasks have left of the study \(study), makes its tables and figures, and reports.",
      name: Self.names(of: study)[1], log: Self.log(of: "%j", task: nil))
    return """
      \(head)
      \(run([]))
      status=$?
      # 75: the time limit came first, and all is saved.
      if [ "$status" -eq 75 ]; then scontrol requeue "$SLURM_JOB_ID"; exit 75; fi
      # 130: the job is being ended, and all is saved.
      if [ "$status" -eq 130 ]; then exit 130; fi
      '\(program.path)' report '\(resultsFolder)/\(study)' || status=$?
      '\(program.path)' status '\(studyFile.path)' --results '\(resultsFolder)'
      exit "$status"

      """
  }

  /// The command that trains. It waits for cells of others for as long as it takes to see that nobody works on them.
  private func run(_ arguments: [String]) -> String {
    var arguments =
      ["--results '\(resultsFolder)'"] + arguments + [
        "--wait 120", "--time-limit \(timeLimit)",
        "--checkpoint-every \(options[.checkpointEvery] ?? "60")",
      ]
    if let scratch = options[.scratch] {
      // A variable that is not set ends the script.
      let folder = scratch.hasPrefix("$") ? "${\(scratch.dropFirst()):?}" : scratch
      arguments.append("--scratch \"\(folder)\"")
    }
    return """
      '\(program.path)' run '\(studyFile.path)' \\
        \(arguments.joined(separator: " \\\n  "))
      """
  }

  private func head(_ purpose: String, name: String, log: String) -> String {
    let directives =
      [
        "job-name=\(name)", "output=\"\(folder)/\(log)\"", "open-mode=append", "requeue",
        "nodes=1", "ntasks=1",
      ] + options.directives.map { "\($0.name)=\($0.value)" }
    return """
      #!/bin/bash
      # \(purpose)
      # Written by inertia submit.
      \(directives.map { "#SBATCH --\($0)" }.joined(separator: "\n"))

      # Program and study must be those that were submitted.
      sha256sum --check --quiet - <<'END' || exit 1
      \(program.digest)  \(program.path)
      \(studyFile.digest)  \(studyFile.path)
      END

      # Slurm ends a job by SIGTERM first. The program then saves its work, and this script must not end before it.
      trap : TERM

      """
  }
}

/// Whether a path is absolute and means itself within quotes of either kind, to the shell and to Slurm.
private func isPlain(_ path: String) -> Bool {
  path.hasPrefix("/")
    && !path.unicodeScalars.contains { $0.value < 32 || "'\"%\\$`".unicodeScalars.contains($0) }
}
