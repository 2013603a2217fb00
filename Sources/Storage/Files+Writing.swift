import Glibc

/// What became of a file that was to be published.
public enum Publication: Hashable, Sendable {
  case published
  /// The name was taken; the file there is untouched and the new one removed.
  case alreadyThere
}

extension Files {
  /// What the names of temporary files end in.
  public static let temporarySuffix = ".tmp"

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
    _ path: String, _ bytes: [UInt8], through folder: String? = nil
  ) throws(StorageError) {
    let temporary = try writeTemporary(bytes, for: path, in: folder ?? self.folder(of: path))
    do throws(StorageError) {
      try SystemCall.rename(temporary, to: path)
    } catch {
      discard(temporary)
      throw error
    }
    try synchronizeFolder(self.folder(of: path))
  }

  /// Writes and synchronizes a temporary file that is to become `path`, and returns its path.
  ///
  /// It is in `folder`, on the file system of `path`, and named after it.
  public static func writeTemporary(
    _ bytes: [UInt8], for path: String, in folder: String
  ) throws(StorageError) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? "file"
    // Process numbers repeat across the machines that share a folder, so the name is drawn.
    let tag = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = "\(folder)/\(name).\(tag)\(temporarySuffix)"
    try create(temporary, bytes)
    return temporary
  }

  /// Gives a synchronized temporary file its name, if that is free, by `link`, which never replaces.
  ///
  /// The temporary name is gone afterwards, whatever happened.
  public static func publish(
    _ temporary: String, as path: String
  ) throws(StorageError) -> Publication {
    let publication: Publication
    do throws(StorageError) {
      publication = try link(temporary, as: path)
    } catch {
      discard(temporary)
      throw error
    }
    try remove(temporary)
    if publication == .published { try synchronizeFolder(folder(of: path)) }
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

  /// Removes the temporary files in a folder that were last written more than `age` seconds ago: what
  /// processes left that were killed. Returns their names.
  public static func removeTemporaries(
    in folder: String, olderThan age: Double
  ) throws(StorageError) -> [String] {
    let limit = SystemCall.now() - age
    var removed: [String] = []
    for name in try list(folder) where name.hasSuffix(temporarySuffix) {
      let path = "\(folder)/\(name)"
      if let status = try status(path), !status.isFolder, status.modified < limit,
        try remove(path)
      {
        removed.append(name)
      }
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

  /// Makes a new file with this content, synchronized, or none at all.
  private static func create(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
    let file = try SystemCall.open(path, O_WRONLY | O_CREAT | O_EXCL, for: .create)
    do throws(StorageError) {
      try SystemCall.write(bytes, to: file)
      try SystemCall.synchronize(file)
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
