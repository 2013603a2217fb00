/// A time limit as Slurm writes it.
///
/// `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`, `days-hours:minutes` or
/// `days-hours:minutes:seconds`.
public struct TimeLimit: Hashable, Sendable {
  public let seconds: Int

  /// The limit of a text; `nil` if it is not one of at least a second and at most ten years.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let fields = parts[parts.count - 1].split(separator: ":", omittingEmptySubsequences: false)
      .map(Self.number)
    let numbers = fields.compactMap { $0 }
    guard numbers.count == fields.count, (1...3).contains(numbers.count) else { return nil }
    let units: [Int]
    var seconds = 0
    if parts.count == 2 {
      guard let days = Self.number(parts[0]) else { return nil }
      seconds = days * 86400
      units = [3600, 60, 1]
    } else {
      units = numbers.count == 3 ? [3600, 60, 1] : [60, 1]
    }
    for (number, unit) in zip(numbers, units) { seconds += number * unit }
    guard (1...315_360_000).contains(seconds) else { return nil }
    self.seconds = seconds
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    return Int(text)
  }
}
