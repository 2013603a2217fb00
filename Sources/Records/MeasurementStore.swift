import HDF5
import Storage
import Studies

/// The measurements of a results folder: `measurements/<first 2 hex digits>/<id>.h5`, each written once.
///
/// A record never changes: what is measured of a cell stands in a file of its own, named by what was asked. A file is a
/// ``FileBlock``, then HDF5: attributes `id`, `task` and `cell` (canonical JSON) and `measurements_sha256`;
/// `/measurements/<name>/<variable>`; `/provenance`.
public struct MeasurementStore: Hashable, Sendable {
  public let resultsFolder: String

  public init(resultsFolder: String) { self.resultsFolder = resultsFolder }

  /// Where a measurement is, or would be.
  public func path(of id: Cell.ID) -> String {
    "\(resultsFolder)/measurements/\(id.hex.prefix(2))/\(id).h5"
  }

  /// Whether there is a measurement, as far as its name, its length and its block tell; quick.
  public func contains(_ id: Cell.ID) throws -> Bool {
    let path = path(of: id)
    guard let status = try Files.status(path), !status.isFolder else { return false }
    do {
      _ = try FileBlock(
        try Files.prefix(path, count: FileBlock.size), kind: .measurement, id: id,
        fileLength: status.size, path: path)
      return true
    } catch RecordError.damaged {
      return false
    }
  }

  /// A measurement, checked against its block and its digest.
  ///
  /// - Throws: ``RecordError`` and `StorageError`.
  public func read(_ task: MeasurementTask) throws -> Measurement {
    let id = task.id
    let path = path(of: id)
    let (_, bytes) = try wholeFile(path, .measurement, id)
    do {
      let root = try HDF5File(image: bytes, name: path).root()
      let measurements = try root.readMeasurements()
      let attributes = try root.attributes()
      guard measurements.count == 1, try attributes.text("task") == task.canonicalJSON,
        try attributes.text("measurements_sha256") == RecordDigests.measurements(measurements)
      else { throw RecordError.damaged(path: path, reason: "it is of other content") }
      return measurements[0]
    } catch let error as HDF5Error {
      throw RecordError.damaged(path: path, reason: "\(error)")
    }
  }

  /// Publishes a measurement, synchronized, without ever replacing another result; a damaged one is moved aside.
  ///
  /// - Throws: ``RecordError/differs(id:path:parts:host:otherHost:)`` if there is one with other numbers.
  public func publish(
    _ measurement: Measurement, of task: MeasurementTask, _ provenance: Provenance
  ) throws {
    let path = path(of: task.id)
    let work = "\(resultsFolder)/work"
    let bytes = try bytes(of: measurement, task, provenance)
    try Files.makeFolder(work)
    try Files.makeFolder(Files.folder(of: path))
    while true {
      let temporary = try Files.writeTemporary(bytes, for: path, in: work)
      if try Files.publish(temporary, as: path) == .published { return }
      do {
        guard
          RecordDigests.measurements([try read(task)])
            == RecordDigests.measurements([measurement])
        else {
          throw RecordError.differs(
            id: task.id, path: path, parts: ["measurements"],
            host: provenance.facts["host"] ?? "an unnamed machine", otherHost: "another machine")
        }
        return
      } catch RecordError.damaged {
        _ = try moveAside(path)
      }
    }
  }

  private func bytes(
    of measurement: Measurement, _ task: MeasurementTask, _ provenance: Provenance
  ) throws(HDF5Error) -> [UInt8] {
    let file = try HDF5File(inMemoryWithUserBlock: FileBlock.size)
    try write(measurement, task, provenance, to: try file.root())
    let image = try file.image()
    try file.close()
    return FileBlock.file(.measurement, task.id, image: image)
  }

  private func write(
    _ measurement: Measurement, _ task: MeasurementTask, _ provenance: Provenance,
    to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    let attributes = try root.attributes()
    try attributes.write(task.id.hex, "id")
    try attributes.write(task.canonicalJSON, "task")
    try attributes.write(task.cell.canonicalJSON, "cell")
    try attributes.write(RecordDigests.measurements([measurement]), "measurements_sha256")
    try root.write(measurements: [measurement])
    let facts = try root.createGroup("provenance").attributes()
    for (name, value) in provenance.facts.sorted(by: { $0.key < $1.key }) {
      try facts.write(value, name)
    }
  }
}
