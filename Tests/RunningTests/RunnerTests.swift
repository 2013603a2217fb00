import Foundation
import Records
import Running
import Studies
import Synchronization
import Testing

/// The runner against workers that are small shell scripts: they speak the protocol and train nothing.
@Suite struct RunnerTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Says it has finished every cell at once.
  static let obliging = """
    echo '{"ready":{}}'
    while read -r order; do
      echo '{"started":{"fraction":0}}'
      echo "$order" >> "$1/orders"
      echo '{"finished":{"outcome":"completed","seconds":1}}'
    done
    """

  private func runner(_ script: String, _ change: (inout RunOptions) -> Void = { _ in }) -> Runner {
    var options = RunOptions(jobs: 2)
    // No limit but those a test writes down.
    options.memory = AvailableMemory(root: folder.path)
    // Other tests may hold the threads that tasks share for minutes, in which no heart beats.
    options.lease = .seconds(3600)
    change(&options)
    return Runner(
      records: RecordStore(resultsFolder: folder.path),
      work: WorkFolder(resultsFolder: folder.path),
      command: WorkerCommand(executable: "/bin/sh", arguments: ["-c", script, "sh", folder.path]),
      options: options)
  }

  private func run(_ runner: Runner, _ places: [StudyGrid.Place]) async throws -> RunSummary {
    try await runner.run(places, keeping: RecordOptions()) { _ in }
  }

  private func orders() throws -> Int {
    try String(contentsOfFile: "\(folder.path)/orders", encoding: .utf8).split(separator: "\n")
      .count
  }

  @Test(arguments: [1, 2, 4]) func `every cell is trained once`(jobs: Int) async throws {
    let cells = try places(7)
    let summary = try await run(runner(Self.obliging) { $0.jobs = jobs }, cells + cells)
    #expect(summary.trained == 7 && summary.failed == 0 && summary.left == 0)
    #expect(try orders() == 7)
    #expect(try folder.names(in: "work").isEmpty)
  }

  @Test func `a limit is kept to`() async throws {
    let summary = try await run(runner(Self.obliging) { $0.limit = 3 }, try places(7))
    #expect(summary.trained == 3 && summary.left == 4)
    #expect(try orders() == 3)
  }

  @Test func `a worker that dies costs its cell one attempt, and a second one is the last`()
    async throws
  {
    let dying = """
      echo '{"ready":{}}'
      read -r order
      echo "$order" >> "$1/orders"
      echo '{"started":{"fraction":0}}'
      echo 'something broke' >&2
      case "$order" in *'order\\":1'*) kill -9 $$ ;; esac
      echo '{"finished":{"outcome":"completed","seconds":1}}'
      """
    let cells = try places(3)
    let summary = try await run(runner(dying), cells)
    #expect(summary.trained == 2 && summary.failed == 1 && summary.left == 0)
    #expect(try orders() == 4)
    let note = try #require(try WorkFolder(resultsFolder: folder.path).failure(of: cells[1].id))
    #expect(note.attempts == 2)
    #expect(note.reason.contains("signal 9"))
    #expect(note.log == ["something broke"])

    // It is left alone by the next run, until that is told otherwise.
    #expect(try await run(runner(Self.obliging), [cells[1]]).failed == 1)
    #expect(try orders() == 4)
    #expect(
      try await run(runner(Self.obliging) { $0.retriesFailed = true }, [cells[1]]).trained == 1)
    #expect(try WorkFolder(resultsFolder: folder.path).failure(of: cells[1].id) == nil)
  }

  @Test(arguments: [false, true])
  func `a cell that a worker reports as failed is tried twice if that may help`(
    isCertain: Bool
  ) async throws {
    let refusing = """
      echo '{"ready":{}}'
      while read -r order; do
        echo "$order" >> "$1/orders"
        echo '{"failed":{"reason":"no such thing","isCertain":\(isCertain)}}'
      done
      """
    let cells = try places(1)
    #expect(try await run(runner(refusing), cells).failed == 1)
    let attempts = isCertain ? 1 : 2
    #expect(try orders() == attempts)
    let note = try WorkFolder(resultsFolder: folder.path).failure(of: cells[0].id)
    #expect(
      note
        == FailureNote(
          attempts: attempts, reason: "no such thing", log: [], isCertain: isCertain ? true : nil))
    // Nor is it tried by the next run.
    #expect(try await run(runner(Self.obliging), cells).failed == 1)
  }

  @Test func `a worker that cannot start ends the run with its last words`() async throws {
    let cells = try places(2)
    await #expect {
      try await run(runner("echo 'out of order' >&2; exit 3"), cells)
    } throws: { error in
      "\(error)".contains("exit status 3") && "\(error)".contains("out of order")
    }
    #expect(try folder.names(in: "work").isEmpty)
    let absent = Runner(
      records: RecordStore(resultsFolder: folder.path),
      work: WorkFolder(resultsFolder: folder.path),
      command: WorkerCommand(executable: "/no/such/program", arguments: []),
      options: RunOptions(jobs: 1))
    await #expect(throws: WorkerError.self) { try await run(absent, cells) }
    #expect(try folder.names(in: "work").isEmpty)
  }

  @Test(arguments: [true, false])
  func `a stop ends every worker, willing or not, soon`(willing: Bool) async throws {
    let slow = """
      \(willing ? "" : "trap '' TERM")
      echo $$ >> "$1/pids"
      echo '{"ready":{}}'
      read -r order
      echo '{"started":{"fraction":0}}'
      while :; do sleep 0.05; done
      """
    let cells = try places(4)
    let (signal, started) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try await runner(slow).run(cells, keeping: RecordOptions()) { event in
        if case .started = event { started.yield() }
      }
    }
    var waiting = signal.makeAsyncIterator()
    for _ in 0..<2 { await waiting.next() }
    let begin = ContinuousClock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    // Two seconds are promised; here other tests have the cores at the same time, so only hanging is told.
    #expect(begin.duration(to: .now) < .seconds(30))
    #expect(RunOptions(jobs: 1, threads: 1).grace < .seconds(2))
    #expect(try folder.names(in: "work").isEmpty)
    let pids = try String(contentsOfFile: "\(folder.path)/pids", encoding: .utf8).split(
      separator: "\n")
    #expect(pids.count == 2)
    for pid in pids { #expect(!FileManager.default.fileExists(atPath: "/proc/\(pid)")) }
  }

  @Test func `the claim of a live runner is respected, that of a dead one is not`() async throws {
    let cells = try places(3)
    try claim(cells[0].id, for: .current, in: folder)
    try claim(cells[1].id, for: deadProcess, in: folder)
    let summary = try await run(runner(Self.obliging) { $0.patience = .zero }, cells)
    #expect(summary.trained == 2 && summary.left == 1)
    #expect(try folder.names(in: "work") == ["\(cells[0].id).claim"])
  }

  @Test func `a claim whose heartbeat stands still is taken over after the lease`() async throws {
    let cells = try places(1)
    try claim(cells[0].id, for: foreignProcess, in: folder)
    let summary = try await run(runner(Self.obliging) { $0.lease = .seconds(1) }, cells)
    #expect(summary.trained == 1)
    #expect(try folder.names(in: "work").isEmpty)
  }

  @Test func `two runners share the work`() async throws {
    let cells = try places(12)
    let brief = Self.obliging.replacingOccurrences(
      of: "echo '{\"started", with: "sleep 0.02; echo '{\"started")
    // The workers leave no records, so what one has finished is claimed again by the other: at any one
    // time no cell is with both, which the claims in the folder would show as a failure to create.
    async let one = run(
      runner(brief) {
        $0.limit = 6; $0.patience = .zero
      }, cells)
    async let two = run(
      runner(brief) {
        $0.limit = 6; $0.patience = .zero
      }, Array(cells.reversed()))
    let trained = try await one.trained + two.trained
    #expect(trained == 12)
    let lines = try String(contentsOfFile: "\(folder.path)/orders", encoding: .utf8).split(
      separator: "\n")
    #expect(Set(lines).count == 12)
  }

  @Test func `a poison cell is tried twice in all, however many runners there are`() async throws {
    let poisoned = """
      echo '{"ready":{}}'
      while read -r order; do
        echo "$order" >> "$1/orders"
        echo '{"started":{"fraction":0}}'
        sleep 0.05
        kill -9 $$
      done
      """
    let cells = try places(1)
    try await withThrowingTaskGroup(of: RunSummary.self) { group in
      for _ in 0..<4 { group.addTask { try await run(runner(poisoned), cells) } }
      for try await summary in group { #expect(summary.failed == 1 && summary.trained == 0) }
    }
    #expect(try orders() == 2)
  }

  @Test func `an attempt that another runner made counts`() async throws {
    let refusing = """
      echo '{"ready":{}}'
      while read -r order; do
        echo "$order" >> "$1/orders"
        echo '{"failed":{"reason":"no such thing","isCertain":false}}'
      done
      """
    let cells = try places(1)
    try folder.write(
      #"{"attempts": 1, "reason": "r", "log": []}"#, to: "work/\(cells[0].id).failed.json")
    #expect(try await run(runner(refusing), cells).failed == 1)
    #expect(try orders() == 1)
  }

  @Test func `a worker that hangs is killed, and its cell has had one attempt`() async throws {
    let hanging = """
      echo '{"ready":{}}'
      while read -r order; do
        echo "$order" >> "$1/orders"
        echo '{"started":{"fraction":0}}'
        sleep 1000
      done
      """
    let cells = try places(1)
    let summary = try await run(runner(hanging) { $0.silence = .seconds(1) }, cells)
    #expect(summary.failed == 1)
    #expect(try orders() == 2)
    let note = try WorkFolder(resultsFolder: folder.path).failure(of: cells[0].id)
    #expect(note?.reason == "its worker said nothing for 1 s and was killed")
  }

  @Test func `a worker that somebody stopped costs its cell no attempt`() async throws {
    let stoppedOnce = """
      echo '{"ready":{}}'
      read -r order
      echo "$order" >> "$1/orders"
      echo '{"started":{"fraction":0}}'
      if [ "$(wc -l < "$1/orders")" = 1 ]; then echo '{"stopped":{}}'; exit 0; fi
      echo '{"finished":{"outcome":"completed","seconds":1}}'
      """
    let summary = try await run(runner(stoppedOnce), try places(1))
    #expect(summary.trained == 1 && summary.failed == 0)
    #expect(try orders() == 2)
    #expect(try folder.names(in: "work").isEmpty)
  }

  @Test func `a taker that died elsewhere locks no cell for ever`() async throws {
    let cells = try places(1)
    try claim(cells[0].id, for: foreignProcess, in: folder)
    let text = try String(
      contentsOfFile: "\(folder.path)/work/\(cells[0].id).claim", encoding: .utf8)
    try folder.write(text, to: "work/\(cells[0].id).claim.taking")
    let summary = try await run(runner(Self.obliging) { $0.lease = .seconds(1) }, cells)
    #expect(summary.trained == 1)
    #expect(try folder.names(in: "work").isEmpty)
  }

  @Test func `a plan tells what the folder holds`() throws {
    let cells = try places(4)
    try claim(cells[1].id, for: foreignProcess, in: folder)
    try folder.write("x", to: "work/\(cells[2].id).checkpoint")
    try folder.write(
      #"{"attempts": 2, "reason": "r", "log": []}"#, to: "work/\(cells[3].id).failed.json")
    let plan = try RunPlan(
      cells, keeping: RecordOptions(), records: RecordStore(resultsFolder: folder.path),
      work: WorkFolder(resultsFolder: folder.path))
    #expect(
      plan.states == [
        .missing, .running(Claim(owner: foreignProcess)), .interrupted,
        .failed(FailureNote(attempts: 2, reason: "r", log: [])),
      ])
    #expect(plan.left == 3)
  }

  @Test func `planning an absent folder makes none`() throws {
    let absent = "\(folder.path)/absent"
    let plan = try RunPlan(
      try places(2), keeping: RecordOptions(), records: RecordStore(resultsFolder: absent),
      work: WorkFolder(resultsFolder: absent))
    #expect(plan.left == 2)
    #expect(!FileManager.default.fileExists(atPath: absent))
  }
}
