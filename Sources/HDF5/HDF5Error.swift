/// A failure of libhdf5, or content that is not what was asked for.
public struct HDF5Error: Error, Hashable, CustomStringConvertible {
  /// The C function that failed, `H5Fopen`.
  public let function: String
  /// What it was called on: a path, or the name of a group, dataset or attribute.
  public let subject: String
  /// The library's own messages, from the call inwards to the cause.
  public let messages: [String]

  init(_ function: String, _ subject: String, _ messages: [String]) {
    (self.function, self.subject, self.messages) = (function, subject, messages)
  }

  public var description: String {
    var reasons = messages.first.map { [$0] } ?? []
    if let last = messages.last, messages.count > 1 { reasons.append(last) }
    let reason = reasons.isEmpty ? "" : ": " + reasons.joined(separator: ": ")
    return "\(function) failed on '\(subject)'\(reason)"
  }
}
