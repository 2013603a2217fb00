import Dispatch
import Glibc
import Synchronization

/// A trial of a file system: whether it does what results folders rely on.
///
/// The trial works in a folder of its own inside the one it is given, and removes it.
public struct FileSystemCheck: Sendable {
  /// Something relied on, and what the file system made of it.
  public struct Finding: Hashable, Sendable {
    public let name: String
    /// What was found instead; `nil` if it is as it should be.
    public let problem: String?
  }

  private let folder: String

  /// Tries the file system of a folder.
  ///
  /// - Throws: ``StorageError`` if nothing can be made in it.
  public static func findings(in folder: String) throws(StorageError) -> [Finding] {
    let path = Files.temporaryPath(for: "doctor", in: folder)
    try Files.makeFolder(path)
    let check = FileSystemCheck(folder: path)
    let findings = check.findings()
    for name in try Files.list(path) { try Files.remove("\(path)/\(name)") }
    try SystemCall.removeFolder(path)
    return findings
  }

  private func findings() -> [Finding] {
    [
      finding("a new file excludes another of its name", exclusiveCreation),
      finding("of eight that link to one name, one succeeds", linkRace),
      finding("a link is the same file and never replaces", link),
      finding("a rename replaces as a whole", rename),
      finding("files and folders can be synchronized", synchronization),
      finding("a removed file is gone", removal),
      finding("the file system's clock is this machine's", clock),
    ]
  }

  private func finding(
    _ name: String, _ trial: () throws(StorageError) -> String?
  ) -> Finding {
    do throws(StorageError) {
      return Finding(name: name, problem: try trial())
    } catch {
      return Finding(name: name, problem: error.description)
    }
  }

  private func exclusiveCreation() throws(StorageError) -> String? {
    try Files.createExclusively("\(folder)/exclusive", [1])
    do throws(StorageError) {
      try Files.createExclusively("\(folder)/exclusive", [2])
      return "the second was made as well"
    } catch {
      guard error.isAlreadyThere else { throw error }
      return try Files.read("\(folder)/exclusive", limit: 9) == [1] ? nil : "the first was changed"
    }
  }

  private func linkRace() throws(StorageError) -> String? {
    for round in 0..<20 {
      let winners = Atomic<Int>(0)
      let failures = Mutex<[StorageError]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { index in
        do throws(StorageError) {
          let target = "\(folder)/race-\(round)"
          let mine = try Files.writeTemporary([UInt8(index)], for: target, in: folder)
          if try Files.publish(mine, as: target) == .published {
            winners.add(1, ordering: .relaxed)
          }
        } catch {
          failures.withLock { $0.append(error) }
        }
      }
      if let failure = failures.withLock({ $0.first }) { throw failure }
      let count = winners.load(ordering: .relaxed)
      if count != 1 { return "\(count) succeeded" }
    }
    return nil
  }

  private func link() throws(StorageError) -> String? {
    try Files.createExclusively("\(folder)/one", [1])
    try Files.createExclusively("\(folder)/two", [2])
    do throws(StorageError) {
      try SystemCall.link("\(folder)/one", as: "\(folder)/two")
      return "it replaced a file"
    } catch {
      guard error.isAlreadyThere else { throw error }
    }
    try SystemCall.link("\(folder)/one", as: "\(folder)/three")
    let (one, three) = (try Files.status("\(folder)/one"), try Files.status("\(folder)/three"))
    guard let one, let three, one.isSameFile(as: three) else { return "it is another file" }
    return nil
  }

  private func rename() throws(StorageError) -> String? {
    for value in 1...2 as ClosedRange<UInt8> {
      try Files.writeAtomically("\(folder)/renamed", [value])
      guard try Files.read("\(folder)/renamed", limit: 9) == [value] else {
        return "another content was there"
      }
    }
    return nil
  }

  private func synchronization() throws(StorageError) -> String? {
    try Files.createExclusively("\(folder)/synchronized", [1])
    try Files.synchronizeFolder(folder)
    return nil
  }

  private func removal() throws(StorageError) -> String? {
    try Files.createExclusively("\(folder)/removed", [1])
    try Files.remove("\(folder)/removed")
    return try Files.list(folder).contains("removed") ? "its name is still listed" : nil
  }

  private func clock() throws(StorageError) -> String? {
    try Files.createExclusively("\(folder)/stamp", [1])
    guard let stamp = try Files.status("\(folder)/stamp")?.modified else { return "no file" }
    let seconds = Int(abs(stamp - SystemCall.now()))
    return seconds > 60 ? "they differ by \(seconds) s" : nil
  }
}
