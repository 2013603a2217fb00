import Storage
import Studies

/// A file of the ids of cells, one a line; empty lines say nothing.
struct CellList: Sendable {
  let ids: Set<Cell.ID>

  /// - Throws: ``CommandError`` that names the line, `StorageError`.
  init(path: String) throws {
    let text = String(decoding: try Files.read(path, limit: 1 << 24), as: UTF8.self)
    var ids = Set<Cell.ID>()
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty {
      guard let id = Cell.ID(String(line)) else {
        throw CommandError.notAnID(path: path, line: index + 1, text: String(line.prefix(40)))
      }
      ids.insert(id)
    }
    self.ids = ids
  }

  static func text(_ ids: [Cell.ID]) -> String { ids.map { "\($0)\n" }.joined() }
}
