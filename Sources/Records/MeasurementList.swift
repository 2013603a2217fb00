import Studies

/// The digests of a study's measurements: `measurements.txt`, a line `<cell> <name> <SHA-256>` for each, sorted.
public struct MeasurementList: Hashable, Sendable {
  /// Which measurement of which cell.
  public struct Key: Hashable, Sendable, Comparable {
    public let cell: Cell.ID
    public let name: String

    public init(_ cell: Cell.ID, _ name: String) { (self.cell, self.name) = (cell, name) }

    public static func < (one: Key, other: Key) -> Bool {
      (one.cell, one.name) < (other.cell, other.name)
    }
  }

  /// The SHA-256 of each, 64 hex digits.
  public var entries: [Key: String]

  public init(_ entries: [Key: String] = [:]) { self.entries = entries }

  /// The text of the file.
  public var text: String {
    entries.sorted { $0.key < $1.key }
      .map { "\($0.key.cell) \($0.key.name) \($0.value)\n" }.joined()
  }

  /// Reads the text of a file.
  ///
  /// - Parameter path: what messages call it.
  public init(parsing text: String, path: String) throws(MeasurementListError) {
    entries = [:]
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      let fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3, let cell = Cell.ID(fields[0]), !fields[1].isEmpty,
        isDigest(fields[2])
      else {
        throw .malformed(path: path, line: index + 1)
      }
      let key = Key(cell, fields[1])
      guard entries[key] == nil else { throw .duplicate(path: path, line: index + 1, key: key) }
      entries[key] = fields[2]
    }
  }
}

/// A text that is not a list of measurements.
public enum MeasurementListError: Error, Hashable, CustomStringConvertible {
  case malformed(path: String, line: Int)
  case duplicate(path: String, line: Int, key: MeasurementList.Key)

  public var description: String {
    switch self {
    case .malformed(let path, let line):
      "\(path):\(line): expected '<cell> <measurement> <SHA-256>', 16 hex digits, a name and 64 hex digits"
    case .duplicate(let path, let line, let key):
      "\(path):\(line): \(key.name) of cell \(key.cell) is listed twice"
    }
  }
}
