import Studies

/// The digests of a study's cells: `digests.txt`, a line `<id> <weights> <metrics>` for each, sorted by id.
public struct DigestList: Hashable, Sendable {
  public var entries: [Cell.ID: RecordDigests]

  public init(_ entries: [Cell.ID: RecordDigests] = [:]) { self.entries = entries }

  /// The text of the file.
  public var text: String {
    entries.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value.weights) \($0.value.metrics)\n" }.joined()
  }

  /// Reads the text of a file.
  ///
  /// - Parameter path: what messages call it.
  public init(parsing text: String, path: String) throws(DigestListError) {
    entries = [:]
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3, let id = Cell.ID(fields[0]),
        fields[1] == "-" || isDigest(fields[1]), isDigest(fields[2])
      else {
        throw .malformed(path: path, line: index + 1)
      }
      guard entries[id] == nil else { throw .duplicate(path: path, line: index + 1, id: id) }
      entries[id] = RecordDigests(weights: fields[1], metrics: fields[2])
    }
  }

  /// How two lists agree.
  public struct Comparison: Hashable, Sendable {
    /// The number of cells with the same digests in both.
    public let agreeing: Int
    /// The cells whose digests differ.
    public let differing: [Cell.ID]
    /// The cells only in the first list.
    public let onlyHere: [Cell.ID]
    /// The cells only in the second list.
    public let onlyThere: [Cell.ID]

    /// Whether both lists have the same cells with the same digests.
    public var isEqual: Bool { differing.isEmpty && onlyHere.isEmpty && onlyThere.isEmpty }
  }

  /// Compares this list with another.
  public func compared(with other: DigestList) -> Comparison {
    let common = entries.keys.filter { other.entries[$0] != nil }
    let differing = common.filter { entries[$0] != other.entries[$0] }
    return Comparison(
      agreeing: common.count - differing.count, differing: differing.sorted(),
      onlyHere: entries.keys.filter { other.entries[$0] == nil }.sorted(),
      onlyThere: other.entries.keys.filter { entries[$0] == nil }.sorted())
  }
}

/// A text that is not a list of digests.
public enum DigestListError: Error, Hashable, CustomStringConvertible {
  case malformed(path: String, line: Int)
  case duplicate(path: String, line: Int, id: Cell.ID)

  public var description: String {
    switch self {
    case .malformed(let path, let line):
      "\(path):\(line): expected '<id> <weights> <metrics>', 16, 64 (or '-') and 64 hex digits"
    case .duplicate(let path, let line, let id):
      "\(path):\(line): cell \(id) is listed twice"
    }
  }
}

/// Whether a text is 64 lower-case hex digits.
func isDigest(_ text: String) -> Bool {
  text.utf8.count == 64 && text.allSatisfy { "0123456789abcdef".contains($0) }
}
