import Foundation
import Storage

/// How many cores this process may use.
///
/// The smallest of: the cores it may run on (its affinity), what its control groups let it have,
/// rounded up, and `SLURM_CPUS_PER_TASK`; at least 1.
public struct AvailableCores: Sendable {
  /// Where the kernel's files are; a test has its own.
  public var root: String
  public var environment: [String: String]
  /// The number of cores in the process's affinity mask.
  public var affinity: Int

  public init(
    root: String = "", environment: [String: String] = ProcessInfo.processInfo.environment,
    affinity: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    (self.root, self.environment, self.affinity) = (root, environment, affinity)
  }

  public var count: Int {
    let slurm = environment["SLURM_CPUS_PER_TASK"].flatMap { Int($0) } ?? affinity
    let quota = quotas.map { max(1, Int($0.rounded(.up))) }.min() ?? affinity
    return max(1, min(affinity, slurm, quota))
  }

  /// The quotas of the process's control groups and of all groups above them, in cores.
  private var quotas: [Double] {
    let memberships = Files.kernelText("\(root)/proc/self/cgroup") ?? ""
    return memberships.split(separator: "\n").flatMap { line -> [Double] in
      // hierarchy-ID:controllers:path; version 2 has the one line 0::path.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let groups = ancestors(of: String(fields[2]))
      if fields[1].isEmpty { return groups.compactMap(unifiedQuota) }
      guard fields[1].split(separator: ",").contains("cpu") else { return [] }
      return groups.compactMap(legacyQuota)
    }
  }

  /// The path and those of the groups above it, up to the root.
  private func ancestors(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return (0...parts.count).map { parts.prefix($0).map { "/" + $0 }.joined() }
  }

  /// Version 2: `cpu.max` holds "quota period" or "max period", in microseconds.
  private func unifiedQuota(_ group: String) -> Double? {
    guard
      let fields = Files.kernelText("\(root)/sys/fs/cgroup\(group)/cpu.max")?.split(separator: " "),
      fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0
    else { return nil }
    return quota / period
  }

  /// Version 1: quota and period in a file each; a quota of −1 is none.
  private func legacyQuota(_ group: String) -> Double? {
    let folder = "\(root)/sys/fs/cgroup/cpu\(group)"
    guard let quota = Files.kernelText("\(folder)/cpu.cfs_quota_us").flatMap({ Double($0) }),
      quota > 0,
      let period = Files.kernelText("\(folder)/cpu.cfs_period_us").flatMap({ Double($0) }),
      period > 0
    else { return nil }
    return quota / period
  }
}
