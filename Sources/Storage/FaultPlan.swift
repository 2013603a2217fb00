import Glibc
import Synchronization

/// Failures made on purpose, for the torture tests: off unless the environment asks for one.
///
/// Every call of ``SystemCall`` passes two points, one before and one after it, which are named after the call,
/// the kind of file and the side, such as `rename.checkpoint.before`.
///
///     INERTIA_FAULT=<action>:<point>:<n>
///     INERTIA_FAULT_TRACE=<path>
///
/// The action is taken at the n-th pass, from 1, of this process through the points whose names begin with
/// `<point>`: `kill`, `stop` and `terminate` send this process the signal; `ENOSPC` and other error numbers
/// by name refuse the call. With a trace, every pass is a line of that file, and the action is taken once
/// by all processes together.
enum FaultPlan {
  enum Side: String { case before, after }

  /// Whether anything is asked for at all.
  static let isActive = fault != nil || trace != nil

  private struct Fault {
    var action: String
    var point: String
    var pass: Int
  }

  private static let fault: Fault? = {
    guard let text = variable("INERTIA_FAULT") else { return nil }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let pass = Int(parts[2]), pass > 0,
      signals[parts[0]] != nil || errors[parts[0]] != nil
    else { preconditionFailure("INERTIA_FAULT is <action>:<point>:<n>, not '\(text)'") }
    return Fault(action: parts[0], point: parts[1], pass: pass)
  }()

  private static let trace = variable("INERTIA_FAULT_TRACE")
  private static let passes = Atomic<Int>(0)

  private static let signals = ["kill": SIGKILL, "stop": SIGSTOP, "terminate": SIGTERM]
  private static let errors = [
    "EACCES": EACCES, "EDQUOT": EDQUOT, "EIO": EIO, "EMFILE": EMFILE, "ENOSPC": ENOSPC,
    "EROFS": EROFS, "ESTALE": ESTALE,
  ]

  /// Passes a point; returns the error number with which the call is to be refused, if it is.
  static func pass(_ operation: StorageError.Operation, _ path: String, _ side: Side) -> CInt? {
    let point = "\(operation).\(kind(of: path)).\(side)"
    note("\(getpid()) \(point)")
    guard let fault, point.hasPrefix(fault.point) else { return nil }
    if errors[fault.action] != nil, side == .after { return nil }
    guard passes.add(1, ordering: .relaxed).newValue == fault.pass, isFirst() else { return nil }
    note("\(getpid()) \(point) fault")
    if let signal = signals[fault.action] {
      _ = kill(getpid(), signal)
      return nil
    }
    return errors[fault.action]
  }

  /// What a file is, from its name.
  private static func kind(of path: String) -> String {
    var parts = (path.split(separator: "/").last ?? "").split(separator: ".")
    let isTemporary = parts.count > 2 && parts.last == "tmp"
    if isTemporary { parts.removeLast(2) }
    let kind =
      switch parts.dropFirst().joined(separator: ".") {
      case "": isTemporary ? "file" : "folder"
      case "h5": parts[0] == "study" ? "study" : "record"
      case "claim", "checkpoint": String(parts[1])
      case "claim.taking": "taking"
      case "failed.json": "failure"
      case "txt": "digests"
      case "yaml": "text"
      default: "table"
      }
    return isTemporary ? "\(kind)_temporary" : kind
  }

  /// Whether no process that shares the trace took the action before.
  private static func isFirst() -> Bool {
    guard let trace else { return true }
    let file = unsafe Glibc.open("\(trace).fault", O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if file >= 0 { close(file) }
    return file >= 0
  }

  private static func note(_ line: String) {
    guard let trace else { return }
    let file = unsafe Glibc.open(trace, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0o666)
    guard file >= 0 else { return }
    let bytes = Array("\(line)\n".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    close(file)
  }

  private static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
