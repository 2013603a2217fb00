import Networks

extension Shape {
  /// The most values of an image: with more, what a network costs may be beyond an `Int`.
  private static let mostValues = 1 << 28

  /// The shape in an option's value, such as 1x28x28.
  init(option: String, value: String) throws {
    let sides = try numbers(value, separator: "x", option: option)
    guard sides.count == 3 else {
      throw CommandError.malformed(
        option: option, value: value, expected: "channels x height x width, such as 1x28x28")
    }
    guard sides.reduce(1, *) <= Self.mostValues else {
      throw CommandError.malformed(
        option: option, value: value, expected: "images of at most \(Self.mostValues) values")
    }
    self.init(channels: sides[0], height: sides[1], width: sides[2])
  }
}

/// The numbers in an option's value.
func numbers(_ text: String, separator: Character, option: String) throws -> [Int] {
  if text.isEmpty { return [] }
  return try text.split(separator: separator, omittingEmptySubsequences: false).map { part in
    guard let number = Int(part), (1...65_536).contains(number) else {
      throw CommandError.malformed(
        option: option, value: text,
        expected: "numbers from 1 to 65536 with '\(separator)' between")
    }
    return number
  }
}
