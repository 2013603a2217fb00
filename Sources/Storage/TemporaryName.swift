/// The name of a temporary file, `<name>.<pid>-<started>-<machine>-<drawn>.tmp`: it tells who writes the file.
///
/// So what a killed process of this machine left can be told from what a living one is writing.
struct TemporaryName {
  /// What the names of temporary files end in.
  static let suffix = ".tmp"

  /// Process number and start, each in base 36, and the machine's boot and process space.
  private var pid: Int
  private var started: Int
  private var machine: String

  /// A new name, beside no other, for the file that is to become `name`.
  static func drawn(for name: String) -> String {
    let me = ProcessIdentity.current
    let drawn = String(UInt64.random(in: .min ... .max), radix: 36)
    let owner = [String(me.pid, radix: 36), String(me.started, radix: 36), machine]
    return "\(name).\((owner + [drawn]).joined(separator: "-"))\(suffix)"
  }

  /// Reads the owner from a temporary file's name; `nil` if it does not tell.
  init?(_ name: String) {
    guard name.hasSuffix(Self.suffix),
      let tag = name.dropLast(Self.suffix.count).split(separator: ".").last
    else { return nil }
    let parts = tag.split(separator: "-")
    guard parts.count == 4, let pid = Int(parts[0], radix: 36),
      let started = Int(parts[1], radix: 36)
    else { return nil }
    (self.pid, self.started, machine) = (pid, started, String(parts[2]))
  }

  /// Whether the file's writer is known to have ended.
  var isAbandoned: Bool {
    machine == Self.machine && ProcessIdentity.startTime(of: pid) != started
  }

  /// This machine since it was started, and this process's space of process numbers (FNV-1a).
  private static let machine: String = {
    let me = ProcessIdentity.current
    let hash = "\(me.host)/\(me.boot)/\(me.namespace)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64)
    {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return String(hash, radix: 36)
  }()
}
