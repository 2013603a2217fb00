import Analysis

/// The largest eigenvalues of the Hessian by rank on a logarithmic axis, a line for each point and epoch in the
/// band that its seeds span.
public enum SpectrumSVG {
  public static func render(_ table: SpectrumTable, theme: Theme = .light) -> String {
    let all = Dictionary(grouping: table.spectra, by: \.label).mapValues { $0.map(\.settings) }
    let lines = table.spectra.map { spectrum in
      let ranks = spectrum.eigenvalues.enumerated()
      return LineChart.Line(
        label: spectrum.label,
        note: note(
          "epoch \(spectrum.epoch)", spectrum.settings, among: all[spectrum.label] ?? [],
          always: "learning_rate"),
        points: ranks.compactMap { rank, summary in
          summary.mean > 0 ? (Double(rank + 1), decimalLogarithm(summary.mean)) : nil
        },
        band: ranks.compactMap { rank, summary in
          summary.count > 1 && summary.minimum > 0
            ? (
              Double(rank + 1), decimalLogarithm(summary.minimum), decimalLogarithm(summary.maximum)
            ) : nil
        })
    }
    return LineChart(
      title: "Largest eigenvalues of the Hessian",
      caption: "Mean over the seeds, within the smallest and largest of them; \(table.study).",
      horizontal: "rank", vertical: "eigenvalue", lines: lines, theme: theme, isLogarithmic: true
    ).render()
  }
}

/// The variance of mini-batch gradients times B against the eigenvalues of the Hessian, a mark for each.
public enum NoiseSVG {
  public static func render(_ table: NoiseTable, theme: Theme = .light) -> String {
    let all = Dictionary(grouping: table.scatters, by: \.label).mapValues { $0.map(\.settings) }
    let lines = table.scatters.map { scatter in
      LineChart.Line(
        label: scatter.label,
        note: note(
          "epoch \(scatter.epoch), B = \(scatter.batch)", scatter.settings,
          among: all[scatter.label] ?? []),
        points: scatter.points.map { ($0.x, $0.y) }, marks: .dots)
    }
    return LineChart(
      title: "Gradient noise along the Hessian's top eigenvectors",
      caption:
        "C × B against H in the eigenbasis of H; the first seed of each point of \(table.study).",
      horizontal: "eigenvalue of H", vertical: "variance × B", lines: lines, theme: theme
    ).render()
  }
}

/// Words, then the settings in which the lines of one label differ, and one that is always said.
private func note(
  _ words: String, _ settings: [Setting], among all: [[Setting]], always key: String? = nil
) -> String {
  let symbols = ["learning_rate": "η", "weight_decay": "λ"]
  let told = settings.enumerated().filter { index, setting in
    setting.key == key || all.contains { $0[index] != setting }
  }
  return ([words] + told.map { "\(symbols[$1.key] ?? $1.key) \($1.text)" }).joined(separator: ", ")
}
