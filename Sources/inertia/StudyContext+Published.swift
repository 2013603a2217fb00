import Analysis
import Storage
import Studies

extension StudyContext {
  /// The published table that the study names, or `nil` if it names none.
  func published() throws -> PublishedTable? {
    guard let wanted = study.published, let (_, bytes) = try publishedFile() else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError.notText(wanted.file)
    }
    let table = try PublishedTable(csv: text, file: wanted.file)
    if let problem = table.problem(with: wanted, labels: study.sweeps.map(\.label)) {
      throw CommandError.published(study: path, reason: problem)
    }
    return table
  }

  /// The file that `published:` names, from the study file's folder; the copy beside it that a results folder keeps, where
  /// there is none.
  func publishedFile() throws -> (name: String, bytes: [UInt8])? {
    guard let file = study.published?.file else { return nil }
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let home = path.contains("/") ? Files.folder(of: path) : "."
    let places = (file.hasPrefix("/") ? [file] : ["\(home)/\(file)"]) + ["\(home)/\(name)"]
    guard let place = try places.first(where: { try Files.status($0) != nil }) else {
      throw CommandError.published(study: path, reason: "there is no file '\(places[0])'")
    }
    return (name, try Files.read(place, limit: 1 << 24))
  }
}
