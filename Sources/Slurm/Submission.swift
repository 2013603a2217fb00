/// The jobs of a submission: the content of `slurm/<n>/jobs.json`.
public struct Submission: Hashable, Codable, Sendable {
  /// An array of tasks that train.
  public struct Array: Hashable, Codable, Sendable {
    public var job: String
    public var tasks: Int

    public init(job: String, tasks: Int) { (self.job, self.tasks) = (job, tasks) }
  }

  /// How many cells were missing.
  public var cells: Int
  public var arrays: [Array] = []
  /// The job that collects; `nil` before it is submitted.
  public var collecting: String?

  public init(cells: Int) { self.cells = cells }

  public var jobs: [String] { arrays.map(\.job) + (collecting.map { [$0] } ?? []) }

  /// How many tasks each array has, if no array may have more than `largest`.
  public static func split(_ tasks: Int, largest: Int) -> [Int] {
    precondition(tasks >= 0 && largest > 0)
    return stride(from: 0, to: tasks, by: largest).map { min(largest, tasks - $0) }
  }

  /// The arguments of `sbatch` for an array of so many tasks.
  public static func arguments(tasks: Int, script: String) -> [String] {
    ["--parsable", "--array=0-\(tasks - 1)", script]
  }

  /// The arguments of `sbatch` for a job that waits until these arrays, if any, have ended, however they did.
  public static func arguments(after arrays: [Array], script: String) -> [String] {
    let jobs = (["afterany"] + arrays.map(\.job)).joined(separator: ":")
    return ["--parsable"] + (arrays.isEmpty ? [] : ["--dependency=\(jobs)"]) + [script]
  }

  /// The number of the job that `sbatch --parsable` says it made, `number` or `number;cluster`, in its last line: some sites
  /// have it say more before that.
  public static func job(in answer: String) throws(SlurmError) -> String {
    let line = answer.split(whereSeparator: \.isNewline).last ?? ""
    let number = line.prefix { $0 != ";" }
    guard !number.isEmpty, number.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw .answer("sbatch", line: String(line))
    }
    return String(number)
  }

  /// How many tasks an array may have: `MaxArraySize` of `scontrol show config`.
  public static func largestArray(in configuration: String) throws(SlurmError) -> Int {
    for line in configuration.split(separator: "\n") {
      let fields = line.split(separator: "=", maxSplits: 1)
        .map { $0.split(separator: " ").joined(separator: " ") }
      if fields.first == "MaxArraySize", fields.count == 2 {
        guard let size = Int(fields[1]), size > 0 else {
          throw .answer("scontrol", line: String(line))
        }
        return size
      }
    }
    throw .answer("scontrol", line: "a configuration without MaxArraySize")
  }
}
