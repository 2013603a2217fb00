extension TextTable {
  /// A heading, the table as GitHub renders it, and the caption.
  public var markdown: String {
    let header = columns.map { escape($0.heading) }
    let body = rows.map { $0.map(cell) }
    let widths = columns.indices.map { column in
      max(3, ([header] + body).map { $0[column].count }.max() ?? 3)
    }
    let rule = zip(columns, widths).map { column, width in
      switch column.alignment {
      case .left: ":" + String(repeating: "-", count: width - 1)
      case .center: ":" + String(repeating: "-", count: width - 2) + ":"
      case .right: String(repeating: "-", count: width - 1) + ":"
      }
    }
    let lines = ([header, rule] + body).map { row in
      "| "
        + row.indices.map { pad(row[$0], widths[$0], columns[$0].alignment) }
        .joined(separator: " | ") + " |\n"
    }
    let notation = hasDeviations ? " Deviations follow ±." : ""
    return "### \(escape(title))\n\n" + lines.joined() + "\n\(escape(caption))\(notation)\n"
  }

  private func cell(_ value: Value) -> String {
    switch value {
    case .none: return ""
    case .text(let text): return escape(text)
    case .integer(let integer): return String(integer)
    case .number(let number): return number.sixDigits ?? ""
    case .fraction(let number): return number.isFinite ? number.percent() : ""
    case .setting(let number): return number.setting
    case .entry(let entry, let isFraction, let isBest):
      let text = EntryText(entry, isFraction: isFraction).plain
      return isBest ? "**\(text)**" : text
    }
  }

  private func pad(_ text: String, _ width: Int, _ alignment: Alignment) -> String {
    let gap = width - text.count
    let left = alignment == .left ? 0 : alignment == .right ? gap : gap / 2
    return String(repeating: " ", count: left) + text
      + String(repeating: " ", count: gap - left)
  }

  private func escape(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\n", "\r", "\r\n": " "
      case "\\", "|", "`", "*", "_", "[", "]", "#", "~": "\\\(character)"
      default: String(character)
      }
    }.joined()
  }
}
