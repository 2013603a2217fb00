import Foundation
import Records
import Running
import Studies
import Synchronization
import Testing

/// The runner under a memory limit, with workers that are shell scripts and need what their status files say.
@Suite struct MemoryLimitTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("0::/g\n", to: "proc/self/cgroup")
    try folder.write("7000000\n", to: "sys/fs/cgroup/g/memory.max")
    try folder.write("1000000\n", to: "sys/fs/cgroup/g/memory.current")
  }

  /// Needs 2,000 KiB, and writes down how many train when it takes a cell.
  private static let needy = """
    mkdir -p "$1/proc/$$" "$1/live"
    printf 'VmHWM: 5000 kB\\nRssFile: 1000 kB\\nRssShmem: 2000 kB\\n' > "$1/proc/$$/status"
    echo '{"ready":{}}'
    while read -r order; do
      echo "$order" >> "$1/orders"
      : > "$1/live/$$"
      ls "$1/live" | wc -l >> "$1/counts"
      echo '{"started":{"fraction":0}}'
      TRAINING
      rm "$1/live/$$"
      echo '{"finished":{"outcome":"completed","seconds":1}}'
    done
    """

  /// Runs these cells with five jobs; returns what came of it and what was said about memory.
  private func run(
    _ cells: [StudyGrid.Place], training: String
  ) async throws -> (RunSummary, [String]) {
    var options = RunOptions(jobs: 5)
    options.memory = AvailableMemory(root: folder.path)
    let script = Self.needy.replacingOccurrences(of: "TRAINING", with: training)
    let runner = Runner(
      records: RecordStore(resultsFolder: folder.path),
      work: WorkFolder(resultsFolder: folder.path),
      command: WorkerCommand(executable: "/bin/sh", arguments: ["-c", script, "sh", folder.path]),
      options: options)
    let said = Mutex<[String]>([])
    let summary = try await runner.run(cells, keeping: RecordOptions()) { event in
      switch event {
      case .fewerWorkers(let count, let jobs, let need, let room):
        said.withLock { $0.append("\(count) of \(jobs), \(need) of \(room)") }
      case .ranOut(_, _, let workers): said.withLock { $0.append("\(workers) left") }
      default: break
      }
    }
    return (summary, said.withLock { $0 })
  }

  /// How many trained at each time that one began.
  private func counts() throws -> [Int] {
    try String(contentsOfFile: "\(folder.path)/counts", encoding: .utf8).split(separator: "\n")
      .compactMap { Int($0.filter(\.isNumber)) }
  }

  private static let progress = """
    echo '{"progress":{"_0":{"epoch":1,"epochs":2,"step":1,"stepsPerEpoch":3,"fraction":0.1,"seconds":1}}}'
    """

  @Test func `one begins, and as many as memory has room for follow once it has made a step`()
    async throws
  {
    let (summary, said) = try await run(
      try places(10), training: Self.progress + "\nsleep 0.3")
    #expect(summary.trained == 10)
    // 6,000,000 bytes for workers of 2,048,000.
    #expect(said == ["2 of 5, 2048000 of 6000000"])
    let counts = try counts()
    #expect(counts.count == 10)
    #expect(counts.max() == 2)
  }

  @Test func `a worker that needs more than memory has is started nevertheless, alone`()
    async throws
  {
    try folder.write("1000001\n", to: "sys/fs/cgroup/g/memory.max")
    let (summary, said) = try await run(try places(4), training: "sleep 0.05")
    #expect(summary.trained == 4)
    #expect(said == ["1 of 4, 2048000 of 1"])
    #expect(try counts().max() == 1)
  }

  @Test func `without a limit all begin`() async throws {
    try folder.write("max\n", to: "sys/fs/cgroup/g/memory.max")
    // Each waits until five train.
    let (summary, said) = try await run(
      try places(5),
      training:
        #"while [ ! -e "$1/all" ] && [ "$(ls "$1/live" | wc -l)" -lt 5 ]; do sleep 0.05; done; : > "$1/all""#
    )
    #expect(summary.trained == 5 && said == [])
  }

  @Test func `a worker killed for memory beside others costs its cell no attempt`() async throws {
    // The first to find another training beside it dies as if the kernel had ended it.
    let (summary, said) = try await run(
      try places(6),
      training: Self.progress + """

        sleep 0.2
        if [ "$(ls "$1/live" | wc -l)" -ge 2 ] && mkdir "$1/killed" 2> "$1/ignored"; then
          echo 'oom_kill 1' > "$1/sys/fs/cgroup/g/memory.events"; rm "$1/live/$$"; kill -9 $$
        fi
        """)
    #expect(summary.trained == 6 && summary.failed == 0)
    #expect(said == ["2 of 5, 2048000 of 6000000", "1 left"])
    let orders = try String(contentsOfFile: "\(folder.path)/orders", encoding: .utf8)
    #expect(orders.split(separator: "\n").count == 7)
    #expect(try folder.names(in: "work").isEmpty)
  }

  @Test func `a cell whose worker runs out of memory alone fails, and its note says why`()
    async throws
  {
    let cells = try places(1)
    let (summary, _) = try await run(
      cells,
      training: """
        echo "oom_kill $(wc -l < "$1/orders")" > "$1/sys/fs/cgroup/g/memory.events"
        rm "$1/live/$$"; kill -9 $$
        """)
    #expect(summary.failed == 1)
    let note = try WorkFolder(resultsFolder: folder.path).failure(of: cells[0].id)
    #expect(note?.attempts == 2)
    #expect(note?.reason.contains("because memory ran out; give the run more memory") == true)
  }
}
