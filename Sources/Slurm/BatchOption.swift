/// An option of a submission, named as `sbatch` names it, or ours.
///
/// Its value comes from the command line or a profile, never from a study, and is taken only in this form: it stands
/// in a batch script.
public enum BatchOption: String, CaseIterable, Sendable {
  case account
  case arrayTasks = "array-tasks"
  case checkpointEvery = "checkpoint-every"
  case constraint
  case cpusPerTask = "cpus-per-task"
  case exclude
  case mem
  case memPerCPU = "mem-per-cpu"
  case nice
  case nodelist
  case partition
  case qos
  case reservation
  case scratch
  case time

  /// What a value looks like, in words.
  public var form: String {
    switch self {
    case .account, .qos, .reservation: "a name of letters, digits, '.', '_', '-' and '+'"
    case .partition: "names of letters, digits, '.', '_' and '-', separated by commas"
    case .arrayTasks: "a number from 1 to 100000"
    case .cpusPerTask: "a number from 1 to 4096"
    case .checkpointEvery: "a number of seconds from 1 to 300"
    case .constraint: "names of features, joined by '&', '|', ',', '*' and brackets"
    case .exclude, .nodelist: "names of nodes such as node[1-4,7]"
    case .mem, .memPerCPU:
      "a size such as 4G: a number, and K, M, G or T; 0 is all that the node has"
    case .nice: "a number from -10000 to 10000"
    case .scratch: "the path of a folder of the node, or a variable that holds one, such as $TMPDIR"
    case .time:
      "a time limit such as 30, 2:00:00 or 1-12: minutes, hours:minutes:seconds, days-hours"
    }
  }

  /// Whether it is an option of `sbatch`, and not ours.
  var isOfSlurm: Bool {
    switch self {
    case .arrayTasks, .checkpointEvery, .scratch: false
    default: true
    }
  }

  /// Whether a text is a value of this form.
  public func accepts(_ text: String) -> Bool {
    guard (1...256).contains(text.utf8.count) else { return false }
    switch self {
    case .account, .qos, .reservation: return text.isMade(of: "._-+") && !text.hasPrefix("-")
    case .partition:
      return text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && String($0).isMade(of: "._-") && !$0.hasPrefix("-")
      }
    case .arrayTasks: return text.isNumber(in: 1...100_000)
    case .cpusPerTask: return text.isNumber(in: 1...4096)
    case .checkpointEvery: return text.isNumber(in: 1...300)
    case .constraint: return text.isMade(of: "._-&|,*()[]=:")
    case .exclude, .nodelist: return text.isMade(of: "._-,[]") && !text.hasPrefix("-")
    case .mem, .memPerCPU:
      return (text.last.map { "KMGT".contains($0) } == true ? String(text.dropLast()) : text)
        .isNumber(in: 0...999_999_999)
    case .nice: return text.isNumber(in: -10000...10000)
    case .scratch:
      return text.hasPrefix("$")
        ? text.dropFirst().first?.isNumber == false && String(text.dropFirst()).isMade(of: "_")
        : text.hasPrefix("/") && text.isMade(of: "/._-+=@%:, ")
    case .time: return TimeLimit(text) != nil
    }
  }
}

extension String {
  /// Whether it is letters and digits of ASCII, and these.
  fileprivate func isMade(of others: String) -> Bool {
    !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: others.utf8.contains(byte)
        }
      }
  }

  fileprivate func isNumber(in range: ClosedRange<Int>) -> Bool {
    guard let value = Int(self), !hasPrefix("+") else { return false }
    return range.contains(value)
  }
}
