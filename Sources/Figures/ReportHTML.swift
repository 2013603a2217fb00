import Analysis
import Studies

/// A page that shows what studies found: one file that needs no network, no server and no library.
public enum ReportHTML {
  /// A study with the folder its results are in, as commands name it: `results/quick`.
  public struct Section: Hashable, Sendable {
    public var results: StudyResults
    public var folder: String
    /// The published table that the study names.
    public var published: PublishedTable?

    public init(_ results: StudyResults, folder: String, published: PublishedTable? = nil) {
      (self.results, self.folder, self.published) = (results, folder, published)
    }
  }

  /// The page; the same bytes for the same results.
  public static func render(_ sections: [Section], colors: ColorMap = .tide) -> String {
    let names = sections.map(\.results.grid.study.name).joined(separator: ", ")
    var body = "<header><h1>\(escapeXML(names))</h1></header>\n"
    let trained = sections.filter { $0.results.grid.study.simulation == nil }
    if trained.count > 1 {
      let table = VarianceTable(trained.map { VarianceTable($0.results) })
      body +=
        "<section>\n<h2>All studies</h2>\n"
        + (Exhibit.variance(table).pages.first?.html ?? "") + "</section>\n"
    }
    for (index, section) in sections.enumerated() {
      body +=
        ReportSection(
          section, id: "s\(index + 1)", colors: colors, isOnly: sections.count == 1
        ).html
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="inertia">
      <link rel="icon" href="data:,">
      <title>\(escapeXML(names)) – inertia report</title>
      <style>
      \(ReportStyle.text)
      </style>
      </head>
      <body>
      <main>
      \(body)</main>
      <script>
      \(ReportScript.text)
      </script>
      </body>
      </html>

      """
  }
}
