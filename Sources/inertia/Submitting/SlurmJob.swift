import Foundation
import Slurm

/// What a process knows of the Slurm job it is in.
enum SlurmJob {
  private static let environment = ProcessInfo.processInfo.environment

  /// Where in a list of cells the job begins, as a fraction: the jobs of an array lie apart from each other.
  ///
  /// Multiples of the golden ratio's fraction are spread evenly, however many there are (Weyl 1916).
  static var beginning: Double {
    let number = environment["SLURM_JOB_ID"].flatMap { Int($0) } ?? 0
    return (Double(number % 1_000_000) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
  }

  /// When the job ends, in seconds since 1970, where Slurm tells its jobs.
  static var end: Double? { environment["SLURM_JOB_END_TIME"].flatMap { Double($0) } }
}

/// When a run must have ended.
enum RunEnd {
  /// The sooner of a limit from now and of the end of the Slurm job.
  static func instant(limit: TimeLimit?) -> ContinuousClock.Instant? {
    let limits = [
      limit.map { Double($0.seconds) }, SlurmJob.end.map { $0 - Date().timeIntervalSince1970 },
    ]
    return limits.compactMap { $0 }.min().map { .now + .seconds(max(0, $0)) }
  }
}
