import Analysis
import ArgumentParser
import Figures
import Storage
import Studies

/// `inertia export`.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one table or picture of a study's results.",
    discussion: """
      KIND is heatmap (mean over seeds at each point of the grid), variance (mean and deviation over \
      seeds at each optimizer's best point), curves (per epoch) or cells (everything, a row each). \
      Tables go to standard output as CSV, Markdown, LaTeX or JSON; heatmaps and curves also as SVG.

      For example:
        inertia export heatmap results/quick --metric best_test_error --format svg -o heatmap.svg
        inertia export variance results/quick --at learning_rate=0.1 weight_decay=5e-4 --format md
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable { case heatmap, variance, curves, cells }
  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, md, tex, json, svg }

  @Argument(help: "heatmap, variance, curves or cells.")
  var kind: Kind

  @Argument(help: "A study's results, such as results/quick.", completion: .directory)
  var results: String

  @Option(
    help: """
      What to show: final_test_error, best_test_error, or a curve such as train_loss (default: what \
      suits the kind).
      """)
  var metric: String?

  @Option(help: "csv, md, tex, json or svg.")
  var format = Format.csv

  @Option(name: [.short, .long], help: "A file to write instead of standard output.")
  var output: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "For variance: the point to take, instead of each optimizer's best.", valueName: "key=value"))
  var at: [String] = []

  func validate() throws {
    if format == .svg, kind == .variance || kind == .cells {
      throw ValidationError("--format svg is for heatmap and curves")
    }
    if !at.isEmpty, kind != .variance { throw ValidationError("--at is for variance") }
    if metric != nil, kind == .variance || kind == .cells {
      throw ValidationError("--metric is for heatmap and curves")
    }
  }

  func run() throws {
    let context = try StudyContext(results: results)
    let results = try StudyCollector(context: context).results()
    try check(metric, in: results)
    let text = try text(of: results)
    if let output {
      try Files.writeAtomically(output, Array(text.utf8))
    } else {
      put(text, terminator: "")
    }
  }

  private func check(_ metric: String?, in results: StudyResults) throws {
    guard let metric else { return }
    let known = results.metrics.map(\.key)
    let names =
      kind == .curves ? known.filter { !$0.hasPrefix("final_") && !$0.hasPrefix("best_") } : known
    guard names.contains(metric) else {
      throw CommandError.unknownName(kind: "metric", name: metric, known: names)
    }
  }

  private func text(of results: StudyResults) throws -> String {
    let metrics = metric.map { [Metric(key: $0)] } ?? [.finalTestError, .bestTestError]
    if let table = TableFormat(rawValue: format.rawValue) {
      return try exhibit(of: results, metrics).text(as: table)
    }
    if kind == .curves {
      let curves = CurveTable(results, bestOnly: true)
      return CurveSVG.render(curves, metric: metric ?? "test_error")
    }
    return HeatmapSVG.render(results.surfaces(of: metrics[0]))
  }

  private func exhibit(of results: StudyResults, _ metrics: [Metric]) throws -> Exhibit {
    switch kind {
    case .heatmap: .heatmap(metrics.flatMap { results.surfaces(of: $0) })
    case .curves: .curves(CurveTable(results, metrics: metric.map { [$0] }))
    case .cells: .cells(CellTable(results))
    case .variance: .variance(try varianceTable(of: results))
    }
  }

  private func varianceTable(of results: StudyResults) throws -> VarianceTable {
    guard !at.isEmpty else { return VarianceTable(results) }
    var values: [String: Double] = [:]
    for text in at {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let value = Double(parts[1]) else {
        throw CommandError.malformed(option: "--at", value: text, expected: "KEY=NUMBER")
      }
      values[parts[0]] = value
    }
    let sweeps = results.grid.study.sweeps
    let points = sweeps.indices.map { results.point(sweep: $0, at: values) }
    guard points.contains(where: { $0 != nil }) else {
      throw CommandError.noSuchPoint(
        label: sweeps.map(\.label).joined(separator: ", "), values: at.joined(separator: " "))
    }
    return VarianceTable(results, at: points)
  }
}
