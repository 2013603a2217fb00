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
    // A claim need not last: a machine that loses power loses the claim's owner too.
    let temporary = try Files.writeTemporary(
      encoded(claim), for: target, in: path, lasting: false)
    return try Files.publish(temporary, as: target, lasting: false) == .published
  }

  /// Writes the claim anew, its heartbeat moved on.
  func renew(_ claim: Claim, on id: Cell.ID) throws(StorageError) {
    try Files.writeAtomically("\(path)/\(claimName(id))", encoded(claim), lasting: false)
  }

  /// Gives up the claim on a cell, if it still is this owner's.
  func release(_ id: Cell.ID, by owner: ProcessIdentity) throws(StorageError) {
    guard try claim(on: id)?.owner == owner else { return }
    try Files.remove("\(path)/\(claimName(id))")
  }

  /// Claims a cell whose claim was judged stale; `false` if somebody else was faster.
  ///
  /// Takers exclude each other by a file of their own; the stale claim is replaced only if it still is
  /// the one that was judged. A taker who died meanwhile must not lock the cell for ever, so its file is
  /// judged as claims are, under its name.
  func takeOver(
    _ id: Cell.ID, from stale: Claim?, with mine: Claim,
    judging isStale: (_ lock: Claim?, _ name: String) -> Bool
  ) throws(StorageError) -> Bool {
    let lock = "\(claimName(id)).taking"
    guard try link(mine, as: lock) else {
      if isStale(try value(Claim.self, of: lock), lock) { try Files.remove("\(path)/\(lock)") }
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
  private static let failureEnd = ".failed.json"
  private func failureName(_ id: Cell.ID) -> String { "\(id)\(Self.failureEnd)" }

  /// Where the note of a cell's failures is.
  public func failurePath(of id: Cell.ID) -> String { "\(path)/\(failureName(id))" }

  /// The cells of which there is a note, sorted.
  public func failures() throws(StorageError) -> [Cell.ID] {
    try names().filter { $0.hasSuffix(Self.failureEnd) }
      .compactMap { Cell.ID(String($0.dropLast(Self.failureEnd.count))) }.sorted()
  }

  /// What is known of a cell's failures.
  public func failure(of id: Cell.ID) throws(StorageError) -> FailureNote? {
    try value(FailureNote.self, of: failureName(id))
  }

  /// Counts one more failed attempt and returns the note that says so.
  func addFailure(
    of id: Cell.ID, reason: String, log: [String], isCertain: Bool
  ) throws(StorageError) -> FailureNote {
    let attempts = try failure(of: id)?.attempts ?? 0
    let note = FailureNote(
      attempts: attempts + 1, reason: reason, log: log, isCertain: isCertain ? true : nil)
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
  /// What killed processes left that serves nobody, by name, and why each is of no use.
  ///
  /// These are temporary files and claims of processes that have ended, and the checkpoints and notes of cells
  /// that nobody works on and of which `isFinished` says that their record is there.
  public func leftovers(
    isFinished: (Cell.ID) throws -> Bool, seenBy owner: ProcessIdentity = .current
  ) throws -> [(name: String, reason: String)] {
    let names = try names()
    guard !names.isEmpty else { return [] }
    var leftovers = try Files.abandonedTemporaries(in: path, olderThan: 86400)
      .map { (name: $0, reason: "a file that was being written") }
    var claimed: Set<String> = []
    for name in names where name.hasSuffix(".claim") || name.hasSuffix(".taking") {
      if try value(Claim.self, of: name)?.owner.life(seenBy: owner) == .dead {
        leftovers.append((name, "a claim whose owner has ended"))
      } else {
        claimed.insert(String(name.prefix { $0 != "." }))
      }
    }
    for name in names where name.hasSuffix(".checkpoint") || name.hasSuffix(".failed.json") {
      let hex = String(name.prefix { $0 != "." })
      if let id = Cell.ID(hex), !claimed.contains(hex), try isFinished(id) {
        leftovers.append((name, "of a cell that is finished"))
      }
    }
    return leftovers
  }

  /// Removes the leftovers.
  func clean(isFinished: (Cell.ID) throws -> Bool) throws {
    for (name, _) in try leftovers(isFinished: isFinished) { try Files.remove("\(path)/\(name)") }
  }
}
