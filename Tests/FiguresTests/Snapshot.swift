import Foundation
import Testing

/// Holds a text against the file of this name in Snapshots/, or writes that file where `INERTIA_RECORD_SNAPSHOTS` is 1.
func compareSnapshot(_ text: String, with name: String) throws {
  let url = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Snapshots/\(name)")
  if ProcessInfo.processInfo.environment["INERTIA_RECORD_SNAPSHOTS"] == "1" {
    try Data(text.utf8).write(to: url)
  }
  let expected = try String(decoding: Data(contentsOf: url), as: UTF8.self)
  guard text != expected else { return }
  let (new, old) = (text.split(separator: "\n"), expected.split(separator: "\n"))
  let line = zip(new, old).enumerated().first { $0.element.0 != $0.element.1 }
  Issue.record(
    """
    \(name) differs\(line.map { " first in line \($0.offset + 1):\nnow  \($0.element.0)\nthen \($0.element.1)" } ?? " in length")
    """)
}
