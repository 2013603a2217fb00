import Studies

/// A record, or a checkpoint, that cannot be used as it is.
public enum RecordError: Error, Hashable, CustomStringConvertible {
  case missing(path: String)
  /// It is not what was written: cut short, changed, or another file under this name.
  case damaged(path: String, reason: String)
  case otherVersion(path: String, found: Int)
  /// Two machines got different results for one cell.
  case differs(id: Cell.ID, path: String, parts: [String], host: String, otherHost: String)

  public var description: String {
    switch self {
    case .missing(let path):
      return "there is no record '\(path)'"
    case .damaged(let path, let reason):
      return "'\(path)' is damaged: \(reason); run the study again, which sets it aside "
        + "and trains its cell anew"
    case .otherVersion(let path, let found):
      return "'\(path)' is of format version \(found) and this inertia reads version "
        + "\(FileBlock.version): use the inertia that wrote it, or another results folder"
    case .differs(let id, let path, let parts, let host, let otherHost):
      return "cell \(id) has other \(parts.joined(separator: " and ")) on \(host) "
        + "than in '\(path)', made on \(otherHost): the same cell must give the same bits, so one of the two machines "
        + "or programs is at fault; nothing was replaced"
    }
  }
}
