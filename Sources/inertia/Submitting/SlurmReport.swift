import Slurm

/// What Slurm knows of the jobs that a study was given, beside what its records say.
struct SlurmReport: Codable {
  struct Job: Codable {
    var name: String
    /// Slurm's word for the state, such as `NODE_FAIL`.
    var state: String
    var phase: String
    var reason: String?
    var node: String?
    var log: String
  }

  var jobs: [Job] = []
  /// How many of the submitted tasks Slurm has forgotten.
  var forgotten = 0
  /// Why nothing is known of the jobs.
  var problem: String?

  /// `nil` if the study was never submitted.
  init?(of context: StudyContext) async throws {
    let submissions = try Submissions(ofStudyIn: context.folder).all()
    guard !submissions.isEmpty else { return nil }
    let table: JobTable
    do {
      table = try await JobTable(
        of: submissions.flatMap(\.submission.jobs), study: context.study.name)
    } catch let error as SlurmError {
      problem = "\(error)"
      return
    }
    for (folder, submission) in submissions {
      let tasks = table.tasks.filter { submission.jobs.contains($0.job) }
      let submitted = submission.arrays.reduce(0) { $0 + $1.tasks }
      forgotten += submitted - tasks.count { $0.job != submission.collecting }
      jobs += tasks.map { task in
        Job(
          name: task.name, state: task.state, phase: task.phase.rawValue, reason: task.reason,
          node: task.node, log: "\(folder)/\(BatchJob.log(of: task.job, task: task.task))")
      }
    }
  }

  /// For people: how many are in which phase, then those that failed, with their logs.
  var lines: [String] {
    if let problem { return ["Slurm: \(problem)"] }
    var parts = SlurmTask.Phase.allCases.compactMap { phase in
      let count = jobs.count { $0.phase == phase.rawValue }
      return count > 0 ? "\(count) \(phase)" : nil
    }
    if forgotten > 0 { parts.append("\(forgotten) ended some time ago") }
    let phases: [SlurmTask.Phase] = [.running, .pending, .preempted, .failed]
    let notable = jobs.filter { job in phases.contains { $0.rawValue == job.phase } }
    return ["Slurm: \(parts.isEmpty ? "no job" : parts.joined(separator: ", "))"]
      + notable.map { job in
        let detail = [job.reason, job.node.map { "on \($0)" }].compactMap { $0 }
        return
          "  \(job.name)  \(job.state)\(detail.isEmpty ? "" : " (\(detail.joined(separator: ", ")))")"
          + "  \(job.log)"
      }
  }
}

extension JobTable {
  /// What `squeue` knows of these jobs of a study, and `sacct` where there is accounting.
  init(of jobs: [String], study: String) async throws {
    let account: JobTable
    do {
      account = try JobTable(
        account: try await SlurmProgram.sacct.output(Self.accountArguments(jobs)), of: study)
    } catch SlurmError.program {
      // Many sites keep no accounts, and say so by a status.
      account = JobTable()
    }
    var queue = JobTable()
    do {
      queue = try JobTable(
        queue: try await SlurmProgram.squeue.output(Self.queueArguments(jobs)), of: study)
    } catch SlurmError.program(_, let reason) where reason.contains("Invalid job id") {
      // It has forgotten all of them.
    }
    self = queue.over(account)
  }
}
