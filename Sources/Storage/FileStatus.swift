import Glibc

/// What the system knows of a file without opening it.
public struct FileStatus: Hashable, Sendable {
  /// Its length in bytes.
  public let size: Int
  public let isFolder: Bool
  /// When its content last changed, in seconds since 1970.
  public let modified: Double
  /// The file system it is on and its number there: two paths with the same are the same file.
  let device: UInt64
  let node: UInt64
  /// Whose it is, and whether others than the owner may change it.
  let owner: UInt32
  let othersMayWrite: Bool

  init(_ status: stat) {
    size = Int(status.st_size)
    isFolder = status.st_mode & S_IFMT == S_IFDIR
    modified = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
    (device, node) = (UInt64(status.st_dev), UInt64(status.st_ino))
    (owner, othersMayWrite) = (status.st_uid, status.st_mode & 0o022 != 0)
  }

  func isSameFile(as other: FileStatus) -> Bool { device == other.device && node == other.node }
}
