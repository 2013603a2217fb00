import Glibc

/// What became of a file that was to be published.
public enum Publication: Hashable, Sendable {
  case published
  /// The name was taken; the file there is untouched and the new one removed.
  case alreadyThere
}

extension Files {
  /// Makes a file that must not exist yet; of several processes that try, one succeeds.
  ///
  /// - Throws: ``StorageError``, with ``StorageError/isAlreadyThere`` if the path exists.
  public static func createExclusively(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
    try create(path, bytes)
    do throws(StorageError) {
      try synchronizeFolder(folder(of: path))
    } catch {
      discard(path)
      throw error
    }
  }

  /// Gives a file this content, or leaves what was there: no reader ever sees a part of it.
  ///
  /// - Parameter folder: where the temporary file is, on the file system of `path`; beside it if `nil`.
  public static func writeAtomically(
    _ path: String, _ bytes: [UInt8], through folder: String? = nil, lasting isLasting: Bool = true
  ) throws(StorageError) {
    let temporary = try writeTemporary(
      bytes, for: path, in: folder ?? self.folder(of: path), lasting: isLasting)
    do throws(StorageError) {
      try SystemCall.rename(temporary, to: path)
    } catch {
      discard(temporary)
      throw error
    }
    if isLasting { try synchronizeFolder(self.folder(of: path)) }
  }

  /// Writes and synchronizes a temporary file that is to become `path`, and returns its path.
  ///
  /// It is in `folder`, on the file system of `path`, and named after it. What need not outlast a power cut,
  /// such as a claim, which its owner does not outlast either, is not synchronized.
  public static func writeTemporary(
    _ bytes: [UInt8], for path: String, in folder: String, lasting isLasting: Bool = true
  ) throws(StorageError) -> String {
    let temporary = temporaryPath(for: path, in: folder)
    try create(temporary, bytes, lasting: isLasting)
    return temporary
  }

  /// A path in `folder` that no other file has, for the temporary file that is to become `path`.
  public static func temporaryPath(for path: String, in folder: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? "file"
    return "\(folder)/\(TemporaryName.drawn(for: name))"
  }

  /// Gives a synchronized temporary file its name, if that is free, by `link`, which never replaces.
  ///
  /// The temporary name is gone afterwards, whatever happened.
  public static func publish(
    _ temporary: String, as path: String, lasting isLasting: Bool = true
  ) throws(StorageError) -> Publication {
    let publication: Publication
    do throws(StorageError) {
      publication = try link(temporary, as: path)
    } catch {
      discard(temporary)
      throw error
    }
    // A record that has its name counts, so it is made to last before anything else can fail.
    if publication == .published, isLasting { try synchronizeFolder(folder(of: path)) }
    try remove(temporary)
    return publication
  }

  /// Gives a file another name in the same folder if that is free; nothing is ever replaced.
  public static func move(
    _ path: String, to other: String
  ) throws(StorageError) -> Publication {
    let publication = try link(path, as: other)
    if publication == .published {
      try remove(path)
      try synchronizeFolder(folder(of: other))
    }
    return publication
  }

  /// The temporary files in a folder whose writer is known to have ended, or that were last written more than
  /// `age` seconds ago: what killed processes left.
  public static func abandonedTemporaries(
    in folder: String, olderThan age: Double
  ) throws(StorageError) -> [String] {
    let limit = SystemCall.now() - age
    var abandoned: [String] = []
    for name in try list(folder) where name.hasSuffix(TemporaryName.suffix) {
      guard let status = try status("\(folder)/\(name)"), !status.isFolder else { continue }
      if TemporaryName(name)?.isAbandoned == true || status.modified < limit {
        abandoned.append(name)
      }
    }
    return abandoned
  }

  /// Removes the temporary files that ``abandonedTemporaries(in:olderThan:)`` finds; returns their names.
  @discardableResult
  public static func removeTemporaries(
    in folder: String, olderThan age: Double = 86400
  ) throws(StorageError) -> [String] {
    var removed: [String] = []
    for name in try abandonedTemporaries(in: folder, olderThan: age)
    where try remove("\(folder)/\(name)") {
      removed.append(name)
    }
    return removed
  }

  private static func link(
    _ path: String, as other: String
  ) throws(StorageError) -> Publication {
    do throws(StorageError) {
      try SystemCall.link(path, as: other)
      return .published
    } catch {
      guard error.isAlreadyThere else { throw error }
      // A network file system may have done it, lost the answer and been asked again.
      let (mine, theirs) = (try status(path), try status(other))
      if let mine, let theirs, mine.isSameFile(as: theirs) { return .published }
      return .alreadyThere
    }
  }

  /// Makes a new file with this content, synchronized if it is to last, or none at all.
  private static func create(
    _ path: String, _ bytes: [UInt8], lasting isLasting: Bool = true
  ) throws(StorageError) {
    let file = try SystemCall.open(path, O_WRONLY | O_CREAT | O_EXCL, for: .create)
    do throws(StorageError) {
      try SystemCall.write(bytes, to: file)
      if isLasting { try SystemCall.synchronize(file) }
      try file.close()
    } catch {
      discard(path)
      throw error
    }
  }

  /// Removes what a failed operation had begun, as far as possible: the failure itself is what is reported.
  private static func discard(_ path: String) {
    do throws(StorageError) {
      try remove(path)
    } catch {
      // The disk that refused the operation may refuse this as well.
    }
  }
}
