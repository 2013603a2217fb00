import Foundation
import Records
import Storage
import Studies
import Testing

@Suite struct RecordStoreTests {
  let folder: ResultsFolder
  let store: RecordStore
  let record = Sample.record()
  let id = Sample.cell().id

  init() throws {
    folder = try ResultsFolder()
    store = folder.records
  }

  private func bytes() throws -> [UInt8] { try Files.read(store.path(of: id), limit: 1 << 24) }

  @Test func everythingIsReadAsItWasPublished() throws {
    #expect(try store.publish(record, Sample.provenance, keeping: Sample.all) == .published)
    #expect(try comparable(store.read(id, weights: true)) == comparable(record))
    #expect(try store.provenance(id) == Sample.provenance)
    #expect(try store.digests(id) == RecordDigests(record))
    #expect(store.path(of: id) == "\(folder.path)/cells/\(id.hex.prefix(2))/\(id).h5")
    #expect(try store.contains(id))
    #expect(try store.ids() == [id])
    try store.check(id)
    #expect(try store.hasDiverged(id, keeping: Sample.all) == false)
    #expect(try Files.list("\(folder.path)/work") == [])
    let light = try store.read(id, weights: false)
    #expect(light.finalWeights.isEmpty && light.bestWeights.isEmpty)
    #expect(light.curves.count == 4)
  }

  @Test(arguments: [4, nil]) func aDivergedCellIsReadAsItWasPublished(step: Int?) throws {
    let record = Sample.diverged(step: step)
    try store.publish(record, Sample.provenance, keeping: RecordOptions())
    #expect(try comparable(store.read(id, weights: true)) == comparable(record))
    #expect(try store.digests(id).weights == "-")
    #expect(try store.holds(id, Sample.all), "there is nothing more to keep")
    #expect(try store.hasDiverged(id, keeping: Sample.all) == true)
    try store.check(id)
  }

  @Test func theSameRecordGivesTheSameBytes() throws {
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    let other = try ResultsFolder()
    try other.records.publish(record, Sample.provenance, keeping: Sample.all)
    #expect(try Files.read(other.records.path(of: id), limit: 1 << 24) == bytes())
  }

  @Test func everyChangedByteIsFound() throws {
    let none = RecordOptions(finalWeights: false, bestWeights: false, optimizerState: false)
    try store.publish(Sample.diverged(), Provenance(facts: [:]), keeping: none)
    let good = try bytes()
    let file = try #require(FileHandle(forUpdatingAtPath: store.path(of: id)))
    func set(_ index: Int, _ byte: UInt8) throws {
      try file.seek(toOffset: UInt64(index))
      try file.write(contentsOf: Data([byte]))
    }
    var missed: [Int] = []
    for index in good.indices {
      try set(index, good[index] ^ (UInt8(1) << UInt8(index % 8)))
      do {
        try store.check(id)
        missed.append(index)
      } catch is RecordError {
        try set(index, good[index])
      }
    }
    #expect(missed == [])
    try store.check(id)
  }

  @Test func aTruncatedOrLengthenedFileIsNoRecord() throws {
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    let (good, path) = (try bytes(), store.path(of: id))
    for bad in [[], Array(good.prefix(100)), Array(good.dropLast()), good + [0]] {
      try Data(bad).write(to: URL(fileURLWithPath: path))
      #expect(try store.contains(id) == false)
      #expect(throws: RecordError.self) { try store.check(id) }
      #expect(throws: RecordError.self) { try store.read(id, weights: false) }
    }
  }

  @Test func aRecordUnderAnotherIdIsFound() throws {
    let other = Sample.cell(seed: 1).id
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    try Files.makeFolder(Files.folder(of: store.path(of: other)))
    try Files.createExclusively(store.path(of: other), try bytes())
    #expect(try store.contains(other) == false)
    let error = #expect(throws: RecordError.self) { try store.check(other) }
    #expect(error?.description.contains("it is the record     of cell \(id)") == true)
  }

  @Test func anotherFormatVersionIsNamed() throws {
    try store.publish(record, Sample.provenance, keeping: Sample.all)
    var other = try bytes()
    other[15] = UInt8(ascii: "7")
    try Data(other).write(to: URL(fileURLWithPath: store.path(of: id)))
    let expected = RecordError.otherVersion(path: store.path(of: id), found: 7)
    #expect(throws: expected) { try store.contains(id) }
    #expect(throws: expected) { try store.check(id) }
    #expect(throws: expected) {
      try store.publish(record, Sample.provenance, keeping: Sample.all)
    }
    #expect(try bytes() == other, "it is left as it is")
    #expect(expected.description.contains("is of format version 7 and this inertia reads"))
  }

  @Test func whatIsNotThereIsSaid() throws {
    #expect(try store.ids() == [])
    #expect(try store.contains(id) == false)
    #expect(try store.hasDiverged(id, keeping: RecordOptions()) == nil)
    #expect(throws: RecordError.missing(path: store.path(of: id))) {
      try store.read(id, weights: true)
    }
  }

  @Test func digestsCoverWhatTheyShould() {
    let digests = RecordDigests(record)
    var other = record
    other.curves[3].values[0] = 9
    #expect(RecordDigests(other) == digests, "seconds are not results")
    other.curves[0].values[2] = -.nan
    #expect(RecordDigests(other) == digests, "a NaN is a NaN")
    other.curves[0].values[0] += 1e-15
    #expect(RecordDigests(other).metrics != digests.metrics)
    #expect(RecordDigests(other).weights == digests.weights)
    other = record
    other.finalWeights[0].values[1] = 0
    #expect(RecordDigests(other).weights != digests.weights, "−0 is not 0")
    other = record
    other.finalWeights[0].shape = [1, 2, 1, 1]
    #expect(RecordDigests(other).weights != digests.weights)
    other = record
    other.testCorrectBest[0] = 0
    #expect(RecordDigests(other).metrics != digests.metrics)
    #expect(RecordDigests(Sample.diverged()) != RecordDigests(Sample.diverged(step: nil)))
  }

  /// The digests of a record with one tensor and one curve, computed by hand in Python.
  @Test func digestsAreAsDocumented() {
    var small = record
    small.finalWeights = [Tensor(name: "fc.bias", shape: [2], values: [1, -2])]
    small.curves = [
      Curve(name: "test_error", unit: "1", meaning: "", values: [0.5, .nan]),
      Curve(name: "seconds", unit: "s", meaning: "", values: [1, 1]),
    ]
    let digests = RecordDigests(small)
    #expect(
      digests.weights
        == "eb57b8e8b0abc1a6d44f175483c26d3fc7648ef0b1e167cfb13d1ea4aa1d1f97"
    )
    #expect(
      digests.metrics
        == "96b9015c590a66708ecb64aa0b52f8f07d466fa5ded0ae0db665327c0473196f"
    )
  }
}
