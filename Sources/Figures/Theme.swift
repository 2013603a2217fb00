/// Whether a picture is for a light or a dark page.
public enum Theme: String, CaseIterable, Hashable, Sendable {
  case light, dark

  /// The colours of lines, areas and text in pictures, light with dark. Colours that mean a number are the same
  /// in both, and so is the ink on them.
  static let inks: [(light: String, dark: String)] = [
    ("#222222", "#e4e8eb"), ("#444444", "#9aa5af"), ("#555555", "#a9b3bc"),
    ("#e4e4e4", "#343c44"), ("#b5b5b5", "#5c6670"), ("#ececec", "#262d34"),
    ("#c9c9c9", "#4a545e"), ("#fbe3e1", "#4a2522"), ("#8a1c1c", "#f0a8a0"),
  ]

  /// Colours of areas and lines only: on text they are ink on a colour that means a number.
  static let papers: [(light: String, dark: String)] = [
    ("#ffffff", "#14181c"), ("#000000", "#ffffff"),
  ]

  /// A colour of a light picture in this theme.
  func paint(_ color: String, isText: Bool = false) -> String {
    guard self == .dark else { return color }
    return (isText ? Self.inks : Self.inks + Self.papers).first { $0.light == color }?.dark
      ?? color
  }

  /// Style rules that make light pictures dark.
  static var darkRules: String {
    func rule(_ elements: String, _ attribute: String, _ pair: (light: String, dark: String))
      -> String
    {
      let selectors = elements.split(separator: " ").map {
        "figure svg \($0)[\(attribute)=\"\(pair.light)\"]"
      }
      return "\(selectors.joined(separator: ", ")) { \(attribute): \(pair.dark); }"
    }
    return
      (inks.flatMap {
        [rule("rect path text circle", "fill", $0), rule("rect path circle", "stroke", $0)]
      }
      + papers.flatMap { [rule("rect path", "fill", $0), rule("rect path circle", "stroke", $0)] })
      .joined(separator: "\n")
  }
}
