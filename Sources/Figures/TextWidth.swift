/// The width of text in pixels, not less than in any font a picture asks for.
func textWidth(_ text: String, size: Double) -> Double {
  text.unicodeScalars.reduce(0) { $0 + widthInEm($1) } * size
}

private func widthInEm(_ scalar: Unicode.Scalar) -> Double {
  switch scalar {
  case "i", "j", "l", ".", ",", ":", ";", "'", "|", "!", " ", "I": 0.4
  case "f", "t", "r", "(", ")", "[", "]", "-", "/": 0.46
  case "m", "w", "M", "W", "%", "@": 1.05
  case "0"..."9", "a"..."z": 0.65
  case "A"..."Z": 0.8
  default: scalar.value < 0x2E80 ? 0.86 : 1.1
  }
}

/// The text, or its start and an ellipsis if it is wider than so many pixels.
func shortened(_ text: String, to width: Double, size: Double) -> String {
  guard textWidth(text, size: size) > width else { return text }
  var start = Substring(text)
  while !start.isEmpty, textWidth(start + "…", size: size) > width { start.removeLast() }
  return start + "…"
}

private func textWidth(_ text: Substring, size: Double) -> Double {
  textWidth(String(text), size: size)
}

/// The text in lines of at most so many pixels, broken between words.
func wrapped(_ text: String, to width: Double, size: Double) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    let longer = line.isEmpty ? String(word) : line + " " + word
    if !line.isEmpty, textWidth(longer, size: size) > width {
      lines.append(line)
      line = String(word)
    } else {
      line = longer
    }
  }
  return line.isEmpty ? lines : lines + [line]
}
