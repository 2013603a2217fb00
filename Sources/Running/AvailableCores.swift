import Foundation

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
    ControlGroups(root: root).groups(of: "cpu").joined().compactMap {
      $0.isUnified ? unifiedQuota($0) : legacyQuota($0)
    }
  }

  /// Version 2: `cpu.max` holds "quota period" or "max period", in microseconds.
  private func unifiedQuota(_ group: ControlGroups.Group) -> Double? {
    guard let fields = group.text("cpu.max")?.split(separator: " "), fields.count == 2,
      let quota = Double(fields[0]), let period = Double(fields[1]), period > 0
    else { return nil }
    return quota / period
  }

  /// Version 1: quota and period in a file each; a quota of −1 is none.
  private func legacyQuota(_ group: ControlGroups.Group) -> Double? {
    guard let quota = group.text("cpu.cfs_quota_us").flatMap({ Double($0) }), quota > 0,
      let period = group.text("cpu.cfs_period_us").flatMap({ Double($0) }), period > 0
    else { return nil }
    return quota / period
  }
}
