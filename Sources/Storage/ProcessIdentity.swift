import FoundationEssentials

/// A process, told apart from every other that may have had its number.
public struct ProcessIdentity: Hashable, Codable, Sendable {
  /// The name of the machine.
  public var host: String
  /// The boot of the machine, a UUID.
  public var boot: String
  /// The machine, as its `/etc/machine-id` has it; `nil` if it has none.
  public var machine: String?
  /// The space in which process ids are counted, as the kernel names it: containers have their own.
  public var namespace: String
  public var pid: Int
  /// When the process started, in clock ticks since boot.
  public var started: Int

  public init(
    host: String, boot: String, machine: String? = nil, namespace: String, pid: Int, started: Int
  ) {
    (self.host, self.boot, self.machine) = (host, boot, machine)
    self.namespace = namespace
    (self.pid, self.started) = (pid, started)
  }

  /// This process.
  public static let current: ProcessIdentity = {
    let pid = Int(ProcessInfo.processInfo.processIdentifier)
    return ProcessIdentity(
      host: Files.kernelText("/proc/sys/kernel/hostname") ?? "unknown",
      boot: Files.kernelText("/proc/sys/kernel/random/boot_id") ?? "unknown",
      machine: Files.kernelText("/etc/machine-id").flatMap { $0.isEmpty ? nil : $0 },
      namespace: namespace(), pid: pid, started: startTime(of: pid) ?? 0)
  }()

  /// What this process can tell about whether another is alive.
  public enum Life: Hashable, Sendable { case alive, dead, unknown }

  /// Whether the process is alive, as far as `observer` can know.
  ///
  /// A process of this machine is looked up. One of an earlier boot of this machine is dead; as machines
  /// may share a name, their ids must be known to be the same. Of another machine, or of another
  /// container, nothing is known.
  public func life(seenBy observer: ProcessIdentity = .current) -> Life {
    guard host == observer.host else { return .unknown }
    guard boot == observer.boot else {
      return machine != nil && machine == observer.machine ? .dead : .unknown
    }
    guard namespace == observer.namespace else { return .unknown }
    return Self.startTime(of: pid) == started ? .alive : .dead
  }

  /// When a process started, in clock ticks since boot; `nil` if there is none of that number, or only
  /// the remains of one that has ended.
  static func startTime(of pid: Int) -> Int? {
    // The second field is the command in parentheses and may hold anything, more parentheses too.
    guard let status = Files.kernelText("/proc/\(pid)/stat"), let close = status.lastIndex(of: ")")
    else {
      return nil
    }
    let fields = status[status.index(after: close)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return Int(fields[19])
  }

  private static func namespace() -> String {
    do {
      return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    } catch {
      return "unknown"
    }
  }
}

extension Files {
  /// The text of a small file of the kernel's, trimmed; `nil` if it cannot be read.
  public static func kernelText(_ path: String) -> String? {
    // Which of the many reasons a kernel file has to be unreadable makes no difference here.
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return String(
      text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
