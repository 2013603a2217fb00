import Optimizers

/// A text that is not the canonical JSON of a cell.
public enum CellError: Error, Hashable, CustomStringConvertible {
  case notJSON(JSONError)
  /// There is no value at this path, or not one of this kind.
  case expected(String, path: String)
  /// A name that this version does not know.
  case unknown(path: String, value: String)
  case optimizer(OptimizerError)
  /// It says what a cell says, but not in the one canonical way, or it says more.
  case notCanonical(expected: String)

  public var description: String {
    switch self {
    case .notJSON(let error): "the cell is not JSON: \(error)"
    case .expected(let kind, let path): "'\(path)' must be \(kind)"
    case .unknown(let path, let value): "'\(path)' is '\(value)', which this version does not know"
    case .optimizer(let error): "the cell's optimizer is not valid: \(error)"
    case .notCanonical(let expected):
      "the cell is not in canonical form, or has keys this version does not know; expected \(expected)"
    }
  }
}

/// An object of a JSON text, with its path for messages.
struct JSONObject {
  let path: String
  private let members: [String: JSONValue]

  init(_ value: JSONValue, _ path: String) throws(CellError) {
    guard case .object(let members) = value else { throw .expected("an object", path: path) }
    (self.members, self.path) = (members, path)
  }

  /// The keys in no particular order.
  var keys: [String] { Array(members.keys) }

  subscript(key: String) -> JSONValue? { members[key] }

  func object(_ key: String) throws(CellError) -> JSONObject {
    try JSONObject(members[key] ?? .null, "\(path).\(key)")
  }

  func string(_ key: String) throws(CellError) -> String {
    guard case .string(let value) = members[key] else { throw expected("a string", key) }
    return value
  }

  func bool(_ key: String) throws(CellError) -> Bool {
    guard case .bool(let value) = members[key] else { throw expected("true or false", key) }
    return value
  }

  func number(_ key: String) throws(CellError) -> Double {
    guard case .number(let value) = members[key] else { throw expected("a number", key) }
    return value
  }

  func integer(_ key: String) throws(CellError) -> Int {
    guard let value = whole(members[key]) else { throw expected("a whole number", key) }
    return value
  }

  func numbers(_ key: String) throws(CellError) -> [Double] {
    try elements(key, "a list of numbers") { value in
      if case .number(let number) = value { number } else { nil }
    }
  }

  func integers(_ key: String) throws(CellError) -> [Int] {
    try elements(key, "a list of whole numbers") { whole($0) }
  }

  private func elements<Element>(
    _ key: String, _ kind: String, _ read: (JSONValue) -> Element?
  ) throws(CellError) -> [Element] {
    guard case .array(let values) = members[key] else { throw expected(kind, key) }
    var elements: [Element] = []
    for value in values {
      guard let element = read(value) else { throw expected(kind, key) }
      elements.append(element)
    }
    return elements
  }

  private func expected(_ kind: String, _ key: String) -> CellError {
    .expected(kind, path: "\(path).\(key)")
  }
}

/// The value as a whole number of at most 53 bits, or `nil` if it is not one.
private func whole(_ value: JSONValue?) -> Int? {
  guard case .number(let number) = value, number.magnitude <= 0x1p53 else { return nil }
  return Int(exactly: number)
}
