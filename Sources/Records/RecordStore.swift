import Storage
import Studies

/// The records of a results folder: `cells/<first 2 hex digits>/<id>.h5`, each written once.
public struct RecordStore: Hashable, Sendable {
  public let resultsFolder: String

  public init(resultsFolder: String) { self.resultsFolder = resultsFolder }

  /// Where the record of a cell is, or would be.
  public func path(of id: Cell.ID) -> String { "\(folder(of: id))/\(id).h5" }

  func folder(of id: Cell.ID) -> String { "\(resultsFolder)/cells/\(id.hex.prefix(2))" }

  /// Where files are that are not yet, or no longer, records.
  public var workFolder: String { "\(resultsFolder)/work" }

  /// The cells that have a file in the place of their record, sorted; nothing is read.
  public func ids() throws(StorageError) -> [Cell.ID] {
    try filedIDs(in: "\(resultsFolder)/cells")
  }

  /// The files in the folders of records that are not records in their place, sorted: what was set aside, what
  /// was put there by somebody else.
  public func strangers() throws(StorageError) -> [String] {
    let cells = "\(resultsFolder)/cells"
    guard try Files.status(cells) != nil else { return [] }
    var strangers: [String] = []
    for folder in try Files.list(cells) {
      let path = "\(cells)/\(folder)"
      guard try Files.status(path)?.isFolder == true else {
        strangers.append(path)
        continue
      }
      for name in try Files.list(path) {
        let id = name.hasSuffix(".h5") ? Cell.ID(String(name.dropLast(3))) : nil
        if id?.hex.prefix(2) != folder[...] { strangers.append("\(path)/\(name)") }
      }
    }
    return strangers
  }

  /// Whether there is a record, as far as its name, its length and its block tell; quick.
  ///
  /// - Throws: ``RecordError/otherVersion(path:found:)``, and ``StorageError``. A damaged record counts
  ///   as none.
  public func contains(_ id: Cell.ID) throws -> Bool { try block(of: id) != nil }

  /// Whether there is a record that keeps what these options ask, told as ``contains(_:)`` does.
  public func holds(_ id: Cell.ID, _ options: RecordOptions) throws -> Bool {
    try hasDiverged(id, keeping: options) != nil
  }

  /// Whether the run of a record that keeps what these options ask diverged, told as ``contains(_:)`` does;
  /// `nil` if there is no such record.
  public func hasDiverged(_ id: Cell.ID, keeping options: RecordOptions) throws -> Bool? {
    guard let block = try block(of: id), block.keeps.satisfies(options) else { return nil }
    return block.ending == .diverged
  }

  /// The SHA-256 of a record as its block says, 64 hex digits; `nil` if there is no record.
  func fingerprint(of id: Cell.ID) throws -> String? { try block(of: id)?.sha256 }

  /// Reads a whole record, after checking it against its block.
  ///
  /// - Parameter weights: whether to read the weights and optimizer state it keeps.
  /// - Throws: ``RecordError`` and ``StorageError``.
  public func stored(_ id: Cell.ID, weights: Bool) throws -> StoredRecord {
    let path = path(of: id)
    let (block, bytes) = try wholeFile(path, .record, id)
    return try RecordFile.read(bytes, block, path: path, weights: weights)
  }

  /// Reads a record as ``stored(_:weights:)`` does.
  public func read(_ id: Cell.ID, weights: Bool) throws -> CellRecord {
    try stored(id, weights: weights).record
  }

  /// Where and when a record was made.
  public func provenance(_ id: Cell.ID) throws -> Provenance {
    try stored(id, weights: false).provenance
  }

  /// The digests in a record.
  public func digests(_ id: Cell.ID) throws -> RecordDigests {
    try stored(id, weights: false).digests
  }

  /// Checks all there is to check: the bytes, the id, and the digests as far as what they are over is kept.
  ///
  /// - Returns: its digests.
  /// - Throws: ``RecordError`` and ``StorageError``.
  @discardableResult
  public func check(_ id: Cell.ID) throws -> RecordDigests {
    let stored = try stored(id, weights: true)
    let (record, digests) = (stored.record, stored.digests)
    var mistaken: [String] = []
    if RecordDigests.metrics(of: record) != digests.metrics { mistaken.append("metrics_sha256") }
    if stored.keeps.finalWeights || record.outcome != .completed,
      RecordDigests.weights(of: record) != digests.weights
    {
      mistaken.append("weights_sha256")
    }
    guard mistaken.isEmpty else {
      throw RecordError.damaged(
        path: path(of: id), reason: "\(mistaken.joined(separator: " and ")) is of other content")
    }
    return digests
  }

  /// Gives the file in the place of a record the name `<id>.h5.damaged-<n>`; returns its new path.
  @discardableResult
  public func moveAside(_ id: Cell.ID) throws(StorageError) -> String {
    try Records.moveAside(path(of: id))
  }

  /// The block of a record, or `nil` if there is none that agrees with its file.
  private func block(of id: Cell.ID) throws -> FileBlock? {
    let path = path(of: id)
    guard let status = try Files.status(path), !status.isFolder else { return nil }
    do {
      return try FileBlock(
        try Files.prefix(path, count: FileBlock.size), kind: .record, id: id,
        fileLength: status.size, path: path)
    } catch RecordError.damaged {
      return nil
    }
  }
}

/// The ids of the files `<first 2 hex digits>/<id>.h5` in a folder, sorted; nothing is read.
func filedIDs(in root: String) throws(StorageError) -> [Cell.ID] {
  guard try Files.status(root) != nil else { return [] }
  var ids: [Cell.ID] = []
  for folder in try Files.list(root) where folder.utf8.count == 2 {
    guard try Files.status("\(root)/\(folder)")?.isFolder == true else { continue }
    for name in try Files.list("\(root)/\(folder)") where name.hasSuffix(".h5") {
      if let id = Cell.ID(String(name.dropLast(3))), id.hex.hasPrefix(folder) { ids.append(id) }
    }
  }
  return ids.sorted()
}

/// The block and all bytes of a file, once they agree.
func wholeFile(
  _ path: String, _ kind: FileBlock.Kind, _ id: Cell.ID
) throws -> (FileBlock, [UInt8]) {
  guard let status = try Files.status(path) else { throw RecordError.missing(path: path) }
  _ = try FileBlock(
    try Files.prefix(path, count: FileBlock.size), kind: kind, id: id, fileLength: status.size,
    path: path)
  // The file may have been replaced by another good one since its block was read, by a longer one too.
  let bytes: [UInt8]
  do throws(StorageError) {
    bytes = try Files.read(path, limit: status.size)
  } catch {
    guard error.isTooLong else { throw error }
    return try wholeFile(path, kind, id)
  }
  let block = try FileBlock(bytes, kind: kind, id: id, fileLength: bytes.count, path: path)
  try block.check(bytes, path: path)
  return (block, bytes)
}

/// Gives a damaged file the first free name `<name>.damaged-<n>`: nothing is ever deleted.
func moveAside(_ path: String) throws(StorageError) -> String {
  var number = 1
  while true {
    let aside = "\(path).damaged-\(number)"
    if try Files.move(path, to: aside) == .published { return aside }
    number += 1
  }
}
