import Analysis
import Studies

/// A page that shows what studies found: self-contained, without scripts, readable from a file.
public enum ReportHTML {
  /// A study with the folder its results are in, as commands name it: `results/quick`.
  public struct Section: Hashable, Sendable {
    public var results: StudyResults
    public var folder: String

    public init(_ results: StudyResults, folder: String) {
      (self.results, self.folder) = (results, folder)
    }
  }

  /// The page; the same bytes for the same results.
  public static func render(_ sections: [Section], colors: ColorMap = .tide) -> String {
    let names = sections.map(\.results.grid.study.name).joined(separator: ", ")
    var body = "<header><h1>\(escapeXML(names))</h1></header>\n"
    if sections.count > 1 {
      let table = VarianceTable(sections.map { VarianceTable($0.results) })
      body +=
        "<section>\n<h2>All studies</h2>\n"
        + (Exhibit.variance(table).pages.first?.html ?? "") + "</section>\n"
    }
    for section in sections {
      body += ReportSection(section, colors: colors, isOnly: sections.count == 1).html
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="inertia">
      <title>\(escapeXML(names)) – inertia report</title>
      <style>
      \(style)
      </style>
      </head>
      <body>
      <main>
      \(body)</main>
      </body>
      </html>

      """
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1d2327; --soft: #5c6670; --line: #d9dee3;
      --page: #ffffff; --card: #f5f7f9; --accent: #00628c; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e8eb; --soft: #9aa5af;
      --line: #343c44; --page: #14181c; --card: #1d2329; --accent: #6cc3e8; } }
    body { margin: 0; background: var(--page); color: var(--ink);
      font: 16px/1.55 system-ui, "DejaVu Sans", Verdana, sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
    h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
    h2 { font-size: 1.45rem; margin: 2.5rem 0 .5rem; }
    h3 { font-size: 1.1rem; margin: 2rem 0 .6rem; color: var(--accent); }
    .about { font-size: 1.08rem; max-width: 46rem; }
    .note { color: var(--soft); font-size: .87rem; max-width: 56rem; margin: .5rem 0 1.2rem; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem;
      background: var(--card); border-radius: 8px; padding: 1rem 1.3rem; margin: 1rem 0; }
    dt { color: var(--soft); } dd { margin: 0; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; border-top: 2px solid var(--ink);
      border-bottom: 2px solid var(--ink); font-size: .93rem; font-variant-numeric: tabular-nums; }
    th { border-bottom: 1px solid var(--ink); font-weight: 600; }
    th, td { padding: .32rem .8rem; text-align: left; vertical-align: top; }
    tbody tr + tr td { border-top: 1px solid var(--line); }
    .r { text-align: right; } .c { text-align: center; }
    td.c, td.r, .keep { white-space: nowrap; }
    .pair { display: grid; gap: 1rem; align-items: start;
      grid-template-columns: repeat(auto-fit, minmax(min(34rem, 100%), 1fr)); }
    .pair figure { margin: 0; }
    figure { margin: 1rem 0; } figure svg { display: block; max-width: 100%; height: auto;
      border-radius: 8px; border: 1px solid var(--line); }
    code { font: .88em "DejaVu Sans Mono", Menlo, Consolas, monospace; background: var(--card);
      padding: .1em .35em; border-radius: 4px; white-space: nowrap; }
    summary { cursor: pointer; color: var(--accent); margin: .6rem 0; }
    """
}
