import Analysis
import Figures
import Foundation
import Studies
import Testing

/// Every text this module writes, compared with the files in Snapshots/.
///
/// `INERTIA_RECORD_SNAPSHOTS=1` writes them anew: look at the difference before committing it.
struct SnapshotTests {
  let results: StudyResults

  init() throws { results = try SnapshotStudy.results() }

  @Test(arguments: TableFormat.allCases)
  func tables(_ format: TableFormat) throws {
    let exhibits: [(String, Exhibit)] = [
      ("heatmap", .heatmap(results.surfaces(of: .finalTestError))),
      ("variance", .variance(VarianceTable(results))),
      ("cells", .cells(CellTable(results))),
      ("curves", .curves(CurveTable(results, bestOnly: true))),
      ("claims", .claims(ClaimTable(results))),
      ("robustness", .robustness(RobustnessTable(results))),
      ("areas", .areas(RobustnessTable(results))),
      ("comparisons", .comparisons(ComparisonTable(results))),
      ("tunability", .tunability(results.tunability(of: .finalTestError))),
      ("sources", .sources(SourceTable(results))),
      ("optimism", .optimism(OptimismTable(results))),
      ("images", .images(ImageComparisonTable(results))),
      (
        "published",
        .published(PublishedComparison(results, beside: try SnapshotStudy.published()))
      ),
    ]
    for (name, exhibit) in exhibits {
      try compareSnapshot(exhibit.text(as: format), with: "\(name).\(format.rawValue)")
    }
  }

  /// pdflatex knows no other characters than the module's table has words for.
  @Test func latexIsASCII() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
    let files = try FileManager.default.contentsOfDirectory(
      atPath: folder.path(percentEncoded: false)
    )
    .filter { $0.hasSuffix(".tex") }
    #expect(files.count > 10)
    for file in files {
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      let others = Set(text.unicodeScalars.filter { !$0.isASCII })
      #expect(others.isEmpty, "\(file): \(others)")
    }
  }

  @Test func heatmap() throws {
    let surfaces = results.surfaces(of: .finalTestError)
    try compareSnapshot(HeatmapSVG.render(surfaces), with: "heatmap.svg")
    var options = HeatmapSVG.Options()
    options.title = "Train loss & <more>"
    options.colors = .coolwarm
    options.panelsPerRow = 1
    options.limits = 0.3...0.6
    options.threshold = 0.35
    try compareSnapshot(
      HeatmapSVG.render(results.surfaces(of: .last(curve: "train_loss")), options: options),
      with: "heatmap-options.svg")
  }

  @Test(arguments: Theme.allCases) func contours(_ theme: Theme) throws {
    var options = HeatmapSVG.Options()
    (options.form, options.theme) = (.contours, theme)
    let surfaces = results.surfaces(of: .finalTestError)
    try compareSnapshot(
      HeatmapSVG.render(surfaces, options: options), with: "contours-\(theme.rawValue).svg")
    options.coordinate = .product
    options.colors = .coolwarm
    try compareSnapshot(
      HeatmapSVG.render(surfaces, options: options), with: "contours-product-\(theme.rawValue).svg")
    options.form = .cells
    try compareSnapshot(
      HeatmapSVG.render(surfaces, options: options), with: "heatmap-product-\(theme.rawValue).svg")
  }

  @Test func curves() throws {
    try compareSnapshot(
      CurveSVG.render(CurveTable(results, bestOnly: true), metric: "test_error"),
      with: "curves.svg")
  }

  @Test func variance() throws {
    try compareSnapshot(VarianceSVG.render(VarianceTable(results)), with: "variance.svg")
  }

  @Test func tunability() throws {
    try compareSnapshot(
      TunabilitySVG.render(results.tunability(of: .finalTestError)), with: "tunability.svg")
  }

  @Test func areas() throws {
    try compareSnapshot(
      AreaSVG.render(RobustnessTable(results), theme: .dark), with: "areas-dark.svg")
  }

  @Test func report() throws {
    try compareSnapshot(
      ReportHTML.render([
        ReportHTML.Section(
          results, folder: "results/it's small", published: try SnapshotStudy.published())
      ]),
      with: "report.html")
  }
}
