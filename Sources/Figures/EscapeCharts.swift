import Analysis
import Diffusion

/// Pictures of escape times: against the sharpness, the noise and the learning rate, as far as a study varies them.
///
/// Where one of the three is not drawn, lines are of its first value, and of the smallest learning rate; only a sweep's
/// first seed is drawn.
struct EscapeCharts {
  private let table: EscapeTable
  private let noise: ValleyEscape.Noise
  private let theme: Theme

  init(_ table: EscapeTable, _ noise: ValleyEscape.Noise, _ theme: Theme) {
    (self.table, self.noise, self.theme) = (table, noise, theme)
  }

  /// The pictures by their files' names, without the ending.
  var all: [(name: String, svg: String)] {
    var pictures: [(name: String, svg: String)] = []
    for scale in SharpnessScale.allCases where !table.fits.isEmpty {
      pictures.append(
        (scale == .inverse ? "escape_inverse" : "escape_inverse_root", sharpness(scale)))
    }
    if noise.values.count > 1 { pictures.append(("escape_noise", againstNoise)) }
    if slowest.count < sources.count { pictures.append(("escape_rate", againstRate)) }
    return pictures
  }

  // MARK: What is drawn

  /// The cells of each sweep's first seed.
  private var sources: [SimulationSource] {
    let all = distinct(table.rows.map(\.source))
    return all.filter { source in all.first { $0.sweep == source.sweep }?.seed == source.seed }
  }

  /// Those of them with the smallest learning rate of all that differ in nothing else.
  private var slowest: [SimulationSource] {
    sources.filter { source in
      sources.allSatisfy { other in
        other.sweep != source.sweep || others(other) != others(source)
          || rate(source) <= rate(other)
      }
    }
  }

  /// Which seed is drawn, if there are several.
  private var seedWords: String {
    let count = distinct(table.rows.map(\.source.seed)).count
    guard count > 1, let seed = sources.first?.seed else { return "" }
    return "Seed \(seed), one of \(count). "
  }

  private func rate(_ source: SimulationSource) -> Double {
    table.rows.first { $0.source == source }?.learningRate ?? 0
  }

  /// The settings of a cell but the learning rate.
  private func others(_ source: SimulationSource) -> [Setting] {
    source.settings.filter { $0.key != "learning_rate" }
  }

  /// 95 % of the mean escape times' logarithms, as a band around the points.
  private func line(
    _ label: String, _ note: String, _ rows: [EscapeTable.Row], at x: (EscapeTable.Row) -> Double,
    scaledBy factor: (EscapeTable.Row) -> Double
  ) -> LineChart.Line {
    let known = rows.filter { $0.escaped > 0 }.sorted { x($0) < x($1) }
    var line = LineChart.Line(
      label: label, note: note,
      points: known.compactMap { row in
        row.meanTime.map { (x: x(row), y: naturalLogarithm($0 * factor(row))) }
      })
    line.marks = .dotsAndLine
    line.band = known.compactMap { row in
      row.interval.map {
        (
          x: x(row), lower: naturalLogarithm($0.lower * factor(row)),
          upper: naturalLogarithm($0.upper * factor(row))
        )
      }
    }
    return line
  }

  // MARK: Pictures

  private func sharpness(_ scale: SharpnessScale) -> String {
    let fits = table.fits.filter {
      $0.scale == scale && slowest.contains($0.source) && $0.noise == noise.values.first
    }
    let lines = fits.flatMap { fit -> [LineChart.Line] in
      let rows = table.rows.filter { $0.source == fit.source && $0.noise == fit.noise }
      let points = rows.compactMap { row in
        row.meanTime.map { (x: scale.position(row.sharpness), y: naturalLogarithm($0)) }
      }
      var measured = LineChart.Line(
        label: fit.source.label,
        note: fit.pearson.isFinite
          ? "Pearson \(DecimalText(fit.pearson).rounded(significant: 5).general)" : "",
        points: points)
      measured.marks = .dots
      let ends = (points.map(\.x).min() ?? 0, points.map(\.x).max() ?? 0)
      let xs = (0...20).map { ends.0 + (ends.1 - ends.0) * Double($0) / 20 }
      var line = LineChart.Line(
        label: "", note: "", points: xs.map { (x: $0, y: fit.value(at: $0).value) })
      line.marks = .sameColor
      line.band = xs.map { x in
        let (value, error) = fit.value(at: x)
        return (x: x, lower: value - 1.96 * error, upper: value + 1.96 * error)
      }
      return [measured, line]
    }
    let axis = scale == .inverse ? "1/k" : "1/√k"
    let condition = noise.values.first.map { "At \(noise.symbol) = \($0.setting). " } ?? ""
    return LineChart(
      title: "Escape times against \(axis)",
      caption: seedWords + condition
        + "Dots: log of the mean escape time. Lines: the fit of greatest likelihood with its 95 % band.",
      horizontal: axis, vertical: "log τ = −log Γ", lines: lines, theme: theme
    ).render()
  }

  private var againstNoise: String {
    let first = table.rows.first?.sharpness
    let lines = slowest.map { source in
      line(
        source.label, "η = \(rate(source).setting)",
        table.rows.filter { $0.source == source && $0.sharpness == first },
        at: { noise.isRate ? 1 / $0.noise : $0.noise }, scaledBy: { $0.learningRate })
    }
    return LineChart(
      title: "Escape times against \(noise.inverseSymbol)",
      caption: seedWords
        + "The log of the mean escape time times η at k = \(first?.setting ?? "–"), "
        + "with its 95 % interval.",
      horizontal: noise.inverseSymbol, vertical: "log ητ", lines: lines, theme: theme
    ).render()
  }

  private var againstRate: String {
    let (first, value) = (table.rows.first?.sharpness, noise.values.first)
    let lines = slowest.map { source in
      line(
        source.label, value.map { "\(noise.symbol) = \($0.setting)" } ?? "",
        table.rows.filter { row in
          row.source.sweep == source.sweep && others(row.source) == others(source)
            && row.source.seed == source.seed && row.noise == value && row.sharpness == first
        },
        at: { decimalLogarithm($0.learningRate) }, scaledBy: { $0.learningRate })
    }
    return LineChart(
      title: "Escape times against the learning rate",
      caption: seedWords
        + "The log of the mean escape time times η at k = \(first?.setting ?? "–"), "
        + "with its 95 % interval: level where the limit of small steps is reached.",
      horizontal: "log₁₀ η", vertical: "log ητ", lines: lines, theme: theme
    ).render()
  }
}

extension ValleyEscape.Noise {
  /// What is given, as formulas write it.
  fileprivate var symbol: String {
    switch self {
    case .batch: "B"
    case .ratePerBatch: "η/B"
    case .ratePerRootBatch: "η/√B"
    }
  }

  /// What grows as the noise falls.
  fileprivate var inverseSymbol: String {
    switch self {
    case .batch: "B"
    case .ratePerBatch: "B/η"
    case .ratePerRootBatch: "√B/η"
    }
  }

  fileprivate var isRate: Bool {
    if case .batch = self { false } else { true }
  }
}
