import Analysis

extension TextTable {
  /// A `table` element with the caption below; deviations are small, the best is bold.
  var html: String {
    let head = columns.map { "<th\(alignment($0))>\(escapeXML($0.heading))</th>" }.joined()
    let body = rows.map { row in
      "<tr>" + zip(columns, row).map { "<td\(alignment($0))>\(cell($1))</td>" }.joined() + "</tr>\n"
    }
    let notation = hasDeviations ? " Deviations follow ±." : ""
    return """
      <div class="wide"><table class="sortable">
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body.joined())</tbody>
      </table></div>
      <p class="note">\(escapeXML(caption + notation))</p>

      """
  }

  private func alignment(_ column: Column) -> String {
    switch column.alignment {
    case .left: ""
    case .center: #" class="c""#
    case .right: #" class="r""#
    }
  }

  private func cell(_ value: Value) -> String {
    switch value {
    case .none: return ""
    case .text(let text): return escapeXML(text)
    case .integer(let integer): return String(integer)
    case .number(let number): return number.sixDigits ?? ""
    case .fraction(let number): return number.isFinite ? number.percent() : ""
    case .setting(let number): return number.setting
    case .entry(let entry, let isFraction, let isBest):
      let text = escapeXML(EntryText(entry, isFraction: isFraction).plain)
      return isBest ? "<strong>\(text)</strong>" : text
    }
  }
}
