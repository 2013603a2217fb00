import Records
import Storage
import Studies
import Testing

/// The copy of what records held when they were collected.
@Suite struct CollectedRecordsTests {
  let folder: ResultsFolder
  let store: RecordStore
  let id = Sample.cell().id

  init() throws {
    folder = try ResultsFolder()
    store = folder.records
  }

  private func collected(_ record: CellRecord) throws -> CollectedRecords {
    var collected = CollectedRecords()
    try collected.add(record, id: id, in: store)
    try Files.writeAtomically("\(folder.path)/collected.bin", collected.file)
    return try CollectedRecords(path: "\(folder.path)/collected.bin")
  }

  @Test(arguments: [Sample.record(), Sample.diverged(step: 4), Sample.diverged(step: nil)])
  func recordsComeBackAsTheyWere(_ record: CellRecord) throws {
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    let read = try store.read(id, weights: false)
    let copy = try #require(try collected(read).record(of: Sample.cell(), id: id, in: store))
    #expect(comparable(copy) == comparable(read))
  }

  @Test func aRecordThatIsAnotherNowIsReadAnew() throws {
    try store.publish(Sample.record(), Sample.provenance, keeping: Sample.all)
    let copy = try collected(store.read(id, weights: false))
    try Files.remove(store.path(of: id))
    #expect(try copy.record(of: Sample.cell(), id: id, in: store) == nil)
    try store.publish(Sample.diverged(step: 4), Sample.provenance, keeping: RecordOptions())
    #expect(try copy.record(of: Sample.cell(), id: id, in: store) == nil)
  }

  @Test func aDamagedCopyCountsAsNone() throws {
    try store.publish(Sample.record(), Sample.provenance, keeping: Sample.all)
    _ = try collected(store.read(id, weights: false))
    let path = "\(folder.path)/collected.bin"
    let bytes = try Files.read(path, limit: 1 << 24)
    for place in [0, 20, 90, bytes.count - 1] {
      var damaged = bytes
      damaged[place] ^= 1
      try Files.writeAtomically(path, damaged)
      let copy = try CollectedRecords(path: path)
      #expect(try copy.record(of: Sample.cell(), id: id, in: store) == nil, "byte \(place)")
    }
    try Files.writeAtomically(path, Array(bytes.dropLast()))
    #expect(
      try CollectedRecords(path: path).record(of: Sample.cell(), id: id, in: store) == nil)
    #expect(
      try CollectedRecords(path: "\(folder.path)/none").record(
        of: Sample.cell(), id: id, in: store) == nil)
  }
}
