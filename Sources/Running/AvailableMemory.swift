import Storage

/// How much memory the control groups of this process let it and those it starts use.
///
/// Memory that is free on the machine is no limit: others may take it, or give some back.
public struct AvailableMemory: Sendable {
  /// Where the kernel's files are; a test has its own.
  public var root: String

  public init(root: String = "") { self.root = root }

  /// What may still be used, in bytes; `nil` if no group limits it.
  ///
  /// It is the least, over the process's groups and all above them, of a group's limit less what the group
  /// uses. Pages of files do not count: the kernel gives them up before it kills for memory.
  public var bytes: Int? {
    ControlGroups(root: root).groups(of: "memory").joined().compactMap(room).min()
  }

  private func room(_ group: ControlGroups.Group) -> Int? {
    let limit = group.isUnified ? "memory.max" : "memory.limit_in_bytes"
    let usage = group.isUnified ? "memory.current" : "memory.usage_in_bytes"
    // No limit is "max" in version 2 and a number beyond any memory in version 1.
    guard let most = group.text(limit).flatMap({ Int($0) }), most < 1 << 60 else { return nil }
    let used = group.text(usage).flatMap { Int($0) } ?? 0
    let statistics = group.text("memory.stat") ?? ""
    let prefix = group.isUnified ? "" : "total_"
    let files = ["inactive_file", "active_file"].compactMap { number("\(prefix)\($0)", statistics) }
    return max(0, most - max(0, used - files.reduce(0, +)))
  }

  /// How many processes of this process's own group the kernel has killed for want of memory so far.
  public var kills: Int {
    let own = ControlGroups(root: root).groups(of: "memory").compactMap(\.last)
    return own.reduce(0) { sum, group in
      let file = group.isUnified ? "memory.events" : "memory.oom_control"
      return sum + (number("oom_kill", group.text(file) ?? "") ?? 0)
    }
  }

  /// The most memory a process has had for itself so far, in bytes: not what it shares or maps of files.
  public func peak(of process: Int32) -> Int? {
    guard let status = Files.kernelText("\(root)/proc/\(process)/status"),
      let peak = number("VmHWM:", status)
    else { return nil }
    let shared = ["RssFile:", "RssShmem:"].compactMap { number($0, status) }.reduce(0, +)
    return max(1, peak - shared) << 10
  }

  /// The number on the line of a text that begins with this word.
  private func number(_ word: String, _ text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let fields = line.split { $0 == " " || $0 == "\t" }
      if fields.count >= 2, fields[0] == word { return Int(fields[1]) }
    }
    return nil
  }
}
