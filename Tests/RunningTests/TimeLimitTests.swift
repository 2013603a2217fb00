import Foundation
import Records
import Running
import Studies
import Synchronization
import Testing

/// The runner when time runs out, and as one of many, against workers that are small shell scripts.
@Suite struct TimeLimitTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(
    _ script: String, _ places: [StudyGrid.Place],
    report: @escaping @Sendable (RunEvent) async -> Void = { _ in },
    _ change: (inout RunOptions) -> Void
  ) async throws -> RunSummary {
    var options = RunOptions(jobs: 1)
    change(&options)
    let runner = Runner(
      records: RecordStore(resultsFolder: folder.path),
      work: WorkFolder(resultsFolder: folder.path),
      command: WorkerCommand(executable: "/bin/sh", arguments: ["-c", script, "sh", folder.path]),
      options: options)
    return try await runner.run(places, keeping: RecordOptions(), report: report)
  }

  private func orders() throws -> [String] {
    let path = "\(folder.path)/orders"
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// A worker that finishes its first cell, and has no time for the second.
  private static let late = """
    echo '{"ready":{}}'
    read -r order; echo "$order" >> "$1/orders"
    echo '{"started":{"fraction":0}}'
    echo '{"finished":{"outcome":"completed","seconds":1}}'
    read -r order; echo "$order" >> "$1/orders"
    echo '{"started":{"fraction":0}}'
    echo '{"outOfTime":{"hasAdvanced":true}}'
    """

  @Test func `a worker without time gives its cell back, and no other is started`() async throws {
    let summary = try await run(Self.late, try places(4)) { $0.end = .now + .seconds(10_000) }
    #expect(summary.trained == 1 && summary.advanced == 1 && summary.left == 3)
    #expect(summary.ranOutOfTime && summary.failed == 0)
    #expect(try orders().count == 2)
    #expect(try folder.names(in: "work").isEmpty)
  }

  @Test func `nothing is begun when there is no time for it`() async throws {
    let summary = try await run(Self.late, try places(2)) { $0.end = .now + .seconds(14) }
    #expect(summary.ranOutOfTime && summary.left == 2 && summary.trained == 0)
    #expect(try orders().isEmpty)
  }

  /// Left alone, the worker would go on for ever. How long this takes says little beside other tests.
  @Test(.timeLimit(.minutes(3)), arguments: [false, true])
  func `a worker in the middle of a step is stopped, and its claim given back`(saved: Bool)
    async throws
  {
    let deaf = """
      trap '' TERM
      echo '{"ready":{}}'
      read -r order; echo "$order" >> "$1/orders"
      echo '{"started":{"fraction":0}}'
      \(saved ? "echo '{\"checkpointed\":{\"seconds\":1}}'" : "")
      while :; do sleep 0.05; done
      """
    let summary = try await run(deaf, try places(2)) {
      // 15 of them are kept to end in; the others are for a busy machine to come as far as the step.
      $0.end = .now + .seconds(35)
      $0.grace = .milliseconds(100)
    }
    #expect(summary.ranOutOfTime && summary.left == 2 && summary.advanced == (saved ? 1 : 0))
    #expect(try folder.names(in: "work").isEmpty)
  }

  @Test func `an order says how much time is left, and where to save`() async throws {
    let obliging = """
      echo '{"ready":{}}'
      read -r order; echo "$order" >> "$1/orders"
      echo '{"finished":{"outcome":"completed","seconds":1}}'
      """
    _ = try await run(obliging, try places(1)) {
      $0.end = .now + .seconds(10_000)
      ($0.scratch, $0.checkpointPause) = ("\(folder.path)/scratch", .seconds(60))
    }
    let order = try JSONDecoder().decode(
      WorkOrder.self, from: Data(try #require(try orders().first).utf8))
    let left = try #require(order.secondsLeft)
    #expect((9_000...10_000).contains(left))
    #expect(order.scratch == "\(folder.path)/scratch/inertia-\(geteuid())")
    #expect(order.checkpointPause == 60)
  }

  @Test
  func `a folder for checkpoints in between that cannot be used is said once, and done without`()
    async throws
  {
    try folder.write("a file", to: "taken")
    let losing = """
      echo '{"ready":{}}'
      while read -r order; do
        echo "$order" >> "$1/orders"
        echo '{"lostScratch":{"reason":"full"}}'
        echo '{"finished":{"outcome":"completed","seconds":1}}'
      done
      """
    for (path, scratches) in [("taken", [nil, nil]), ("scratch", ["scratch", nil])] {
      let reasons = Mutex<[String]>([])
      let summary = try await run(
        losing, try places(2),
        report: { event in
          if case .lostScratch(let reason) = event { reasons.withLock { $0.append(reason) } }
        }, { $0.scratch = "\(folder.path)/\(path)" })
      #expect(summary.trained == 2 && reasons.withLock { $0.count } == 1)
      let orders = try orders().suffix(2).map {
        try JSONDecoder().decode(WorkOrder.self, from: Data($0.utf8)).scratch
      }
      #expect(orders == scratches.map { $0.map { "\(folder.path)/\($0)/inertia-\(geteuid())" } })
    }
  }

  private static let obliging = """
    echo '{"ready":{}}'
    while read -r order; do
      echo "$order" >> "$1/orders"
      echo '{"finished":{"outcome":"completed","seconds":1}}'
    done
    """

  private func trainedSeeds() throws -> [Int] {
    try orders().map { line in
      let order = try JSONDecoder().decode(WorkOrder.self, from: Data(line.utf8))
      return try Cell(canonicalJSON: order.cell).seeds.order
    }
  }

  @Test func `a runner begins where it is told, and goes round`() async throws {
    let summary = try await run(Self.obliging, try places(8)) { $0.beginning = 0.625 }
    #expect(summary.trained == 8)
    #expect(try trainedSeeds() == [5, 6, 7, 0, 1, 2, 3, 4])
  }

  @Test func `cells of others are passed by, and come again`() async throws {
    let cells = try places(5)
    for cell in [cells[1], cells[2]] { try claim(cell.id, for: foreignProcess, in: folder) }
    let summary = try await run(Self.obliging, cells) { $0.lease = .seconds(1) }
    #expect(summary.trained == 5)
    #expect(try trainedSeeds() == [0, 3, 4, 1, 2])
  }

  @Test func `who waits for a lease takes what nobody works on, and leaves what somebody does`()
    async throws
  {
    let cells = try places(3)
    for cell in cells[..<2] { try claim(cell.id, for: foreignProcess, in: folder) }
    let path = folder.path
    let isBeating = Mutex(true)
    // On a thread of its own: other tests may hold those that tasks share for seconds.
    Thread.detachNewThread {
      do {
        for heartbeat in 1... {
          Thread.sleep(forTimeInterval: 0.2)
          let claim = Claim(owner: foreignProcess, heartbeat: heartbeat)
          let bytes = try JSONEncoder().encode(claim)
          let isOver = try isBeating.withLock { isBeating in
            if isBeating {
              try bytes.write(
                to: URL(filePath: "\(path)/work/\(cells[1].id).claim"), options: .atomic)
            }
            return !isBeating
          }
          if isOver { return }
        }
      } catch {
        Issue.record(error)
      }
    }
    defer { isBeating.withLock { $0 = false } }
    let summary = try await run(Self.obliging, cells) {
      ($0.isOneOfMany, $0.lease, $0.patience) = (true, .seconds(3), .seconds(3))
      $0.longestPause = .seconds(2)
    }
    #expect(summary.trained == 2 && summary.left == 1 && !summary.ranOutOfTime)
    #expect(try trainedSeeds() == [2, 0])
  }

  /// Pauses between looks may be longer than the time that is left.
  @Test(.timeLimit(.minutes(3)))
  func `who only waits ends when the time does, and is not short of it`() async throws {
    let cells = try places(1)
    try claim(cells[0].id, for: foreignProcess, in: folder)
    let begin = ContinuousClock.now
    let summary = try await run(Self.obliging, cells) {
      ($0.isOneOfMany, $0.longestPause) = (true, .seconds(60))
      $0.end = begin + .seconds(31)
    }
    #expect(!summary.ranOutOfTime && summary.left == 1 && summary.trained == 0)
  }

  @Test func `one of many leaves what killed runners left to others`() async throws {
    let cells = try places(2)
    try claim(cells[1].id, for: deadProcess, in: folder)
    try folder.write("x", to: "work/0123456789abcdef.checkpoint")
    let summary = try await run(Self.obliging, [cells[0]]) { $0.isOneOfMany = true }
    #expect(summary.trained == 1)
    #expect(
      Set(try folder.names(in: "work")) == ["\(cells[1].id).claim", "0123456789abcdef.checkpoint"])
  }
}
