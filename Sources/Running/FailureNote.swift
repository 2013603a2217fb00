/// What is known of a cell that failed: the content of `work/<id>.failed.json`.
public struct FailureNote: Hashable, Codable, Sendable {
  /// How often it was tried.
  public var attempts: Int
  /// What went wrong the last time, in one line.
  public var reason: String
  /// The last lines the worker wrote to its standard error.
  public var log: [String]
  /// Whether it would fail like that again, however often it is tried; `nil` if that is not known.
  public var isCertain: Bool?

  /// After so many attempts a cell is left alone.
  public static let mostAttempts = 2

  public init(attempts: Int, reason: String, log: [String], isCertain: Bool? = nil) {
    (self.attempts, self.reason, self.log) = (attempts, reason, log)
    self.isCertain = isCertain
  }

  /// Whether the cell is not to be tried again.
  public var isFinal: Bool { isCertain == true || attempts >= Self.mostAttempts }
}

/// A failure that follows from the cell, so that training it again would end in it again.
public struct CertainFailure: Error, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
