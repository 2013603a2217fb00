import FoundationEssentials
import Storage
import Studies

/// The folder of unfinished work, `results/work`: claims and failure notes.
///
/// Reading never makes the folder, so that a look at a results folder changes nothing.
public struct WorkFolder: Sendable {
  public let path: String

  public init(resultsFolder: String) { path = "\(resultsFolder)/work" }

  /// - Throws: `StorageError` if it cannot be made.
  public func make() throws(StorageError) { try Files.makeFolder(path) }

  /// The names in it; none if there is no such folder.
  func names() throws(StorageError) -> [String] {
    do throws(StorageError) {
      return try Files.list(path)
    } catch {
      if error.isNotFound { return [] }
      throw error
    }
  }

  // Claims are small; a longer file is none.
  private static let limit = 1 << 20

  /// The value of a JSON file; `nil` if there is none or if it holds something else.
  private func value<Value: Decodable>(_ type: Value.Type, of name: String) throws(StorageError)
    -> Value?
  {
    let bytes: [UInt8]
    do throws(StorageError) {
      bytes = try Files.read("\(path)/\(name)", limit: Self.limit)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      // A file cut short by a crash says as little as none.
      return nil
    }
  }

  private func encoded(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("claims and notes hold only text and whole numbers: \(error)")
    }
  }
}

// MARK: - Claims

extension WorkFolder {
  func claimName(_ id: Cell.ID) -> String { "\(id).claim" }

  /// The claim on a cell, if there is one that can be read.
  public func claim(on id: Cell.ID) throws(StorageError) -> Claim? {
    try value(Claim.self, of: claimName(id))
  }

  /// Claims a cell; `false` if somebody holds a claim on it.
  ///
  /// The claim appears whole: it is written under another name and linked, which never replaces.
  func create(_ claim: Claim, on id: Cell.ID) throws(StorageError) -> Bool {
    try link(claim, as: claimName(id))
  }

  private func link(_ claim: Claim, as name: String) throws(StorageError) -> Bool {
    let target = "\(path)/\(name)"
    if try Files.status(target) != nil { return false }
    let temporary = try Files.writeTemporary(encoded(claim), for: target, in: path)
    return try Files.publish(temporary, as: target) == .published
  }

  /// Writes the claim anew, its heartbeat moved on.
  func renew(_ claim: Claim, on id: Cell.ID) throws(StorageError) {
    try Files.writeAtomically("\(path)/\(claimName(id))", encoded(claim))
  }

  /// Gives up the claim on a cell, if it still is this owner's.
  func release(_ id: Cell.ID, by owner: ProcessIdentity) throws(StorageError) {
    guard try claim(on: id)?.owner == owner else { return }
    try Files.remove("\(path)/\(claimName(id))")
  }

  /// Claims a cell whose claim was judged stale; `false` if somebody else was faster.
  ///
  /// Takers exclude each other by a file of their own; the stale claim is replaced only if it still is
  /// the one that was judged.
  func takeOver(
    _ id: Cell.ID, from stale: Claim?, with mine: Claim
  ) throws(StorageError) -> Bool {
    let lock = "\(claimName(id)).taking"
    guard try link(mine, as: lock) else {
      // One who died while taking over must not lock the cell for ever.
      if try value(Claim.self, of: lock)?.owner.life(seenBy: mine.owner) == .dead {
        try Files.remove("\(path)/\(lock)")
      }
      return false
    }
    let isUnchanged = try claim(on: id) == stale
    if isUnchanged { try renew(mine, on: id) }
    try Files.remove("\(path)/\(lock)")
    return isUnchanged
  }
}

// MARK: - Failures

extension WorkFolder {
  private func failureName(_ id: Cell.ID) -> String { "\(id).failed.json" }

  /// What is known of a cell's failures.
  public func failure(of id: Cell.ID) throws(StorageError) -> FailureNote? {
    try value(FailureNote.self, of: failureName(id))
  }

  /// Counts one more failed attempt and returns the note that says so.
  func addFailure(
    of id: Cell.ID, reason: String, log: [String]
  ) throws(StorageError) -> FailureNote {
    let attempts = try failure(of: id)?.attempts ?? 0
    let note = FailureNote(attempts: attempts + 1, reason: reason, log: log)
    try Files.writeAtomically("\(path)/\(failureName(id))", encoded(note))
    return note
  }

  /// Forgets that a cell failed.
  public func forgetFailure(of id: Cell.ID) throws(StorageError) {
    try Files.remove("\(path)/\(failureName(id))")
  }
}

// MARK: - Cleaning

extension WorkFolder {
  /// Removes what processes of this machine left that are dead: their claims, and temporary files that
  /// are older than any write takes.
  func clean(as owner: ProcessIdentity) throws(StorageError) {
    for name in try names() where name.hasSuffix(".claim") || name.hasSuffix(".taking") {
      guard let claim = try value(Claim.self, of: name) else { continue }
      if claim.owner.life(seenBy: owner) == .dead { try Files.remove("\(path)/\(name)") }
    }
    _ = try Files.removeTemporaries(in: path, olderThan: 3600)
  }
}
