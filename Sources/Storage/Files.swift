import Glibc

/// File operations that last: when one returns, a power cut does not undo it.
///
/// Files are made with the permissions that the process's umask leaves, 0666 for files and 0777 for folders.
/// An operation that fails leaves no file of its own making behind.
public enum Files {}

extension Files {
  /// What is known of the file, or `nil` if there is none.
  public static func status(_ path: String) throws(StorageError) -> FileStatus? {
    do throws(StorageError) {
      return try SystemCall.status(of: path)
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// The whole content of a file of at most `limit` bytes.
  ///
  /// - Throws: ``StorageError``; a longer file is refused with EFBIG before it is read.
  public static func read(_ path: String, limit: Int) throws(StorageError) -> [UInt8] {
    precondition(limit >= 0 && limit < .max, "a limit is a number of bytes")
    let file = try SystemCall.open(path, O_RDONLY)
    let size = try SystemCall.status(of: file).size
    // One byte more than is expected, to notice a file that grows meanwhile or whose size is not known.
    var bytes = try SystemCall.read(min(size, limit) + 1, from: file)
    while bytes.count > size, bytes.count <= limit {
      let more = try SystemCall.read(min(limit + 1 - bytes.count, 1 << 20), from: file)
      if more.isEmpty { break }
      bytes += more
    }
    guard bytes.count <= limit else { throw StorageError(.read, path, errno: EFBIG) }
    return bytes
  }

  /// The first `count` bytes of a file, or all if it has fewer.
  public static func prefix(_ path: String, count: Int) throws(StorageError) -> [UInt8] {
    let file = try SystemCall.open(path, O_RDONLY)
    return try SystemCall.read(count, from: file)
  }

  /// The names in a folder, sorted, without `.` and `..`.
  public static func list(_ folder: String) throws(StorageError) -> [String] {
    try SystemCall.list(folder).sorted()
  }

  /// Makes a folder and those above it; one that exists is left as it is.
  public static func makeFolder(_ path: String) throws(StorageError) {
    if let status = try status(path) {
      guard status.isFolder else { throw StorageError(.createFolder, path, errno: ENOTDIR) }
      return
    }
    let parent = folder(of: path)
    if parent != path { try makeFolder(parent) }
    do throws(StorageError) {
      try SystemCall.makeFolder(path)
    } catch {
      // Another process may have made it meanwhile.
      guard error.isAlreadyThere else { throw error }
    }
    try synchronizeFolder(parent)
  }

  /// Makes `inertia-<user number>` in a folder that users may share, such as `/tmp`, for this user alone; returns its path.
  ///
  /// - Throws: ``StorageError``, with EPERM if there is one that is no folder, is another user's, or that others may write
  ///   to: whoever made it could have us read what they please.
  public static func makePrivateFolder(in shared: String) throws(StorageError) -> String {
    let path = "\(shared)/inertia-\(SystemCall.user)"
    try makeFolder(shared)
    do throws(StorageError) {
      try SystemCall.makeFolder(path, mode: 0o700)
    } catch {
      guard error.isAlreadyThere else { throw error }
      let status = try SystemCall.statusOfLink(path)
      guard status.isFolder, status.owner == SystemCall.user, !status.othersMayWrite else {
        throw StorageError(.createFolder, path, errno: EPERM)
      }
    }
    return path
  }

  /// Removes a file; `false` if there was none.
  @discardableResult
  public static func remove(_ path: String) throws(StorageError) -> Bool {
    do throws(StorageError) {
      try SystemCall.unlink(path)
      return true
    } catch {
      if error.errno == ENOENT { return false }
      throw error
    }
  }

  /// How many files this process may have open, after raising that as far as it is allowed to.
  public static func mostOpen() -> Int { SystemCall.mostOpenFiles() }

  /// The folder a path is in: `.` for a bare name.
  public static func folder(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? path.dropLast() : path[...]
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// Makes the names in a folder last.
  static func synchronizeFolder(_ folder: String) throws(StorageError) {
    let descriptor = try SystemCall.open(folder, O_RDONLY | O_DIRECTORY)
    do throws(StorageError) {
      try SystemCall.synchronize(descriptor)
    } catch {
      // Some network file systems know no fsync of a folder; they keep names by themselves.
      guard error.errno == EINVAL || error.errno == ENOTSUP else { throw error }
    }
  }
}
