/// What can be wrong with a submission, or with Slurm.
public enum SlurmError: Error, Hashable, CustomStringConvertible {
  /// - Parameter place: file and line of a profile; `nil` for the command line.
  case value(option: String, value: String, expected: String, place: String?)
  case profile(file: String, line: Int?, problem: String)
  case noTime
  /// A path with characters that a batch script cannot hold.
  case path(String)
  /// A program of Slurm is not there, or ended with an error.
  case program(String, reason: String)
  /// A program of Slurm said something else than what is known of it.
  case answer(String, line: String)
  /// A folder of a submission does not say which jobs it made.
  case damaged(String)

  public var description: String {
    switch self {
    case .value(let option, let value, let expected, let place):
      "\(place.map { "\($0): \(option)" } ?? "--\(option)") takes \(expected); not '\(value)'"
    case .profile(let file, let line, let problem):
      "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)"
    case .noTime:
      "give --time, in a profile or here: a task must know when it ends"
    case .path(let path):
      "'\(path)' cannot stand in a batch script: use a path without quotes, '%', '\\' and control characters"
    case .program(let name, let reason):
      "\(name): \(reason)"
    case .answer(let name, let line):
      "\(name) answered '\(line)', which this version does not understand"
    case .damaged(let path):
      "\(path): it does not say which jobs were submitted; if none of them runs, remove its folder"
    }
  }
}
