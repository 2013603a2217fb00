import Analysis
import ArgumentParser
import Figures
import Foundation
import Storage

/// `inertia audit`.
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a published table of means and deviations supports.",
    discussion: """
      TABLE is a CSV file with the columns label, mean, deviation and n; all other columns together say \
      which row of the table a result is in, and results of one row are compared. Published tables \
      rarely say what their deviations were divided by, so every test is made for n − 1 and for n. \
      Without --of and --against every pair is compared. All comparisons are one family, corrected \
      after Holm.

      For example:
        inertia audit results/published/adai-table2.csv --of Adai AdaiW --against "SGD M" --format md
      """)

  @Argument(help: "A CSV file.", completion: .file(extensions: ["csv"]))
  var table: String

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("The labels to compare.", valueName: "label"))
  var of: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The labels to compare them with.", valueName: "label"))
  var against: [String] = []

  @Option(help: "csv, md, tex or json.")
  var format = TableFormat.markdown

  @Option(name: [.short, .long], help: "A file to write instead of standard output.")
  var output: String?

  func run() throws {
    let bytes = try Files.read(table, limit: 1 << 24)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError.notText(table)
    }
    let published = try PublishedTable(csv: text, file: table)
    let known = published.results.map(\.label).reduce(into: [String]()) { known, label in
      if !known.contains(label) { known.append(label) }
    }
    if let unknown = (of + against).first(where: { !known.contains($0) }) {
      throw CommandError.unknownName(kind: "label", name: unknown, known: known)
    }
    let audit = AuditTable(published, subjects: of, rivals: against)
    let result = Exhibit.audit(audit).text(as: format)
    if let output {
      try Files.writeAtomically(output, Array(result.utf8))
    } else {
      put(result, terminator: "")
    }
  }
}
