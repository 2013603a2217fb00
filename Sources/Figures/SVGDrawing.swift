/// An SVG picture in the making: elements in the order they are drawn, on a background of its own.
struct SVGDrawing {
  private var elements: [String] = []
  private let theme: Theme

  init(theme: Theme = .light) { self.theme = theme }

  /// The fonts asked for, in this order; text is laid out for the widest of them.
  static let fonts = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"

  enum Anchor: String { case start, middle, end }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String,
    stroke: String? = nil, strokeWidth: Double = 1, dashed: Bool = false
  ) {
    let outline =
      stroke.map { #" stroke="\#(theme.paint($0))" stroke-width="\#(strokeWidth.pixels)""# } ?? ""
    let dash = dashed ? #" stroke-dasharray="3 2""# : ""
    elements.append(
      #"<rect x="\#(x.pixels)" y="\#(y.pixels)" width="\#(width.pixels)" height="\#(height.pixels)""#
        + #" fill="\#(theme.paint(fill))"\#(outline)\#(dash)/>"#)
  }

  /// A path from its commands, as `M0 0L1 1`.
  mutating func path(
    _ commands: String, stroke: String = "none", width: Double = 1, fill: String = "none",
    opacity: Double = 1
  ) {
    let stroke =
      stroke == "none"
      ? "" : #" stroke="\#(theme.paint(stroke))" stroke-width="\#(width.pixels)""#
    let opacity = opacity < 1 ? #" opacity="\#(opacity.pixels)""# : ""
    elements.append(#"<path d="\#(commands)" fill="\#(theme.paint(fill))"\#(stroke)\#(opacity)/>"#)
  }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String, width: Double = 1
  ) {
    path("M\(x1.pixels) \(y1.pixels)L\(x2.pixels) \(y2.pixels)", stroke: stroke, width: width)
  }

  mutating func circle(
    _ x: Double, _ y: Double, radius: Double, fill: String, stroke: String = "none",
    strokeWidth: Double = 1
  ) {
    let width = strokeWidth == 1 ? "" : #" stroke-width="\#(strokeWidth.pixels)""#
    elements.append(
      #"<circle cx="\#(x.pixels)" cy="\#(y.pixels)" r="\#(radius.pixels)""#
        + #" fill="\#(theme.paint(fill, isText: true))" stroke="\#(theme.paint(stroke))"\#(width)/>"#
    )
  }

  /// Text on one line; `y` is the middle of its digits. `turned` makes it read upwards.
  mutating func text(
    _ text: String, _ x: Double, _ y: Double, size: Double, anchor: Anchor = .start,
    fill: String = "#222222", bold: Bool = false, turned: Bool = false
  ) {
    // Digits are about 0.73 em tall.
    let shift = 0.36 * size
    let (x, y) = turned ? (x + shift, y) : (x, y + shift)
    let place =
      turned
      ? #"transform="translate(\#(x.pixels) \#(y.pixels)) rotate(-90)""#
      : #"x="\#(x.pixels)" y="\#(y.pixels)""#
    elements.append(
      #"<text \#(place) font-size="\#(size.pixels)""#
        + #" fill="\#(theme.paint(fill, isText: true))""#
        + (anchor == .start ? "" : #" text-anchor="\#(anchor.rawValue)""#)
        + (bold ? #" font-weight="bold""# : "") + ">\(escapeXML(text))</text>")
  }

  /// Diagonal lines over a rectangle, continuous from one to the next.
  mutating func hatch(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, stroke: String, every step: Double
  ) {
    let (right, bottom) = (x + width, y + height)
    var commands = ""
    var sum = ((x + y) / step).rounded(.up) * step
    while sum <= right + bottom {
      let start = sum - y <= right ? (sum - y, y) : (right, sum - right)
      let end = sum - x <= bottom ? (x, sum - x) : (sum - bottom, bottom)
      commands +=
        "M\(start.0.pixels) \(start.1.pixels)L\(end.0.pixels) \(end.1.pixels)"
      sum += step
    }
    path(commands, stroke: stroke, width: 1)
  }

  /// Draws what `draw` draws, as one element that a page's script finds: it can be pointed at and focused.
  mutating func group(
    attributes: [(name: String, value: String)], _ draw: (inout SVGDrawing) -> Void
  ) {
    let text = attributes.map { #" \#($0.name)="\#(escapeXML($0.value))""# }.joined()
    elements.append("<g\(text)>")
    draw(&self)
    elements.append("</g>")
  }

  /// Draws what `draw` draws, cut off outside a rectangle.
  mutating func clipped(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ draw: (inout SVGDrawing) -> Void
  ) {
    // A nested picture clips by itself; a clip path would need an id, and ids clash within a page.
    let (w, h) = (width.pixels, height.pixels)
    elements.append(
      #"<svg x="\#(x.pixels)" y="\#(y.pixels)" width="\#(w)" height="\#(h)""#
        + #" viewBox="\#(x.pixels) \#(y.pixels) \#(w) \#(h)" overflow="hidden">"#)
    draw(&self)
    elements.append("</svg>")
  }

  /// The whole picture.
  ///
  /// - Parameters:
  ///   - title: What it is, for screen readers.
  func document(width: Double, height: Double, title: String) -> String {
    let (w, h) = (width.pixels, height.pixels)
    let head =
      #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(w)" height="\#(h)""#
      + #" viewBox="0 0 \#(w) \#(h)" role="img" font-family="\#(Self.fonts)">"#
    let back = #"<rect width="\#(w)" height="\#(h)" fill="\#(theme.paint("#ffffff"))"/>"#
    return ([head, "<title>\(escapeXML(title))</title>", back] + elements + ["</svg>"])
      .map { $0 + "\n" }.joined()
  }
}

extension Double {
  /// With at most two digits after the point.
  var pixels: String { DecimalText(self).rounded(places: 2) }
}

/// Text for XML and HTML, in elements and in quoted attributes.
func escapeXML(_ text: String) -> String {
  text.unicodeScalars.map { scalar in
    switch scalar {
    case "&": "&amp;"
    case "<": "&lt;"
    case ">": "&gt;"
    case "\"": "&quot;"
    case "'": "&#39;"
    case "\n", "\t": String(scalar)
    // XML allows no other control characters, not even escaped.
    default: scalar.value < 0x20 ? "\u{FFFD}" : String(scalar)
    }
  }.joined()
}
