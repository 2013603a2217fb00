import Foundation
import Testing

/// The commands that read results.
@Suite struct ResultsTests {
  let inertia: Inertia

  init() throws {
    inertia = try Inertia()
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml")
  }

  @Test func `a run leaves tables, figures, digests and a report`() throws {
    let files = Set(try inertia.folder.files(in: "results/tiny").keys)
    for table in ["heatmap", "variance", "curves", "cells"] {
      for format in ["csv", "md", "tex", "json"] {
        #expect(files.contains("tables/\(table).\(format)"))
      }
    }
    for name in ["study.yaml", "study.h5", "digests.txt", "report.html", "figures/heatmap.svg"] {
      #expect(files.contains(name))
    }
    #expect(try inertia.folder.files(in: "results/work").isEmpty)
    #expect(try inertia.folder.read("results/tiny/study.yaml") == TinyStudy().text)
  }

  @Test func `collecting again gives the same files`() throws {
    let before = try inertia.folder.files(in: "results/tiny")
    try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/results/tiny/tables")
    try inertia.succeed("collect", "results/tiny")
    #expect(try inertia.folder.files(in: "results/tiny") == before)
  }

  @Test func `what is committed names neither host nor time`() throws {
    let host = try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let year = String(Calendar(identifier: .gregorian).component(.year, from: Date()))
    for (name, content) in try inertia.folder.files(in: "results/tiny")
    where name.hasPrefix("tables/") || name.hasPrefix("figures/") {
      let text = String(decoding: content, as: UTF8.self)
      #expect(!text.contains(host) && !text.contains("\(year)-"), "\(name)")
    }
  }

  @Test func `status counts`() throws {
    let json = try inertia.succeed("status", "tiny.yaml", "--json").output
    let value = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(value["cells"] as? Int == 12)
    #expect((value["total"] as? [String: Int])?["done"] == 12)
    let lines = try inertia.succeed("status", "tiny.yaml").output.split(separator: "\n")
    #expect(
      lines.contains { $0.split(separator: " ") == ["tiny", "12", "0", "0", "0", "0"] }, "\(lines)")
  }

  @Test func `exports come in every format`() throws {
    for kind in ["heatmap", "variance", "curves", "cells"] {
      for (format, mark) in [
        ("csv", "adai,"), ("md", "adai"), ("tex", "\\end{tabular}"),
        ("json", "\"label\": \"adai\""),
      ] {
        let text = try inertia.succeed("export", kind, "results/tiny", "--format", format).output
        #expect(text.contains(mark), "\(kind) as \(format):\n\(text)")
      }
    }
    let svg = try inertia.succeed(
      "export", "heatmap", "results/tiny", "--format", "svg", "--metric", "best_test_error"
    ).output
    #expect(svg.hasPrefix("<svg") || svg.hasPrefix("<?xml"))
    let at = try inertia.succeed(
      "export", "variance", "results/tiny", "--at", "learning_rate=0.1", "weight_decay=1e-3"
    ).output
    #expect(at.contains("0.1"))
    try inertia.succeed("export", "cells", "results/tiny", "-o", "cells.csv")
    #expect(inertia.folder.exists("cells.csv"))
    let unknown = try inertia.run("export", "heatmap", "results/tiny", "--metric", "beauty")
    #expect(unknown.status == 1 && unknown.errors.contains("beauty"))
  }

  @Test func `one cell is shown, with the command that trains it again`() throws {
    let line = try #require(
      try inertia.folder.read("results/tiny/digests.txt").split(separator: "\n").last)
    let (id, weights) = (line.prefix(16), line.split(separator: " ")[1])
    let shown = try inertia.succeed("show", "results/tiny", String(id.prefix(9))).output
    #expect(shown.contains(id) && shown.contains(weights))
    let command = try #require(shown.split(separator: "\n").last { $0.contains("inertia run") })
    let arguments = command.split(separator: " ").dropFirst().map(String.init)
    #expect(try inertia.start(arguments).wait().errors.contains("1 cell trained"))
    let again = try inertia.folder.files(in: "again/cells").keys
    #expect(again.contains { $0.hasSuffix("\(id).h5") })
  }

  @Test func `digests are compared with published ones`() throws {
    let same = try inertia.succeed(
      "verify", "results/tiny", "--against", "results/tiny/digests.txt")
    #expect(same.output.contains("12 of 12 digests agree"))
    let text = try inertia.folder.read("results/tiny/digests.txt")
    let digit = text.dropFirst(17).prefix(1)
    let changed = text.prefix(17) + (digit == "0" ? "1" : "0") + text.dropFirst(18)
    try inertia.folder.write(String(changed), to: "other.txt")
    let other = try inertia.run("verify", "results/tiny", "--against", "other.txt")
    #expect(other.status == 3 && other.output.contains("11 of 12 digests agree"))
  }

  @Test func `a report holds several studies`() throws {
    try inertia.folder.write(TinyStudy(name: "other").text, to: "other.yaml")
    try inertia.succeed("run", "other.yaml")
    try inertia.succeed("report", "results/tiny", "results/other", "-o", "both.html")
    let page = try inertia.folder.read("both.html")
    #expect(page.contains("tiny") && page.contains("other"))
  }

  @Test func `without identity, a record names neither host nor user`() throws {
    try inertia.succeed("run", "tiny.yaml", "--results", "b", "--limit", "1", "--anonymous")
    let record = try #require(try inertia.folder.files(in: "b/cells").keys.first)
    let id = String(record.split(separator: "/")[1].dropLast(3))
    let shown = try inertia.succeed("show", "b/tiny", id).output
    #expect(!shown.contains("\nhost ") && !shown.contains("\nuser "))
    #expect(try inertia.succeed("show", "results/tiny", id).output.contains("\nhost "))
  }
}
