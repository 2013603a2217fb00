import Subprocess

/// A worker that cannot be used at all.
public enum WorkerError: Error, Hashable, CustomStringConvertible {
  case cannotStart(String, reason: String)
  case endedAtStart(how: String, lastLine: String?)
  case tooFewFiles(most: Int, needed: Int, jobs: Int)
  /// A worker could not read or write the results folder.
  case hindered(String)

  public var description: String {
    switch self {
    case .cannotStart(let executable, let reason):
      "cannot start a worker, '\(executable)': \(reason)"
    case .hindered(let reason):
      "\(reason); the cell counts as untried, so mend this and run again"
    case .tooFewFiles(let most, let needed, let jobs):
      "this process may open \(most) files, and \(jobs) jobs need \(needed): raise the limit "
        + "(ulimit -n), or lower --jobs"
    case .endedAtStart(let how, let lastLine):
      "a worker ended before it could take a cell: \(how)\(lastLine.map { "; it said: \($0)" } ?? "")"
    }
  }
}

extension TerminationStatus {
  /// For messages.
  var inWords: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signaled(9): "killed by signal 9 (SIGKILL; perhaps memory ran out)"
    case .signaled(let signal): "killed by signal \(signal)"
    }
  }
}
