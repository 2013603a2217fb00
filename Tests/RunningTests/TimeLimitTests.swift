import Foundation
import Records
import Running
import Studies
import Testing

/// The runner when time runs out, and as one of many, against workers that are small shell scripts.
@Suite struct TimeLimitTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(
    _ script: String, _ places: [StudyGrid.Place], _ change: (inout RunOptions) -> Void
  ) async throws -> RunSummary {
    var options = RunOptions(jobs: 1)
    change(&options)
    let runner = Runner(
      records: RecordStore(resultsFolder: folder.path),
      work: WorkFolder(resultsFolder: folder.path),
      command: WorkerCommand(executable: "/bin/sh", arguments: ["-c", script, "sh", folder.path]),
      options: options)
    return try await runner.run(places, keeping: RecordOptions()) { _ in }
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
  @Test(.timeLimit(.minutes(3)))
  func `a worker in the middle of a step is stopped, and its claim given back`() async throws {
    let deaf = """
      trap '' TERM
      echo '{"ready":{}}'
      read -r order; echo "$order" >> "$1/orders"
      echo '{"started":{"fraction":0}}'
      while :; do sleep 0.05; done
      """
    let summary = try await run(deaf, try places(2)) {
      $0.end = .now + .seconds(16)
      $0.grace = .milliseconds(100)
    }
    #expect(summary.ranOutOfTime && summary.left == 2 && summary.advanced == 0)
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
      ($0.scratch, $0.checkpointPause) = ("/scratch", .seconds(60))
    }
    let order = try JSONDecoder().decode(
      WorkOrder.self, from: Data(try #require(try orders().first).utf8))
    let left = try #require(order.secondsLeft)
    #expect((9_000...10_000).contains(left))
    #expect(order.scratch == "/scratch" && order.checkpointPause == 60)
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
