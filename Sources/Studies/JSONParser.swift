extension JSONValue {
  /// The value of a JSON text.
  ///
  /// - Throws: ``JSONError`` if it is not JSON (RFC 8259), if an object has a key twice, if a number is
  ///   too large for a double or if arrays and objects are nested more than 64 deep.
  public init(parsing text: String) throws(JSONError) {
    var parser = JSONParser(bytes: Array(text.utf8))
    self = try parser.document()
  }
}

/// A text that is not the JSON it should be.
public struct JSONError: Error, Hashable, CustomStringConvertible {
  /// What was expected.
  public let expected: String
  /// Where, in bytes from the start.
  public let offset: Int

  public var description: String { "expected \(expected) at byte \(offset)" }
}

private struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  var depth = 0

  private static let deepest = 64

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw failure("the end of the text") }
    return value
  }

  private func failure(_ expected: String) -> JSONError {
    JSONError(expected: expected, offset: position)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard next == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    switch next.map({ Character(Unicode.Scalar($0)) }) {
    case "{": return try nested { parser throws(JSONError) in try parser.object() }
    case "[": return try nested { parser throws(JSONError) in try parser.array() }
    case "\"": return .string(try string())
    case "t": return try word("true", .bool(true))
    case "f": return try word("false", .bool(false))
    case "n": return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func nested(
    _ read: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    guard depth < Self.deepest else { throw failure("at most \(Self.deepest) levels of nesting") }
    depth += 1
    defer { depth -= 1 }
    position += 1
    return try read(&self)
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw failure("a value") }
    position += word.utf8.count
    return value
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    var values: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(values) }
    repeat {
      values.append(try value())
      skipSpace()
    } while take(",")
    guard take("]") else { throw failure("',' or ']'") }
    return .array(values)
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var members: [String: JSONValue] = [:]
    skipSpace()
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      let start = position
      let key = try string()
      skipSpace()
      guard take(":") else { throw failure("':'") }
      guard members.updateValue(try value(), forKey: key) == nil else {
        throw JSONError(expected: "the key '\(key)' only once", offset: start)
      }
      skipSpace()
    } while take(",")
    guard take("}") else { throw failure("',' or '}'") }
    return .object(members)
  }

  private mutating func string() throws(JSONError) -> String {
    guard take("\"") else { throw failure("a string") }
    var units: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\""), byte >= 0x20 {
      if byte == UInt8(ascii: "\\") {
        units += Array(String(try escape()).utf8)
      } else {
        units.append(byte)
        position += 1
      }
    }
    guard take("\"") else { throw failure("a closing quote") }
    return String(decoding: units, as: UTF8.self)
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    position += 1
    guard let letter = next else { throw failure("an escape") }
    position += 1
    switch Character(Unicode.Scalar(letter)) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{08}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": return try unicodeEscape()
    default:
      position -= 1
      throw failure("an escape")
    }
  }

  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let first = try fourHexDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else {
      throw failure("a pair of surrogates")
    }
    let second = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else { throw failure("a pair of surrogates") }
    return scalar
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("four hex digits") }
    position += 4
    return value
  }

  private mutating func number() throws(JSONError) -> Double {
    let start = position
    _ = take("-")
    let whole = digits()
    guard whole > 0 else { throw JSONError(expected: "a value", offset: start) }
    guard whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
      throw JSONError(expected: "a number without leading zeros", offset: start)
    }
    if take("."), digits() == 0 { throw failure("a digit") }
    if take("e") || take("E") {
      if !take("-") { _ = take("+") }
      if digits() == 0 { throw failure("a digit") }
    }
    guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)),
      value.isFinite
    else { throw JSONError(expected: "a number that a double can hold", offset: start) }
    return value
  }

  /// Passes over digits and tells how many there were.
  private mutating func digits() -> Int {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }
}
