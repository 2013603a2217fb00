/// What Slurm says of one task, or of the job that collects.
public struct SlurmTask: Hashable, Sendable {
  public enum Phase: String, CaseIterable, Sendable {
    case running, pending, preempted, done, failed, cancelled
  }

  /// The number of the array, or of the job.
  public var job: String
  /// The number of the task in its array.
  public var task: String?
  /// Slurm's word, such as `NODE_FAIL`.
  public var state: String
  /// Why it is in this state, if Slurm says.
  public var reason: String?
  public var node: String?

  public var name: String { task.map { "\(job)_\($0)" } ?? job }

  public var phase: Phase {
    switch state {
    case "RUNNING", "COMPLETING", "CONFIGURING", "STAGE_OUT", "SIGNALING", "STOPPED", "SUSPENDED",
      "RESIZING":
      .running
    case "PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT":
      .pending
    case "PREEMPTED": .preempted
    case "COMPLETED": .done
    case "CANCELLED", "REVOKED": .cancelled
    default: .failed
    }
  }
}

/// What `squeue` or `sacct` know of the tasks of submissions.
public struct JobTable: Hashable, Sendable {
  public private(set) var tasks: [SlurmTask] = []

  public init() {}

  /// The arguments of `squeue` for a table of these jobs, those that have just ended included.
  public static func queueArguments(_ jobs: [String]) -> [String] {
    [
      "--noheader", "--array", "--states=all", "--jobs=\(jobs.joined(separator: ","))",
      "--format=%F|%K|%T|%r|%N|%j",
    ]
  }

  /// The arguments of `sacct` for a table of these jobs.
  public static func accountArguments(_ jobs: [String]) -> [String] {
    [
      "--noheader", "--parsable2", "--allocations", "--array",
      "--jobs=\(jobs.joined(separator: ","))", "--format=JobID,State,ExitCode,NodeList,JobName",
    ]
  }

  /// Reads what `squeue` answers to ``queueArguments(_:)`` of a study's jobs.
  ///
  /// A cluster counts its jobs from 1 again some day, and another cluster has counted its own: a job of another name
  /// is not the study's, whatever its number.
  public init(queue text: String, of study: String) throws(SlurmError) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false)
        .map(String.init)
      guard fields.count == 6 else { throw .answer("squeue", line: String(line)) }
      guard BatchJob.names(of: study).contains(fields[5]) else { continue }
      tasks.append(
        SlurmTask(
          job: fields[0], task: fields[1] == "N/A" ? nil : fields[1], state: fields[2],
          reason: ["None", ""].contains(fields[3]) ? nil : fields[3],
          node: fields[4].isEmpty ? nil : fields[4]))
    }
  }

  /// Reads what `sacct` answers to ``accountArguments(_:)``, likewise: `12_3|NODE_FAIL|1:0|node1|inertia-quick`.
  public init(account text: String, of study: String) throws(SlurmError) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "|", maxSplits: 4, omittingEmptySubsequences: false)
        .map(String.init)
      let parts = fields[0].split(separator: "_", maxSplits: 1).map(String.init)
      guard fields.count == 5, !parts.isEmpty else { throw .answer("sacct", line: String(line)) }
      guard BatchJob.names(of: study).contains(fields[4]) else { continue }
      // 'CANCELLED by 1000' says who; '0:0' is no reason.
      let state = fields[1].split(separator: " ").first.map(String.init) ?? ""
      tasks.append(
        SlurmTask(
          job: parts[0], task: parts.count > 1 ? parts[1] : nil, state: state,
          reason: fields[2] == "0:0" ? nil : "exit \(fields[2])",
          node: ["None assigned", ""].contains(fields[3]) ? nil : fields[3]))
    }
  }

  /// These tasks, and those of an older table that these do not have.
  public func over(_ older: JobTable) -> JobTable {
    var merged = self
    let known = Set(tasks.map(\.name))
    merged.tasks += older.tasks.filter { !known.contains($0.name) }
    return merged
  }

  public func count(_ phase: SlurmTask.Phase) -> Int { tasks.count { $0.phase == phase } }
}
