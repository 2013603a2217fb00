import Optimizers

/// A mistake in a study file.
public struct StudyError: Error, Hashable, CustomStringConvertible {
  /// The path of the file, as it was given.
  public let file: String
  /// The line, from 1; `nil` if the mistake is not in one line.
  public let line: Int?
  public let problem: StudyProblem

  public init(file: String, line: Int?, problem: StudyProblem) {
    (self.file, self.line, self.problem) = (file, line, problem)
  }

  /// `file:line: message`
  public var description: String {
    line.map { "\(file):\($0): \(problem)" } ?? "\(file): \(problem)"
  }
}

/// What is wrong in a study file.
public enum StudyProblem: Hashable, Sendable {
  // The file.
  case unreadable(reason: String)
  case tooLarge(limit: Int)
  case notUTF8

  // The YAML.
  case empty
  case syntax(String)
  case indentedTooDeeply(columns: Int)
  case tooManyBrackets(limit: Int)
  case anchor
  case tag(String)
  case keyNotText
  case duplicateKey(String)

  // The keys.
  case unknownKey(String, of: String, known: [String])
  case missingKey(String, of: String)
  /// A key that has no meaning beside another setting.
  case inapplicableKey(String, beside: String)
  /// Not exactly one of these keys.
  case notExactlyOne([String], of: String)

  // The values.
  case wrongType(key: String, expected: String, found: String)
  case outOfRange(key: String, expected: String, found: String)
  case badNumber(key: String, text: String, reason: String)
  case unknownValue(key: String, value: String, known: [String])
  case emptyList(key: String)
  case duplicateValue(key: String, value: String)
  case badName(key: String, value: String)
  case optimizer(OptimizerError)
  /// What the value names cannot be used.
  case unusable(key: String, reason: String)

  // The whole.
  case staleSeed(Int)
  case tooManyCells(limit: Int)
}

extension StudyProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let reason):
      return reason
    case .tooLarge(let limit):
      return "a study file has at most \(limit) bytes"
    case .notUTF8:
      return "the file is not UTF-8 text"
    case .empty:
      return "the file is empty; a study needs at least the keys \(StudyFormat.needed)"
    case .syntax(let reason):
      return "not valid YAML: \(reason)"
    case .indentedTooDeeply(let columns):
      return "indented by more than \(columns) columns"
    case .tooManyBrackets(let limit):
      return "more than \(limit) opening brackets in one file"
    case .anchor:
      return "anchors and aliases (&, *) are not part of the study format; write the value out"
    case .tag(let tag):
      return "tags (\(tag)) are not part of the study format; leave it out"
    case .keyNotText:
      return "a key must be a plain word"
    case .duplicateKey(let key):
      return "'\(key)' is given more than once"
    case .unknownKey(let key, let owner, let known):
      let hint =
        nearest(to: key, among: known).map { "did you mean '\($0)'?" }
        ?? "it has: \(known.joined(separator: ", "))"
      return "\(owner) has no key '\(key)'; \(hint)"
    case .missingKey(let key, let owner):
      return "\(owner) needs '\(key)'"
    case .inapplicableKey(let key, let other):
      return "'\(key)' has no meaning with \(other); leave it out"
    case .notExactlyOne(let keys, let owner):
      return "\(owner) needs exactly one of: \(keys.joined(separator: ", "))"
    case .wrongType(let key, let expected, let found):
      return "'\(key)' must be \(expected), not \(found)"
    case .outOfRange(let key, let expected, let found):
      return "'\(key)' must be \(expected), not \(found)"
    case .badNumber(let key, let text, let reason):
      return "'\(key)' must be a number, not '\(text)': \(reason)"
    case .unknownValue(let key, let value, let known):
      let hint = nearest(to: value, among: known).map { "; did you mean '\($0)'?" } ?? ""
      return "'\(key)' must be one of \(known.joined(separator: ", ")), not '\(value)'\(hint)"
    case .emptyList(let key):
      return "'\(key)' is an empty list; give at least one element"
    case .duplicateValue(let key, let value):
      return "'\(key)' has \(value) more than once"
    case .badName(let key, let value):
      return
        "'\(key)' must be 1 to 64 letters, digits, '_', '.' or '-', must start with a letter or "
        + "digit and must not be 'cells', 'measurements' or 'work', unlike '\(value)'"
    case .optimizer(let error):
      return error.description
    case .unusable(let key, let reason):
      return "'\(key)' cannot be used: \(reason)"
    case .staleSeed(let seed):
      return "the confirmation seed \(seed) is not fresh: the grid uses it"
    case .tooManyCells(let limit):
      return "the study has more than \(limit) cells; split it into several"
    }
  }
}

/// The known word that is at most two edits, and less than half the word, away.
private func nearest(to word: String, among known: [String]) -> String? {
  let candidates = known.map { (word: $0, distance: editDistance(word, $0)) }
  guard let best = candidates.min(by: { $0.distance < $1.distance }),
    best.distance <= 2, 2 * best.distance < best.word.count
  else { return nil }
  return best.word
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words.
private func editDistance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first.prefix(64)), Array(second.prefix(64)))
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var distance = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, rows[i - 1][j - 1] + 1)
      }
      row.append(distance)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
