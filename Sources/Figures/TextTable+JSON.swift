extension TextTable {
  /// An object with `caption`, `rows` (an object per row, by column key) and `title`; keys sorted.
  public var json: String {
    let order = columns.indices.sorted { columns[$0].key < columns[$1].key }
    let objects = rows.map { row in
      "    {"
        + order.map { "\(quoted(columns[$0].key)): \(scalar(row[$0]))" }.joined(separator: ", ")
        + "}"
    }
    let list = objects.isEmpty ? "[]" : "[\n" + objects.joined(separator: ",\n") + "\n  ]"
    return """
      {
        "caption": \(quoted(caption)),
        "rows": \(list),
        "title": \(quoted(title))
      }

      """
  }

  private func scalar(_ value: Value) -> String {
    switch value {
    case .none: "null"
    case .text(let text): quoted(text)
    case .integer(let integer): String(integer)
    case .number(let number), .fraction(let number): number.sixDigits ?? "null"
    case .setting(let number): number.setting
    case .entry(let entry, let isFraction, _):
      quoted(EntryText(entry, isFraction: isFraction).plain)
    }
  }

  private func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": return "\\\""
      case "\\": return "\\\\"
      case "\n": return "\\n"
      case "\t": return "\\t"
      case "\r": return "\\r"
      default:
        guard scalar.value < 0x20 else { return String(scalar) }
        let hex = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
