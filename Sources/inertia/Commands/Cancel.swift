import ArgumentParser
import Slurm

/// `inertia cancel`.
struct Cancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cancel a study's Slurm jobs; what they have done is kept.",
    discussion: """
      Cancels all jobs that submit made for the study and that have not ended. Submitting again goes on \
      from there.

      For example:
        inertia cancel studies/quick.yaml
      """)

  @OptionGroup var file: StudyOptions

  func run() async throws {
    let context = try StudyContext(file)
    let jobs = try Submissions(of: context).all().flatMap(\.submission.jobs)
    guard !jobs.isEmpty else {
      return complain("\(context.study.name): it was never submitted")
    }
    let alive = try await JobTable(of: jobs).tasks
      .filter { [.running, .pending, .preempted].contains($0.phase) }
    let known = Set(alive.map(\.job))
    let cancelled = jobs.filter { known.contains($0) }
    if !cancelled.isEmpty { _ = try await SlurmProgram.scancel.output(cancelled) }
    complain(
      cancelled.isEmpty
        ? "\(context.study.name): no job is left"
        : "\(context.study.name): cancelled \(cancelled.joined(separator: ", "))")
  }
}
