import Analysis
import ArgumentParser
import Figures
import Storage
import Studies

/// `inertia export`.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one table or picture of a study's results.",
    discussion: """
      KIND is one of
        heatmap      mean over seeds at each point of the grid
        variance     mean and deviation over seeds at each optimizer's best point
        curves       every metric by epoch
        cells        everything, a row each
        claims       what the study's claims come to
        robustness   area of good settings, slope of their ridge, sensitivity
        areas        that area for many thresholds
        comparisons  every pair of optimizers at their best points
        images       the same, on how many images only one of the two is right
        tunability   what so many random tries are expected to find
        sources      where the variance comes from
        optimism     by how much choosing epochs and points flatters
        published    beside the published table that the study names
        spectra      the largest eigenvalues of the Hessian, if the study measures them
        noise        gradient noise beside the Hessian, if the study measures it
        saddle       displacements from a saddle, of a study of that kind
        escapes      escape times, of a study of escape
        fits         how escape times follow the sharpness
        convergence  least gradients, of a study of convergence

      Tables go to standard output as CSV, Markdown, LaTeX or JSON; heatmap, variance, curves, areas, \
      tunability, spectra and noise also as SVG, and as PNG where rsvg-convert is installed.

      For example:
        inertia export heatmap results/quick --metric best_test_error --format svg -o heatmap.svg
        inertia export heatmap results/quick --form contours --at-most 0.16 --format png -o map.png
        inertia export variance results/quick --at learning_rate=0.1 weight_decay=5e-4 --format md
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case csv, md, tex, json, svg, png }

  @Argument(help: "What to write; see above.")
  var kind: StudyExhibit

  @Argument(help: "A study's results, such as results/quick.", completion: .directory)
  var results: String

  @Option(
    help: """
      What to show: final_test_error, best_test_error, validated_test_error where images are held out, or a \
      curve such as train_loss (default: what suits the kind).
      """)
  var metric: String?

  @Option(help: "csv, md, tex, json, svg or png.")
  var format = Format.csv

  @Option(help: "For pictures: light or dark.")
  var theme = Theme.light

  @Option(help: "For heatmaps: tide, for any colour vision, or coolwarm, as in the paper.")
  var colors = ColorMap.tide

  @Option(help: "For pictures of heatmaps: cells with numbers, or contours, as in the paper.")
  var form = HeatmapSVG.Form.cells

  @Option(
    help: "For pictures of heatmaps: weight_decay, or product, of learning rate and weight decay.")
  var coordinate = HeatmapSVG.Coordinate.weightDecay

  @Option(
    help: ArgumentHelp(
      """
      For heatmaps and robustness: an absolute bar instead of half a percentage point above the best, \
      such as 0.0483.
      """, valueName: "value"))
  var atMost: Double?

  @Option(name: [.short, .long], help: "A file to write instead of standard output.")
  var output: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "For variance: the point to take, instead of each optimizer's best.", valueName: "key=value"))
  var at: [String] = []

  /// The largest bar: of any metric, far above all that is good, and still to be written as percent.
  private static let largestBar = 1e6

  func validate() throws {
    if format == .svg || format == .png, !kind.hasPicture {
      throw ValidationError(
        "--format \(format.rawValue) is for heatmap, variance, curves, areas, tunability, spectra"
          + " and noise")
    }
    if format == .png, output == nil { throw ValidationError("--format png needs --output") }
    if let atMost {
      guard kind == .heatmap || kind == .robustness else {
        throw ValidationError("--at-most is for heatmap and robustness")
      }
      guard atMost > 0, atMost <= Self.largestBar else {
        throw ValidationError("--at-most takes a number above 0, at most 1000000")
      }
    }
    if !at.isEmpty, kind != .variance { throw ValidationError("--at is for variance") }
    if metric != nil, !kind.hasMetric {
      throw ValidationError("--metric is for heatmap, curves, robustness, areas and tunability")
    }
  }

  func run() async throws {
    let context = try StudyContext(results: results)
    guard kind.studyKinds.contains(context.study.kind) else {
      throw CommandError.unknownName(
        kind: "table of this study", name: kind.rawValue,
        known: StudyExhibit.allCases.filter { $0.studyKinds.contains(context.study.kind) }
          .map(\.rawValue))
    }
    let results = try StudyCollector(context: context).results()
    try check(metric, in: results)
    let text = try text(of: results, context)
    if format == .png, let output {
      try Files.writeAtomically(output, try await PNGPicture.bytes(of: text))
    } else if let output {
      try Files.writeAtomically(output, Array(text.utf8))
    } else {
      put(text, terminator: "")
    }
  }

  private func check(_ metric: String?, in results: StudyResults) throws {
    guard let metric else { return }
    let known =
      kind == .curves
      ? results.metrics.filter { if case .last = $0 { true } else { false } } : results.metrics
    guard known.contains(where: { $0.key == metric }) else {
      throw CommandError.unknownName(kind: "metric", name: metric, known: known.map(\.key))
    }
  }

  private func text(of results: StudyResults, _ context: StudyContext) throws -> String {
    if let table = TableFormat(rawValue: format.rawValue) {
      return try exhibit(of: results, context).text(as: table)
    }
    let shown = metric.map { Metric(key: $0) } ?? .finalTestError
    switch kind {
    case .curves:
      var options = CurveSVG.Options()
      options.theme = theme
      let curves = CurveTable(results, bestOnly: true)
      return CurveSVG.render(curves, metric: metric ?? "test_error", options: options)
    case .variance: return VarianceSVG.render(try varianceTable(of: results), theme: theme)
    case .areas: return AreaSVG.render(RobustnessTable(results, metric: shown), theme: theme)
    case .spectra: return SpectrumSVG.render(SpectrumTable(results), theme: theme)
    case .noise: return NoiseSVG.render(NoiseTable(results), theme: theme)
    case .tunability: return TunabilitySVG.render(results.tunability(of: shown), theme: theme)
    default:
      var options = HeatmapSVG.Options()
      (options.theme, options.colors, options.threshold) = (theme, colors, atMost)
      (options.form, options.coordinate) = (form, coordinate)
      return HeatmapSVG.render(results.surfaces(of: shown), options: options)
    }
  }

  private func exhibit(of results: StudyResults, _ context: StudyContext) throws -> Exhibit {
    if kind == .variance { return .variance(try varianceTable(of: results)) }
    if kind == .robustness {
      let shown = metric.map { Metric(key: $0) } ?? .finalTestError
      return .robustness(RobustnessTable(results, metric: shown, atMost: atMost))
    }
    guard let metric else {
      if kind == .curves { return .curves(CurveTable(results)) }
      return kind.exhibit(of: results, beside: try context.published())
    }
    let shown = Metric(key: metric)
    switch kind {
    case .curves: return .curves(CurveTable(results, metrics: [metric]))
    case .areas: return .areas(RobustnessTable(results, metric: shown))
    case .tunability: return .tunability(results.tunability(of: shown))
    default: return .heatmap(results.surfaces(of: shown))
    }
  }

  private func varianceTable(of results: StudyResults) throws -> VarianceTable {
    guard !at.isEmpty else { return VarianceTable(results) }
    let sweeps = results.grid.study.sweeps
    var values: [String: Double] = [:]
    for text in at {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let words =
        parts.count == 2 ? sweeps.lazy.compactMap { $0.value(of: parts[1], of: parts[0]) } : nil
      guard parts.count == 2, let value = Double(parts[1]) ?? words?.first else {
        throw CommandError.malformed(option: "--at", value: text, expected: "KEY=VALUE")
      }
      values[parts[0]] = value
    }
    let points = sweeps.indices.map { results.point(sweep: $0, at: values) }
    guard points.contains(where: { $0 != nil }) else {
      throw CommandError.noSuchPoint(
        label: sweeps.map(\.label).joined(separator: ", "), values: at.joined(separator: " "))
    }
    return VarianceTable(results, at: points)
  }
}

extension StudyExhibit: ExpressibleByArgument {
  /// Whether it can be drawn.
  fileprivate var hasPicture: Bool {
    [.heatmap, .variance, .curves, .areas, .tunability, .spectra, .noise].contains(self)
  }

  /// Whether it can be of another metric.
  fileprivate var hasMetric: Bool {
    [.heatmap, .curves, .robustness, .areas, .tunability].contains(self)
  }
}

extension TableFormat: ExpressibleByArgument {}
extension Theme: ExpressibleByArgument {}
extension HeatmapSVG.Form: ExpressibleByArgument {}
extension HeatmapSVG.Coordinate: ExpressibleByArgument {}
extension ColorMap: ExpressibleByArgument {}
