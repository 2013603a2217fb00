import Foundation
import Records
import Storage
import Studies
import Testing

@Suite struct PublishingTests {
  let folder: ResultsFolder
  let store: RecordStore
  let record = Sample.record()
  let id = Sample.cell().id

  init() throws {
    folder = try ResultsFolder()
    store = folder.records
  }

  private func options(
    final: Bool = false, best: Bool = false, state: Bool = false
  ) -> RecordOptions {
    RecordOptions(finalWeights: final, bestWeights: best, optimizerState: state)
  }

  @Test func anEqualRecordIsDropped() throws {
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    let before = try Files.read(store.path(of: id), limit: 1 << 24)
    let later = Provenance(facts: ["host": "two"])
    #expect(try store.publish(record, later, keeping: Sample.all) == .alreadyThere)
    #expect(try store.publish(record, later, keeping: options()) == .alreadyThere)
    #expect(try Files.read(store.path(of: id), limit: 1 << 24) == before)
    #expect(try Files.list("\(folder.path)/work") == [])
  }

  @Test func aDifferentRecordIsAnErrorThatNamesBothMachines() throws {
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    let before = try Files.read(store.path(of: id), limit: 1 << 24)
    var other = record
    other.finalWeights[0].values[0].ulpUp()
    let error = #expect(throws: RecordError.self) {
      try store.publish(other, Provenance(facts: ["host": "two"]), keeping: Sample.all)
    }
    #expect(
      error
        == .differs(
          id: id, path: store.path(of: id), parts: ["weights"], host: "two", otherHost: "one"))
    #expect(error?.description.hasPrefix("cell \(id) has other weights on two than in") == true)
    #expect(try Files.read(store.path(of: id), limit: 1 << 24) == before)
    #expect(try Files.list("\(folder.path)/work") == [])
  }

  @Test func whatIsMissingIsAdded() throws {
    try store.publish(record, Sample.provenance, keeping: options())
    #expect(try store.holds(id, options()))
    #expect(try store.holds(id, options(final: true)) == false)
    #expect(try store.read(id, weights: true).finalWeights == [])
    #expect(try store.digests(id) == RecordDigests(record), "of the weights that are not kept")
    try store.check(id)

    try store.publish(record, Sample.provenance, keeping: options(best: true))
    #expect(try store.holds(id, options(best: true)))
    // A study that asks for other weights takes none away.
    try store.publish(record, Sample.provenance, keeping: options(final: true, state: true))
    #expect(try store.holds(id, Sample.all))
    #expect(try comparable(store.read(id, weights: true)) == comparable(record))
    try store.check(id)
    #expect(try Files.list("\(folder.path)/work") == [])
  }

  @Test func aDamagedRecordIsMovedAsideAndReplaced() throws {
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    let path = store.path(of: id)
    let good = try Files.read(path, limit: 1 << 24)
    for number in 1...2 {
      var bad = good
      bad[600] ^= 1
      try Data(bad).write(to: URL(fileURLWithPath: path))
      #expect(try store.publish(record, Sample.provenance, keeping: Sample.all) == .published)
      #expect(try Files.read("\(path).damaged-\(number)", limit: 1 << 24) == bad)
      #expect(try Files.read(path, limit: 1 << 24) == good)
    }
    #expect(try store.ids() == [id])
    #expect(try store.moveAside(id) == "\(path).damaged-3")
    #expect(try store.contains(id) == false)
  }

  @Test func aRecordGoesFromOneFolderToAnother() throws {
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    let other = try ResultsFolder()
    #expect(try other.records.publish(try store.stored(id, weights: true)) == .published)
    let (here, there) = (store.path(of: id), other.records.path(of: id))
    #expect(try Files.read(there, limit: 1 << 24) == Files.read(here, limit: 1 << 24))
  }

  @Test func manyPublishersLeaveOneRecord() async throws {
    let (store, record) = (store, record)
    let published = try await withThrowingTaskGroup(of: Publication.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try store.publish(record, Sample.provenance, keeping: Sample.all)
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 == .published ? 1 : 0 }
    }
    #expect(published == 1)
    try store.check(id)
    #expect(try Files.list(Files.folder(of: store.path(of: id))) == ["\(id).h5"])
  }
}

extension Float {
  fileprivate mutating func ulpUp() { self = nextUp }
}
