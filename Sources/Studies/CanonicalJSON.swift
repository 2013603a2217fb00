/// A JSON value.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A finite number.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// A whole number of at most 53 bits.
  public static func integer(_ value: Int) -> JSONValue {
    precondition(value.magnitude <= 1 << 53, "JSON keeps whole numbers of at most 53 bits")
    return .number(Double(value))
  }
}

extension JSONValue {
  /// The value's one canonical text (RFC 8785, JCS): keys sorted by UTF-16 code units, no spaces, numbers
  /// as ECMAScript writes them, only the escapes that JSON demands.
  public var canonicalText: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value): text += canonicalNumber(value)
    case .string(let value): writeQuoted(value, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      for (index, (key, value)) in sorted.enumerated() {
        if index > 0 { text += "," }
        writeQuoted(key, to: &text)
        text += ":"
        value.write(to: &text)
      }
      text += "}"
    }
  }
}

private func writeQuoted(_ value: String, to text: inout String) {
  text += "\""
  // Nearly all text is of this kind, and ids are made of it thousands of times.
  if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
    text += value
    text += "\""
    return
  }
  for scalar in value.unicodeScalars {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\u{08}": text += "\\b"
    case "\t": text += "\\t"
    case "\n": text += "\\n"
    case "\u{0C}": text += "\\f"
    case "\r": text += "\\r"
    case "\0"..<" ":
      let hex = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    default: text.unicodeScalars.append(scalar)
    }
  }
  text += "\""
}

/// A finite number as ECMAScript's `Number::toString` writes it, as JCS demands.
///
/// Swift and ECMAScript agree on the digits, the fewest that read back as the same number and of those
/// the nearest; they differ in how the digits are laid out.
public func canonicalNumber(_ value: Double) -> String {
  precondition(value.isFinite, "JSON has no \(value)")
  if value.magnitude < 0x1p53, value == value.rounded(.towardZero) { return String(Int(value)) }
  let (digits, point) = shortestDigits(value.magnitude)
  let sign = value < 0 ? "-" : ""
  let count = digits.count
  switch point {
  case count...21 where count <= 21:
    return sign + digits + String(repeating: "0", count: point - count)
  case 1...21:
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  case -5...0:
    return sign + "0." + String(repeating: "0", count: -point) + digits
  default:
    let exponent = point - 1
    let fraction = count > 1 ? "." + digits.dropFirst() : ""
    return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+")
      + String(exponent.magnitude)
  }
}

/// The shortest decimal digits of a positive number, without zeros at either end, and the place of the
/// decimal point: the number is 0.d₁d₂d₃… × 10^point.
private func shortestDigits(_ value: Double) -> (digits: String, point: Int) {
  let parts = value.description.split(separator: "e")
  let mantissa = parts[0].split(separator: ".")
  let fraction = mantissa.count > 1 ? mantissa[1] : ""
  var digits = mantissa[0] + fraction
  var point = mantissa[0].count + (parts.count > 1 ? Int(parts[1])! : 0)
  while digits.last == "0" { digits.removeLast() }
  while digits.first == "0" {
    digits.removeFirst()
    point -= 1
  }
  return (String(digits), point)
}
