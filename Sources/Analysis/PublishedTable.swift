/// A published table of means and deviations, as a CSV file gives it.
///
/// The columns `label`, `mean`, `deviation` and `n` are needed; all others together say which row of the
/// published table a result is in, and only results of one row are compared. A field of `deviation` is empty where none
/// was published, as of one run.
public struct PublishedTable: Hashable, Sendable {
  /// The names of the columns that tell rows apart, in file order.
  public let keys: [String]
  /// In file order.
  public let results: [Result]

  public struct Result: Hashable, Sendable {
    /// The values of the ``PublishedTable/keys``.
    public let row: [String]
    public let label: String
    /// In the table's unit.
    public let mean: Double
    /// As printed: 0 or more; what it was divided by is not known. `nil` where there is none, as of one run.
    public let deviation: Double?
    /// How many runs it is over.
    public let count: Int
  }

  /// The table of a CSV text; `file` is its name in messages.
  public init(csv text: String, file: String) throws(PublishedTableError) {
    func failure(_ line: Int, _ problem: PublishedTableError.Problem) -> PublishedTableError {
      PublishedTableError(file: file, line: line, problem: problem)
    }
    let lines = try csvLines(text, file)
    guard let header = lines.first else { throw failure(1, .empty) }
    let names = header.fields
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw failure(header.line, .duplicateColumn(name))
    }
    var places: [String: Int] = [:]
    for name in ["label", "mean", "deviation", "n"] {
      guard let place = names.firstIndex(of: name) else {
        throw failure(header.line, .missingColumn(name))
      }
      places[name] = place
    }
    let others = names.indices.filter { places[names[$0]] == nil }
    var results: [Result] = []
    for line in lines.dropFirst() {
      guard line.fields.count == names.count else {
        throw failure(line.line, .fields(found: line.fields.count, expected: names.count))
      }
      func field(_ name: String) -> String { line.fields[places[name] ?? 0] }
      func number(_ name: String, _ range: ClosedRange<Double>) throws(PublishedTableError)
        -> Double
      {
        guard let value = Double(field(name)), range.contains(value) else {
          throw failure(line.line, .badNumber(column: name, text: field(name)))
        }
        return value
      }
      let count = try number("n", 1...1e9)
      guard count == count.rounded() else {
        throw failure(line.line, .badNumber(column: "n", text: field("n")))
      }
      let deviation: Double? =
        field("deviation").isEmpty ? nil : try number("deviation", 0...1e300)
      guard count > 1 || deviation == nil else { throw failure(line.line, .deviationOfOne) }
      let result = Result(
        row: others.map { line.fields[$0] }, label: field("label"),
        mean: try number("mean", -1e300...1e300), deviation: deviation, count: Int(count))
      if results.contains(where: { $0.row == result.row && $0.label == result.label }) {
        throw failure(line.line, .duplicateResult(result.label))
      }
      results.append(result)
    }
    guard !results.isEmpty else { throw failure(header.line, .empty) }
    (keys, self.results) = (others.map { names[$0] }, results)
  }
}

/// A mistake in a published table.
public struct PublishedTableError: Error, Hashable, CustomStringConvertible {
  public let file: String
  public let line: Int
  public let problem: Problem

  public enum Problem: Hashable, Sendable {
    case empty
    case missingColumn(String)
    case duplicateColumn(String)
    case fields(found: Int, expected: Int)
    case badNumber(column: String, text: String)
    case deviationOfOne
    case duplicateResult(String)
    case openQuote
  }

  public var description: String {
    let text =
      switch problem {
      case .empty: "the table has no results"
      case .missingColumn(let name):
        "there is no column '\(name)'; needed are label, mean, deviation, n"
      case .duplicateColumn(let name): "there are two columns '\(name)'"
      case .fields(let found, let expected):
        "\(found) fields, but the first line has \(expected) columns"
      case .badNumber(let column, let text):
        "'\(column)' must be a number\(range(of: column)), not '\(text.prefix(60))'"
      case .deviationOfOne: "one run has no deviation; leave the field empty"
      case .duplicateResult(let label): "'\(label)' comes twice in one row of the table"
      case .openQuote: "a quoted field does not end"
      }
    return "\(file):\(line): \(text)"
  }

  private func range(of column: String) -> String {
    switch column {
    case "n": ", whole and at least 1"
    case "deviation": " that is not negative"
    default: ""
    }
  }
}

/// The lines of a CSV text with the numbers of the lines they start in; empty lines are left out.
private func csvLines(
  _ text: String, _ file: String
) throws(PublishedTableError) -> [(line: Int, fields: [String])] {
  var lines: [(line: Int, fields: [String])] = []
  var (fields, field): ([String], String) = ([], "")
  var (line, start, isQuoted, wasQuoted) = (1, 1, false, false)
  func close() {
    fields.append(wasQuoted ? field : field.trimmed)
    (field, wasQuoted) = ("", false)
  }
  var characters = Array(text)[...]
  if characters.first == "\u{FEFF}" { characters = characters.dropFirst() }
  while let character = characters.popFirst() {
    if character.isNewline { line += 1 }
    if isQuoted {
      if character == "\"", characters.first == "\"" {
        field.append(character)
        characters = characters.dropFirst()
      } else if character == "\"" {
        isQuoted = false
      } else {
        field.append(character)
      }
    } else if character == "\"", field.trimmed.isEmpty {
      (field, isQuoted, wasQuoted) = ("", true, true)
    } else if character == "," {
      close()
    } else if character.isNewline {
      close()
      if fields != [""] { lines.append((start, fields)) }
      (fields, start) = ([], line)
    } else if !wasQuoted || !character.isWhitespace {
      field.append(character)
    }
  }
  if isQuoted { throw PublishedTableError(file: file, line: start, problem: .openQuote) }
  close()
  if fields != [""] { lines.append((start, fields)) }
  return lines
}

extension String {
  /// Without blanks at its ends.
  fileprivate var trimmed: String {
    let start = drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
