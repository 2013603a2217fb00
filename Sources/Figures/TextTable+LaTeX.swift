import Analysis

extension TextTable {
  /// A `table` environment with `booktabs` rules; deviations are subscripts, the best is bold.
  public var latex: String {
    let alignment = columns.map { column in
      switch column.alignment {
      case .left: "l"
      case .center: "c"
      case .right: "r"
      }
    }.joined()
    func line(_ cells: [String]) -> String { "    " + cells.joined(separator: " & ") + " \\\\\n" }
    let header = line(columns.map { escape($0.heading) })
    let body = rows.map { line($0.map(cell)) }.joined()
    let notation = hasDeviations ? " Deviations are subscripts." : ""
    return """
      % \\usepackage{booktabs}
      \\begin{table}
        \\centering
        \\caption{\(escape(title)). \(escape(caption))\(notation)}
        \\begin{tabular}{\(alignment)}
          \\toprule
      \(header)    \\midrule
      \(body)    \\bottomrule
        \\end{tabular}
      \\end{table}

      """
  }

  private func cell(_ value: Value) -> String {
    switch value {
    case .none: ""
    case .text(let text): escape(text)
    case .integer(let integer): String(integer)
    case .number(let number): number.sixDigits.map { "$\(scientific($0))$" } ?? ""
    case .fraction(let number): number.isFinite ? "$\(number.percent())$" : ""
    case .setting(let number): "$\(scientific(number.setting))$"
    case .entry(let entry, let isFraction, let isBest):
      self.entry(EntryText(entry, isFraction: isFraction), isBest)
    }
  }

  private func entry(_ text: EntryText, _ isBest: Bool) -> String {
    func spread(_ summary: Summary) -> String {
      let mean = text.text(summary.mean)
      let deviation = summary.standardDeviation.map { "_{\(text.text($0))}" } ?? ""
      return "$" + (isBest ? "\\mathbf{\(mean)}" : mean) + deviation + "$"
    }
    let tally = text.entry.tally
    switch text.entry {
    case .measured(let summary, _):
      return spread(summary)
        + (tally.completed < tally.seeds ? " (\(tally.completed)/\(tally.seeds))" : "")
    case .diverged(let others, _):
      return "div. \(tally.diverged)/\(tally.seeds)" + (others.map { ", \(spread($0))" } ?? "")
    case .failed: return "failed"
    case .missing: return "--"
    }
  }

  /// `5e-4` as `5 \times 10^{-4}`.
  private func scientific(_ text: String) -> String {
    let parts = text.split(separator: "e")
    guard parts.count == 2 else { return text }
    let factor = parts[0] == "1" ? "" : "\(parts[0]) \\times "
    return "\(factor)10^{\(parts[1])}"
  }

  private func escape(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\textbackslash{}"
      case "{", "}", "$", "&", "#", "_", "%": "\\\(character)"
      case "^": "\\textasciicircum{}"
      case "~": "\\textasciitilde{}"
      case "<": "\\textless{}"
      case ">": "\\textgreater{}"
      case "|": "\\textbar{}"
      case "–": "--"
      case "…": "\\ldots{}"
      case "\n", "\r", "\r\n": " "
      default: mathematics[character].map { "$\($0)$" } ?? String(character)
      }
    }.joined()
  }
}

/// What pdflatex has no text character for.
private let mathematics: [Character: String] = [
  "±": "\\pm", "−": "-", "×": "\\times", "·": "\\cdot", "≥": "\\geq", "≤": "\\leq",
  "√": "\\surd", "‖": "\\|", "∇": "\\nabla", "⟨": "\\langle", "⟩": "\\rangle",
  "²": "^{2}", "₀": "_{0}", "₁": "_{1}", "₂": "_{2}",
  "β": "\\beta", "η": "\\eta", "θ": "\\theta", "λ": "\\lambda", "τ": "\\tau", "χ": "\\chi",
  "Γ": "\\Gamma", "Δ": "\\Delta",
]
