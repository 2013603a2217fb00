/// What is known of a cell that failed: the content of `work/<id>.failed.json`.
public struct FailureNote: Hashable, Codable, Sendable {
  /// How often it was tried.
  public var attempts: Int
  /// What went wrong the last time, in one line.
  public var reason: String
  /// The last lines the worker wrote to its standard error.
  public var log: [String]

  /// After so many attempts a cell is left alone.
  public static let mostAttempts = 2

  public init(attempts: Int, reason: String, log: [String]) {
    (self.attempts, self.reason, self.log) = (attempts, reason, log)
  }

  /// Whether the cell is not to be tried again.
  public var isFinal: Bool { attempts >= Self.mostAttempts }
}
