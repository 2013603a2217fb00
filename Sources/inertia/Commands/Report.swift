import ArgumentParser
import Figures
import Storage

/// `inertia report`.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make one self-contained page of the results of one or more studies.",
    discussion: """
      The page holds the tables and pictures of every study it is given, and needs nothing but a browser.

      For example:
        inertia report results/quick
        inertia report results/quick results/resnet -o both.html
      """)

  @Argument(help: "Results of studies, such as results/quick.", completion: .directory)
  var results: [String]

  @Option(
    name: [.short, .long], help: "The page to write (default: report.html in the first folder).")
  var output: String?

  func run() throws {
    let sections = try results.map { folder in
      let context = try StudyContext(results: folder)
      return ReportHTML.Section(
        try StudyCollector(context: context).results(), folder: context.folder,
        published: try context.published())
    }
    let path = output ?? "\(results[0])/report.html"
    try Files.writeAtomically(path, Array(ReportHTML.render(sections).utf8))
    complain("wrote \(path)")
  }
}
