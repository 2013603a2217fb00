import Foundation
import Records
import Studies
import Testing

@Suite struct MeasurementStoreTests {
  private let folder: ResultsFolder
  private let task = MeasurementTask(
    cell: Sample.cell(), epoch: 3, kind: .hessian(HessianSettings(top: 2, samples: 8, epochs: [])))
  private let measurement = Measurement(
    name: "hessian_epoch_3", facts: ["batch_norm": "evaluation", "numbers": "float64"],
    dimensions: [
      .init(name: "rank", meaning: "rank", coordinates: [1, 2]),
      .init(name: "batch", meaning: "images", coordinates: [1, 10, 100]),
    ],
    variables: [
      .init(name: "loss", meaning: "mean loss", values: [0.5]),
      .init(
        name: "matrix", unit: "s", meaning: "numbers", dimensions: ["rank", "batch"],
        values: [1, 2, 3, 4, .infinity, -6]),
    ])

  init() throws { folder = try ResultsFolder() }

  private var store: MeasurementStore { MeasurementStore(resultsFolder: folder.path) }

  @Test func readsWhatWasPublished() throws {
    #expect(try !store.contains(task.id))
    try store.publish(measurement, of: task, Provenance(facts: ["host": "here"]))
    #expect(try store.contains(task.id))
    let found = try store.read(task)
    #expect(found == measurement)
    // Again, with the same numbers, is no error.
    try store.publish(measurement, of: task, Provenance(facts: ["host": "there"]))
  }

  @Test func otherNumbersAreRefused() throws {
    try store.publish(measurement, of: task, Provenance(facts: [:]))
    var other = measurement
    other.variables[0].values = [0.25]
    #expect(throws: RecordError.self) {
      try store.publish(other, of: task, Provenance(facts: [:]))
    }
    let found = try store.read(task)
    #expect(found == measurement)
  }

  @Test func damageIsFoundAndMadeGood() throws {
    try store.publish(measurement, of: task, Provenance(facts: [:]))
    let path = store.path(of: task.id)
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: path))
    #expect(throws: RecordError.self) { try store.read(task) }
    try store.publish(measurement, of: task, Provenance(facts: [:]))
    let found = try store.read(task)
    #expect(found == measurement)
    #expect(FileManager.default.fileExists(atPath: "\(path).damaged-1"))
  }

  /// Names, facts and numbers count; words do not.
  @Test func digestIsOfWhatWasMeasured() {
    let digest = RecordDigests.measurements([measurement])
    var other = measurement
    other.variables[0].meaning = "another word"
    #expect(RecordDigests.measurements([other]) == digest)
    other.facts["batch_norm"] = "training"
    #expect(RecordDigests.measurements([other]) != digest)
  }

  @Test func idsDependOnWhatIsAsked() {
    var other = task
    other.epoch = 2
    #expect(other.id != task.id)
    var settings = HessianSettings(top: 2, samples: 8, epochs: [])
    settings.usesBatchStatistics = true
    #expect(MeasurementTask(cell: task.cell, epoch: 3, kind: .hessian(settings)).id != task.id)
  }

  /// A whole file under the name of another measurement is not that one.
  @Test func aFileUnderAnotherNameIsRefused() throws {
    try store.publish(measurement, of: task, Provenance(facts: [:]))
    var other = task
    other.epoch = 2
    let path = store.path(of: other.id)
    try FileManager.default.createDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: store.path(of: task.id), toPath: path)
    let ids = try store.ids()
    #expect(ids == [task.id, other.id].sorted())
    #expect(throws: RecordError.self) { try store.stored(other.id) }
  }

  @Test func aMeasurementGoesFromOneFolderToAnother() throws {
    try store.publish(measurement, of: task, Provenance(facts: ["host": "here"]))
    let second = try ResultsFolder()
    let other = MeasurementStore(resultsFolder: second.path)
    let stored = try store.stored(task.id)
    let publication = try other.publish(stored)
    let copy = try other.stored(task.id)
    #expect(publication == .published && copy == stored)
    #expect(copy.cellID == task.cell.id && copy.provenance.facts == ["host": "here"])
    let again = try other.publish(stored)
    #expect(again == .alreadyThere)
  }

  @Test func aListIsSortedAndReadAsItWasWritten() throws {
    let digest = RecordDigests.measurements([measurement])
    var list = MeasurementList()
    list.entries[.init(task.cell.id, "noise_epoch_0")] = digest
    list.entries[.init(task.cell.id, "hessian_epoch_3")] = digest
    let id = task.cell.id
    #expect(list.text == "\(id) hessian_epoch_3 \(digest)\n\(id) noise_epoch_0 \(digest)\n")
    let read = try MeasurementList(parsing: list.text, path: "m.txt")
    #expect(read == list)
  }

  @Test func mistakesInAListAreNamedByLine() {
    let line = "0123456789abcdef hessian_epoch_0 \(String(repeating: "a", count: 64))\n"
    for text in ["\(line)x\n", "\(line)\n", line + line, line + line.dropLast(2) + "\n"] {
      let error = #expect(throws: MeasurementListError.self) {
        try MeasurementList(parsing: text, path: "m.txt")
      }
      #expect(error?.description.hasPrefix("m.txt:2: ") == true)
    }
  }
}
