import Analysis
import Studies

/// Pictures of simulations: measured points, and lines of what is known or fitted.
public enum DiffusionSVG {
  /// Every picture of a study of simulations by its file's name, without the ending.
  public static func all(
    of results: StudyResults, theme: Theme = .light
  ) -> [(name: String, svg: String)] {
    switch results.grid.study.simulation {
    case .saddle, .networkSaddle: displacements(SaddleTable(results), results.grid.study, theme)
    case .escape(let escape): EscapeCharts(EscapeTable(results), escape.noise, theme).all
    case .networkEscape(let escape): EscapeCharts(EscapeTable(results), escape.noise, theme).all
    case .convergence: [convergence(ConvergenceTable(results), theme)]
    case nil: []
    }
  }

  /// A picture for each sweep: its first cell at its first batch size.
  private static func displacements(
    _ table: SaddleTable, _ study: Study, _ theme: Theme
  ) -> [(name: String, svg: String)] {
    let seeds = distinct(table.rows.map(\.source.seed)).count
    func seedText(_ source: SimulationSource) -> String {
      seeds > 1 ? ", seed \(source.seed)" : ""
    }
    return study.sweeps.indices.compactMap { sweep in
      guard let first = table.rows.first(where: { $0.source.sweep == sweep }) else { return nil }
      let rows = table.rows.filter { $0.source == first.source && $0.batch == first.batch }
      let lines = distinct(rows.map(\.curvature)).flatMap { curvature -> [LineChart.Line] in
        let own = rows.filter { $0.curvature == curvature }
        func line(_ label: String, _ value: (SaddleTable.Row) -> Double?) -> LineChart.Line {
          LineChart.Line(
            label: label, note: "",
            points: own.compactMap { row in
              guard let value = value(row), value > 0, value.isFinite else { return nil }
              return (x: decimalLogarithm(row.time), y: decimalLogarithm(value))
            })
        }
        var measured = line("H = \(DecimalText(curvature).rounded(significant: 3).general)") {
          $0.meanSquare
        }
        measured.marks = .dots
        var reference = line("") { $0.reference?.value }
        reference.marks = .sameColor
        var law = line("") { $0.laws.first?.value }
        law.marks = .sameColorDashed
        return [measured, reference, law]
      }
      let chart = LineChart(
        title: "Displacement from a saddle: \(first.source.label)",
        caption: "Dots: mean squared displacement of the simulation at B = \(first.batch.setting), "
          + "\(settingsText(first.source))\(seedText(first.source)). "
          + (first.reference.map { "Solid: \($0.kind.description). " } ?? "")
          + "Dashed: \(first.laws.first?.name ?? "no law").",
        horizontal: "log₁₀ T", vertical: "log₁₀ ⟨Δθ²⟩", lines: lines, theme: theme)
      return ("displacement_\(first.source.label)", chart.render())
    }
  }

  private static func convergence(
    _ table: ConvergenceTable, _ theme: Theme
  ) -> (name: String, svg: String) {
    let sources = distinct(table.rows.map(\.source))
    let lines = sources.flatMap { source -> [LineChart.Line] in
      let rows = table.rows.filter { $0.source == source }
      func points(_ value: (ConvergenceTable.Row) -> Double?) -> [(x: Double, y: Double)] {
        rows.compactMap { row in
          value(row).map { (x: decimalLogarithm(row.horizon), y: decimalLogarithm($0)) }
        }
      }
      var measured = LineChart.Line(
        label: source.label, note: settingsText(source), points: points { $0.minimum })
      measured.marks = .dotsAndLine
      var bound = LineChart.Line(label: "", note: "", points: points { $0.bound })
      bound.marks = .sameColorDashed
      return [measured, bound]
    }
    let chart = LineChart(
      title: "Least squared gradient norm against the length of a run",
      caption: "Dots: min over k of the mean of ‖∇L(θₖ)‖². Dashed: Theorem 4's bound.",
      horizontal: "log₁₀ T", vertical: "log₁₀ min ‖∇L‖²", lines: lines, theme: theme)
    return ("convergence", chart.render())
  }

}

/// The values without repetitions, in their order.
func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
  var seen: Set<Value> = []
  return values.filter { seen.insert($0).inserted }
}
