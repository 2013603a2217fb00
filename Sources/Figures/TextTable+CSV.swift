extension TextTable {
  /// The columns' keys, then a line per row. Nothing stands for no value.
  ///
  /// Text that a spreadsheet would take for a formula gets an apostrophe in front.
  public var csv: String {
    let lines = [columns.map { field(text: $0.key) }] + rows.map { $0.map(field) }
    return lines.map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private func field(_ value: Value) -> String {
    switch value {
    case .none: ""
    case .text(let text): field(text: text)
    case .integer(let integer): String(integer)
    case .number(let number), .fraction(let number): number.sixDigits ?? ""
    case .setting(let number): number.setting
    case .entry(let entry, let isFraction, _):
      field(text: EntryText(entry, isFraction: isFraction).plain)
    }
  }

  private func field(text: String) -> String {
    let formula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    let text = formula ? "'" + text : text
    guard text.unicodeScalars.contains(where: { "\",\n\r".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
