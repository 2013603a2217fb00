import Running
import Testing

@Suite struct AvailableMemoryTests {
  let root: TemporaryFolder

  init() throws { root = try TemporaryFolder() }

  private var memory: AvailableMemory { AvailableMemory(root: root.path) }

  @Test func `without groups or limits there is none`() throws {
    #expect(memory.bytes == nil && memory.kills == 0)
    try root.write("4:memory:/x\n0::/x\n", to: "proc/self/cgroup")
    try root.write("max\n", to: "sys/fs/cgroup/x/memory.max")
    try root.write("9223372036854771712\n", to: "sys/fs/cgroup/memory/x/memory.limit_in_bytes")
    #expect(memory.bytes == nil)
  }

  @Test func `version 2 leaves what the tightest group does not use, files not counted`() throws {
    try root.write("0::/a/b\n", to: "proc/self/cgroup")
    try root.write("9000\n", to: "sys/fs/cgroup/a/b/memory.max")
    try root.write("5000\n", to: "sys/fs/cgroup/a/memory.max")
    #expect(memory.bytes == 5000)
    try root.write("4500\n", to: "sys/fs/cgroup/a/memory.current")
    try root.write(
      "anon 1500\ninactive_file 2000\nactive_file 1000\n", to: "sys/fs/cgroup/a/memory.stat")
    #expect(memory.bytes == 3500)
    try root.write("8000\n", to: "sys/fs/cgroup/a/b/memory.current")
    #expect(memory.bytes == 1000)
    try root.write("low 0\noom 4\noom_kill 3\n", to: "sys/fs/cgroup/a/b/memory.events")
    #expect(memory.kills == 3)
  }

  @Test func `version 1 has other names for the same`() throws {
    try root.write("4:memory:/x/y\n2:cpu:/x\n", to: "proc/self/cgroup")
    try root.write("7000\n", to: "sys/fs/cgroup/memory/x/memory.limit_in_bytes")
    try root.write("6000\n", to: "sys/fs/cgroup/memory/x/memory.usage_in_bytes")
    try root.write(
      "inactive_file 9\ntotal_inactive_file 500\ntotal_active_file 1500\n",
      to: "sys/fs/cgroup/memory/x/memory.stat")
    #expect(memory.bytes == 3000)
    try root.write(
      "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
      to: "sys/fs/cgroup/memory/x/y/memory.oom_control")
    #expect(memory.kills == 2)
  }

  @Test func `a container sees its own group as the outermost`() throws {
    try root.write("4:memory:/of/the/host\n", to: "proc/self/cgroup")
    try root.write("7000\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
    #expect(memory.bytes == 7000)
  }

  @Test func `a process has for itself what it shares with none`() throws {
    #expect(memory.peak(of: 7) == nil)
    try root.write(
      "Name:\tx\nVmHWM:\t  5000 kB\nRssAnon:\t 900 kB\nRssFile:\t1000 kB\nRssShmem:\t 2000 kB\n",
      to: "proc/7/status")
    #expect(memory.peak(of: 7) == 2000 << 10)
  }
}
