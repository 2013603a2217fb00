import Storage
import Studies

extension RecordStore {
  /// Publishes a record that was just made.
  ///
  /// - Throws: as ``publish(_:)``.
  @discardableResult
  public func publish(
    _ record: CellRecord, _ provenance: Provenance, keeping options: RecordOptions
  ) throws -> Publication {
    try publish(StoredRecord(record, provenance, keeping: options))
  }

  /// Publishes a record under its cell's id, synchronized, without ever replacing another result.
  ///
  /// If the cell has a record with the same digests, that one stays; if it lacks weights that the new one
  /// keeps, both together take its place. A damaged one is moved aside.
  ///
  /// - Throws: ``RecordError/differs(id:path:parts:host:otherHost:)`` if the cell has a record with
  ///   other digests, ``RecordError/otherVersion(path:found:)``, and ``StorageError``.
  @discardableResult
  public func publish(_ stored: StoredRecord) throws -> Publication {
    let id = stored.record.cell.id
    let path = path(of: id)
    let bytes = try RecordFile.bytes(stored)
    try Files.makeFolder(workFolder)
    try Files.makeFolder(folder(of: id))
    while true {
      let temporary = try Files.writeTemporary(bytes, for: path, in: workFolder)
      if try Files.publish(temporary, as: path) == .published { return .published }
      do {
        try complete(try self.stored(id, weights: true), with: stored)
        return .alreadyThere
      } catch RecordError.damaged {
        try clear(id)
      } catch RecordError.missing {
        // Another process has just moved it aside.
      }
    }
  }

  /// Moves a damaged record aside, unless another process just did.
  private func clear(_ id: Cell.ID) throws(StorageError) {
    do throws(StorageError) {
      try moveAside(id)
    } catch {
      guard error.isNotFound else { throw error }
    }
  }

  /// Compares the record there is with another of its cell, and adds what it does not keep.
  private func complete(_ existing: StoredRecord, with new: StoredRecord) throws {
    let id = existing.record.cell.id
    var parts: [String] = []
    if existing.digests.weights != new.digests.weights { parts.append("weights") }
    if existing.digests.metrics != new.digests.metrics { parts.append("metrics") }
    guard parts.isEmpty else {
      throw RecordError.differs(
        id: id, path: path(of: id), parts: parts, host: new.provenance.host,
        otherHost: existing.provenance.host)
    }
    if !existing.keeps.satisfies(new.keeps) {
      try Files.writeAtomically(
        path(of: id), try RecordFile.bytes(existing.adding(new)), through: workFolder)
    }
  }
}

extension Provenance {
  /// The machine's name, for messages.
  var host: String { facts["host"] ?? "an unnamed machine" }
}
