import Glibc

/// A file operation that the system refused.
public struct StorageError: Error, Hashable, CustomStringConvertible {
  /// What was attempted, in words that complete "cannot … '/path'".
  public enum Operation: String, Sendable {
    case open
    case read
    case write
    case synchronize
    case create
    case createFolder = "create the folder"
    case list = "list the folder"
    case link
    case rename
    case remove
    case inspect
  }

  public let operation: Operation
  public let path: String
  /// The system's error number.
  public let errno: Int32

  public init(_ operation: Operation, _ path: String, errno: Int32) {
    (self.operation, self.path, self.errno) = (operation, path, errno)
  }

  /// Whether the path, or a folder on the way to it, does not exist.
  public var isNotFound: Bool { errno == ENOENT || errno == ENOTDIR }

  /// Whether the path was to be made, and exists.
  public var isAlreadyThere: Bool { errno == EEXIST }

  /// Whether the file has more bytes than were to be read.
  public var isTooLong: Bool { errno == EFBIG }

  /// Whether the disk, or the user's share of it, is full.
  public var isOutOfSpace: Bool { errno == ENOSPC || errno == EDQUOT }

  /// The system's words for why it refused.
  public var reason: String { SystemCall.message(of: errno) }

  public var description: String {
    "cannot \(operation.rawValue) '\(path)': \(reason)"
  }
}
