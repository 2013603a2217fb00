/// A value of a study file with the key it was found under.
struct StudyField {
  let file: String
  let key: String
  let node: StudyNode

  func failure(_ problem: StudyProblem) -> StudyError {
    StudyError(file: file, line: node.line, problem: problem)
  }

  private func wrongType(_ expected: String) -> StudyError {
    failure(.wrongType(key: key, expected: expected, found: node.summary))
  }
}

// MARK: Single values

extension StudyField {
  /// Text: quoted, or plain and not to be taken for something else.
  func text() throws(StudyError) -> String {
    guard case .text(let text, let isPlain) = node.content,
      !isPlain || !(looksLikeNumber(text) || notText.contains(text.lowercased()))
    else { throw wrongType("text") }
    return text
  }

  /// One of these words.
  func word(among known: [String]) throws(StudyError) -> String {
    let text = try text()
    guard known.contains(text) else {
      throw failure(.unknownValue(key: key, value: text, known: known))
    }
    return text
  }

  /// The name of a folder or a group.
  func name() throws(StudyError) -> String {
    let text = try text()
    guard isName(text) else { throw failure(.badName(key: key, value: text)) }
    return text
  }

  /// The path of a file.
  func path() throws(StudyError) -> String {
    let text = try text()
    guard !text.isEmpty, !text.utf8.contains(0) else { throw wrongType("the path of a file") }
    return text
  }

  func bool() throws(StudyError) -> Bool {
    switch node.content {
    case .text("true", isPlain: true): return true
    case .text("false", isPlain: true): return false
    default: throw wrongType("true or false")
    }
  }

  /// A finite number in decimal notation; −0 is 0.
  func number() throws(StudyError) -> Double {
    guard case .text(let text, isPlain: true) = node.content, looksLikeNumber(text) else {
      throw wrongType("a number")
    }
    guard isDecimal(text), let value = Double(text) else {
      throw failure(
        .badNumber(key: key, text: text, reason: "write it in decimal, like 0.001 or 1e-3"))
    }
    guard value.isFinite else {
      throw failure(.badNumber(key: key, text: text, reason: "it is too large"))
    }
    let mantissa = text.prefix { $0 != "e" && $0 != "E" }
    guard value != 0 || !mantissa.contains(where: { ("1"..."9").contains($0) }) else {
      throw failure(.badNumber(key: key, text: text, reason: "it is too small"))
    }
    return value == 0 ? 0 : value
  }

  func positiveNumber() throws(StudyError) -> Double {
    let value = try number()
    guard value > 0 else {
      throw failure(
        .outOfRange(key: key, expected: "greater than 0", found: canonicalNumber(value)))
    }
    return value
  }

  func integer(in range: ClosedRange<Int>) throws(StudyError) -> Int {
    let value = try number()
    guard let integer = Int(exactly: value), range.contains(integer) else {
      throw failure(
        .outOfRange(
          key: key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
          found: canonicalNumber(value)))
    }
    return integer
  }
}

// MARK: Lists and mappings

extension StudyField {
  var isList: Bool { if case .list = node.content { true } else { false } }
  var isMapping: Bool { if case .mapping = node.content { true } else { false } }

  /// The elements of a list that has some.
  func elements() throws(StudyError) -> [StudyField] {
    guard case .list(let nodes) = node.content else { throw wrongType("a list") }
    guard !nodes.isEmpty else { throw failure(.emptyList(key: key)) }
    return nodes.map { StudyField(file: file, key: key, node: $0) }
  }

  /// The elements of a list that has some and none of them twice.
  func distinct<Value: Hashable>(
    _ read: (StudyField) throws(StudyError) -> Value
  ) throws(StudyError) -> [Value] {
    var values: [Value] = []
    var seen: Set<Value> = []
    for element in try elements() {
      let value = try read(element)
      guard seen.insert(value).inserted else {
        throw element.failure(.duplicateValue(key: key, value: element.node.summary))
      }
      values.append(value)
    }
    return values
  }

  /// What `read` makes of a mapping.
  ///
  /// A key that is not of this level is an error before `read` is called, and one that `read` did not ask for
  /// is an error after it, in the words of ``StudyKeys/decide(by:)``.
  func mapping<Value>(
    level: String, called owner: String,
    _ read: (inout StudyKeys) throws(StudyError) -> Value
  ) throws(StudyError) -> Value {
    var keys = try keys(level: level, called: owner)
    let value = try read(&keys)
    try keys.finish()
    return value
  }

  private func keys(level: String, called owner: String) throws(StudyError) -> StudyKeys {
    guard case .mapping(let members) = node.content else {
      let known = StudyFormat.levels[level] ?? []
      throw wrongType("a mapping with the keys \(known.joined(separator: ", "))")
    }
    return try StudyKeys(file: file, line: node.line, owner: owner, level: level, members)
  }
}

// MARK: Notation

/// Plain text that YAML takes for something else, in lower case.
private let notText: Set<String> = ["", "~", "null", "true", "false", "yes", "no", "on", "off"]

/// Whether YAML, in any of its versions, or a human would take the plain text for a number.
private func looksLikeNumber(_ text: String) -> Bool {
  let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
  if [".inf", ".nan", "inf", "nan", "infinity"].contains(unsigned.lowercased()) { return true }
  guard let first = unsigned.first else { return false }
  let isDigit = first.isASCII && first.isNumber
  guard isDigit || first == "." && unsigned.count > 1 else { return false }
  let isHexadecimal = unsigned.lowercased().hasPrefix("0x")
  return unsigned.dropFirst().allSatisfy {
    ("0"..."9").contains($0) || "._+-:eExXoO".contains($0) || isHexadecimal && $0.isHexDigit
  }
}

/// Whether the text is a decimal number as JSON writes it.
private func isDecimal(_ text: String) -> Bool {
  var rest = Substring(text)
  func digits() -> Int {
    let run = rest.prefix { ("0"..."9").contains($0) }
    rest = rest.dropFirst(run.count)
    return run.count
  }
  if rest.first == "-" { rest = rest.dropFirst() }
  let hasLeadingZero = rest.first == "0"
  let whole = digits()
  guard whole == 1 || whole > 1 && !hasLeadingZero else { return false }
  if rest.first == "." {
    rest = rest.dropFirst()
    if digits() == 0 { return false }
  }
  if rest.first == "e" || rest.first == "E" {
    rest = rest.dropFirst()
    if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
    if digits() == 0 { return false }
  }
  return rest.isEmpty
}

private func isName(_ text: String) -> Bool {
  func isWord(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
  }
  guard let first = text.first, isWord(first), text.utf8.count <= 64 else { return false }
  return text.allSatisfy { isWord($0) || "_.-".contains($0) }
    && !["cells", "measurements", "work"].contains(text)
}

extension StudyNode {
  /// The value in a message.
  var summary: String {
    switch content {
    case .text("", isPlain: true): "nothing"
    case .text(let text, isPlain: true): "'\(text.prefix(60))'"
    case .text(let text, isPlain: false): "the text \"\(text.prefix(60))\""
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}
