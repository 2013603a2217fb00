import Running
import Testing

@Suite struct AvailableCoresTests {
  let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  private func count(_ environment: [String: String] = [:], affinity: Int = 64) -> Int {
    AvailableCores(root: root.path, environment: environment, affinity: affinity).count
  }

  @Test func `without limits it is the affinity`() {
    #expect(count(affinity: 12) == 12)
  }

  @Test func `Slurm's share counts, and nonsense in its place does not`() {
    #expect(count(["SLURM_CPUS_PER_TASK": "4"]) == 4)
    #expect(count(["SLURM_CPUS_PER_TASK": "many"]) == 64)
    #expect(count(["SLURM_CPUS_PER_TASK": "0"]) == 1)
  }

  @Test func `a quota of version 2 is rounded up, and the tightest group above counts`() throws {
    try root.write("0::/a/b\n", to: "proc/self/cgroup")
    try root.write("max 100000\n", to: "sys/fs/cgroup/a/b/cpu.max")
    #expect(count() == 64)
    try root.write("250000 100000\n", to: "sys/fs/cgroup/a/cpu.max")
    #expect(count() == 3)
  }

  @Test func `a quota of version 1 counts, and −1 is none`() throws {
    try root.write("5:memory:/x\n4:cpu,cpuacct:/x\n", to: "proc/self/cgroup")
    try root.write("100000\n", to: "sys/fs/cgroup/cpu/x/cpu.cfs_period_us")
    try root.write("-1\n", to: "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us")
    #expect(count() == 64)
    try root.write("200000\n", to: "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us")
    #expect(count() == 2)
  }
}
