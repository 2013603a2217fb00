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

  /// The ids that have a file in the place of a measurement, sorted; nothing is read.
  public func ids() throws(StorageError) -> [Cell.ID] {
    try filedIDs(in: "\(resultsFolder)/measurements")
  }

  /// A measurement, checked against its block, its id and its digest.
  ///
  /// - Throws: ``RecordError`` and `StorageError`.
  public func stored(_ id: Cell.ID) throws -> StoredMeasurement {
    let path = path(of: id)
    let (_, bytes) = try wholeFile(path, .measurement, id)
    do {
      let root = try HDF5File(image: bytes, name: path).root()
      let measurements = try root.readMeasurements()
      let attributes = try root.attributes()
      guard measurements.count == 1 else { throw otherContent(path) }
      let stored = StoredMeasurement(
        task: try attributes.text("task"), cell: try attributes.text("cell"), measurements[0],
        try provenance(in: root))
      guard stored.id == id, try attributes.text("measurements_sha256") == stored.sha256 else {
        throw otherContent(path)
      }
      return stored
    } catch let error as HDF5Error {
      throw RecordError.damaged(path: path, reason: "\(error)")
    }
  }

  /// The measurement that a task gave, checked as ``stored(_:)`` does.
  ///
  /// - Throws: ``RecordError`` and `StorageError`.
  public func read(_ task: MeasurementTask) throws -> Measurement {
    let stored = try stored(task.id)
    guard stored.task == task.canonicalJSON, stored.cell == task.cell.canonicalJSON else {
      throw otherContent(path(of: task.id))
    }
    return stored.measurement
  }

  /// Publishes a measurement that was just made, as ``publish(_:)`` does.
  @discardableResult
  public func publish(
    _ measurement: Measurement, of task: MeasurementTask, _ provenance: Provenance
  ) throws -> Publication {
    try publish(StoredMeasurement(task, measurement, provenance))
  }

  /// Publishes a measurement, synchronized, without ever replacing another result; a damaged one is moved aside.
  ///
  /// - Throws: ``RecordError/differs(id:path:parts:host:otherHost:)`` if there is one with other numbers.
  @discardableResult
  public func publish(_ stored: StoredMeasurement) throws -> Publication {
    let path = path(of: stored.id)
    let work = "\(resultsFolder)/work"
    let bytes = try bytes(of: stored)
    try Files.makeFolder(work)
    try Files.makeFolder(Files.folder(of: path))
    while true {
      let temporary = try Files.writeTemporary(bytes, for: path, in: work)
      if try Files.publish(temporary, as: path) == .published { return .published }
      do {
        let existing = try self.stored(stored.id)
        guard existing.sha256 == stored.sha256 else {
          throw RecordError.differs(
            id: stored.cellID, path: path, parts: ["measurements"], host: stored.provenance.host,
            otherHost: existing.provenance.host)
        }
        return .alreadyThere
      } catch RecordError.damaged {
        try clear(path)
      } catch RecordError.missing {
        // Another process has just moved it aside.
      }
    }
  }

  /// Moves a damaged file aside, unless another process just did.
  private func clear(_ path: String) throws(StorageError) {
    do throws(StorageError) {
      _ = try moveAside(path)
    } catch {
      guard error.isNotFound else { throw error }
    }
  }

  private func otherContent(_ path: String) -> RecordError {
    .damaged(path: path, reason: "it is of other content")
  }

  private func provenance(in root: borrowing HDF5Group) throws(HDF5Error) -> Provenance {
    let attributes = try root.group("provenance").attributes()
    var facts: [String: String] = [:]
    for name in try attributes.names { facts[name] = try attributes.text(name) }
    return Provenance(facts: facts)
  }

  private func bytes(of stored: StoredMeasurement) throws(HDF5Error) -> [UInt8] {
    let file = try HDF5File(inMemoryWithUserBlock: FileBlock.size)
    try write(stored, to: try file.root())
    let image = try file.image()
    try file.close()
    return FileBlock.file(.measurement, stored.id, image: image)
  }

  private func write(
    _ stored: StoredMeasurement, to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    let attributes = try root.attributes()
    try attributes.write(stored.id.hex, "id")
    try attributes.write(stored.task, "task")
    try attributes.write(stored.cell, "cell")
    try attributes.write(stored.sha256, "measurements_sha256")
    try root.write(measurements: [stored.measurement])
    let facts = try root.createGroup("provenance").attributes()
    for (name, value) in stored.provenance.facts.sorted(by: { $0.key < $1.key }) {
      try facts.write(value, name)
    }
  }
}
