import ArgumentParser
import Slurm
import Studies

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
    let study = try StudyReader.read(path: file.study)
    let folder = "\(file.results)/\(study.name)"
    try StudyContext.checkName(of: study, at: file.study, folder: folder)
    let jobs = try Submissions(ofStudyIn: folder).all().flatMap(\.submission.jobs)
    guard !jobs.isEmpty else {
      return complain("\(study.name): it was never submitted")
    }
    let alive = try await JobTable(of: jobs, study: study.name).tasks
      .filter { [.running, .pending, .preempted].contains($0.phase) }
    let known = Set(alive.map(\.job))
    let cancelled = jobs.filter { known.contains($0) }
    if !cancelled.isEmpty { _ = try await SlurmProgram.scancel.output(cancelled) }
    complain(
      cancelled.isEmpty
        ? "\(study.name): no job is left"
        : "\(study.name): cancelled \(cancelled.joined(separator: ", "))")
  }
}
