import Storage

/// The control groups of this process and all groups above them, whose limits hold for it too.
struct ControlGroups: Sendable {
  /// Where the kernel's files are; a test has its own.
  let root: String

  /// A group, as far as one controller goes.
  struct Group: Sendable {
    /// The folder of its files.
    let folder: String
    /// Whether it is of version 2, where one hierarchy has all controllers.
    let isUnified: Bool

    /// The text of one of its files; `nil` if it has no such file.
    func text(_ name: String) -> String? { Files.kernelText("\(folder)/\(name)") }
  }

  /// The groups that a controller may limit, those of each hierarchy from the outermost to the process's own.
  func groups(of controller: String) -> [[Group]] {
    let memberships = Files.kernelText("\(root)/proc/self/cgroup") ?? ""
    return memberships.split(separator: "\n").compactMap { line in
      // hierarchy-ID:controllers:path; version 2 has the one line 0::path.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      let isUnified = fields[1].isEmpty
      guard isUnified || fields[1].split(separator: ",").contains(controller[...]) else {
        return nil
      }
      let hierarchy = "\(root)/sys/fs/cgroup" + (isUnified ? "" : "/\(controller)")
      let parts = fields[2].split(separator: "/")
      return (0...parts.count).map { depth in
        Group(
          folder: hierarchy + parts.prefix(depth).map { "/" + $0 }.joined(), isUnified: isUnified)
      }
    }
  }
}
