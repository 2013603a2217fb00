import Foundation
import Records
import Running
import Studies
import Synchronization
import Testing

/// A worker in this process, whose cells are trained by a closure.
@Suite struct WorkerLoopTests {
  let folder: TemporaryFolder
  let cell: Cell

  init() throws {
    folder = try TemporaryFolder()
    cell = try places(1)[0].cell
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/results/work", withIntermediateDirectories: true)
  }

  private var shared: CheckpointStore { CheckpointStore(resultsFolder: "\(folder.path)/results") }
  private var scratch: CheckpointStore { CheckpointStore(resultsFolder: "\(folder.path)/scratch") }

  private func state(epoch: Int, step: Int) -> Checkpoint {
    Checkpoint(
      cell: cell, epoch: epoch, step: step, parameters: [1, 2], statistics: [], memory: [],
      lossSum: 0, mistakes: 0, seconds: 1, curves: [], testCorrectLast: [], testCorrectBest: [],
      bestParameters: [], bestStatistics: [])
  }

  /// Gives a worker an order for the cell; returns the events it sent.
  private func work(_ train: @escaping TrainCell) throws -> [WorkerEvent] {
    let (orders, answers) = (Pipe(), Pipe())
    let order = WorkOrder(
      cell: cell, keeping: RecordOptions(), RunOptions(jobs: 1), scratch: scratch.resultsFolder)
    try orders.fileHandleForWriting.write(
      contentsOf: JSONEncoder().encode(order) + Data("\n".utf8))
    let channel = WorkerChannel(
      input: orders.fileHandleForReading, output: answers.fileHandleForWriting)
    channel.listen()
    let loop = WorkerLoop(
      records: RecordStore(resultsFolder: shared.resultsFolder), checkpoints: shared,
      facts: ProvenanceFacts(version: "0", revision: nil), train: train)
    try loop.run(on: channel)
    try orders.fileHandleForWriting.close()
    try answers.fileHandleForWriting.close()
    return try (answers.fileHandleForReading.readToEnd() ?? Data()).split(separator: 0x0A).map {
      try JSONDecoder().decode(WorkerEvent.self, from: $0)
    }
  }

  /// The states in the results folder and on the machine, as epoch and step, and which of them is the further.
  static let states: [([Int]?, [Int]?, [Int]?)] = [
    (nil, nil, nil), ([1, 3], nil, [1, 3]), (nil, [2, 0], [2, 0]), ([1, 3], [1, 2], [1, 3]),
    ([1, 3], [1, 4], [1, 4]), ([2, 0], [1, 9], [2, 0]), ([1, 9], [2, 0], [2, 0]),
  ]

  @Test(arguments: states)
  func `a cell goes on from its furthest state, and leaves its last in the results folder`(
    inResults: [Int]?, onMachine: [Int]?, expected: [Int]?
  ) throws {
    if let inResults { try shared.save(state(epoch: inResults[0], step: inResults[1])) }
    if let onMachine { try scratch.save(state(epoch: onMachine[0], step: onMachine[1])) }
    let begin = Mutex<Checkpoint?>(nil)
    let last = state(epoch: 2, step: 10)
    let events = try work { _, _, _, start, _, _ in
      begin.withLock { $0 = start }
      return .stopped(last)
    }
    let start = begin.withLock { $0 }
    #expect(start.map { [$0.epoch, $0.step] } == expected)
    #expect(
      events == [.ready, .started(fraction: Double((start?.epoch ?? 1) - 1) / 2), .stopped])
    #expect(try shared.load(cell.id) == last)
    #expect(try scratch.load(cell.id) == nil)
  }

  @Test func `a damaged state on the machine is as good as none`() throws {
    try shared.save(state(epoch: 1, step: 3))
    try folder.write("no checkpoint", to: "scratch/work/\(cell.id).checkpoint")
    _ = try work { _, _, _, start, _, _ in .stopped(try #require(start)) }
    #expect(try shared.load(cell.id) == state(epoch: 1, step: 3))
    #expect(try folder.names(in: "scratch/work") == ["\(cell.id).checkpoint.damaged-1"])
  }

  @Test func `states in between are kept on the machine while the results folder is not due`()
    throws
  {
    let (between, last) = (state(epoch: 2, step: 1), state(epoch: 2, step: 2))
    let events = try work { [scratch, shared, cell] _, _, _, _, save, _ in
      // Before a second has gone by neither is due: what is saved all the same is kept on the machine.
      try save(between)
      #expect(try scratch.load(cell.id) == between)
      #expect(try shared.load(cell.id) == nil)
      return .stopped(last)
    }
    #expect(events.contains { if case .checkpointed = $0 { true } else { false } })
    #expect(try shared.load(cell.id) == last && scratch.load(cell.id) == nil)
  }
}
