import Foundation
import Records
import Storage
import Studies
import Testing

@Suite struct CheckpointStoreTests {
  let folder: ResultsFolder
  let id = Sample.cell().id

  init() throws { folder = try ResultsFolder() }

  private func checkpoint(parameters: [Float] = [1, .nan, -0.0]) -> Checkpoint {
    Checkpoint(
      cell: Sample.cell(), epoch: 2, step: 3, parameters: parameters,
      statistics: [0.5], memory: [[1, 2, 3], [4, 5, .infinity], []], lossSum: 12.25,
      mistakes: 7, seconds: 1.5, curves: Sample.curves(), testCorrectLast: [1, 2],
      testCorrectBest: [3], bestParameters: [9], bestStatistics: [])
  }

  @Test func everyBitComesBack() throws {
    let store = folder.checkpoints
    #expect(try store.load(id) == nil)
    try store.save(checkpoint(parameters: [0]))
    try store.save(checkpoint())
    let loaded = try #require(try store.load(id))
    let expected = checkpoint()
    #expect(loaded.parameters.map(\.bitPattern) == expected.parameters.map(\.bitPattern))
    #expect(
      loaded.curves.map { $0.values.map(\.bitPattern) }
        == expected.curves.map { $0.values.map(\.bitPattern) })
    var (one, two) = (loaded, expected)
    (one.parameters, one.curves, two.parameters, two.curves) = ([], [], [], [])
    #expect(one == two)
    #expect(try Files.list("\(folder.path)/work") == ["\(id).checkpoint"])
    try store.remove(id)
    try store.remove(id)
    #expect(try store.load(id) == nil)
  }

  @Test func aDamagedOneIsMovedAsideOnce() throws {
    let store = folder.checkpoints
    try store.save(checkpoint())
    var bytes = try Files.read(store.path(of: id), limit: 1 << 20)
    bytes[bytes.count - 1] ^= 0x80
    try Data(bytes).write(to: URL(fileURLWithPath: store.path(of: id)))
    let error = #expect(throws: RecordError.self) { try store.load(id) }
    #expect(error?.description.contains("\(id).checkpoint.damaged-1' is damaged") == true)
    #expect(try store.load(id) == nil)
    #expect(try Files.list("\(folder.path)/work") == ["\(id).checkpoint.damaged-1"])
  }

  @Test func elevenMillionParametersAreSavedQuickly() throws {
    let size = 11_000_000
    var large = checkpoint(parameters: [Float](repeating: 0.1, count: size))
    large.memory = [large.parameters]
    let start = ContinuousClock.now
    try folder.checkpoints.save(large)
    // A tenth of this on a free machine; tests share theirs.
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(try folder.checkpoints.load(id)?.memory[0].count == size)
  }
}
