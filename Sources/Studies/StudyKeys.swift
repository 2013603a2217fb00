/// The keys of a mapping in a study file, handed out one by one.
struct StudyKeys {
  let file: String
  /// The line the mapping starts in.
  let line: Int
  /// What the mapping is, in messages.
  let owner: String
  private let members: [StudyNode.Member]
  private var asked: Set<String> = []
  /// What decides which keys have a meaning, in messages: `kind: cosine`.
  private var circumstance = "the other settings"

  init(
    file: String, line: Int, owner: String, level: String, _ members: [StudyNode.Member]
  ) throws(StudyError) {
    (self.file, self.line, self.owner, self.members) = (file, line, owner, members)
    guard let known = StudyFormat.levels[level] else {
      preconditionFailure("the study format has no level '\(level)'")
    }
    for member in members where !known.contains(member.key) {
      throw StudyError(
        file: file, line: member.line,
        problem: .unknownKey(member.key, of: owner, known: known))
    }
  }

  func failure(_ problem: StudyProblem) -> StudyError {
    StudyError(file: file, line: line, problem: problem)
  }

  /// The value of a key, if the mapping has it.
  mutating func optional(_ key: String) -> StudyField? {
    asked.insert(key)
    return members.first { $0.key == key }.map {
      StudyField(file: file, key: key, node: $0.value)
    }
  }

  /// The value of a key that the mapping must have.
  mutating func required(_ key: String) throws(StudyError) -> StudyField {
    guard let field = optional(key) else { throw failure(.missingKey(key, of: owner)) }
    return field
  }

  /// The keys of the mapping, in file order.
  var names: [String] { members.map(\.key) }

  /// The line of a key, or of the mapping if it lacks the key.
  func line(of key: String) -> Int { members.first { $0.key == key }?.line ?? line }

  /// Says what makes the keys not asked for meaningless.
  mutating func decide(by setting: String) { circumstance = setting }

  /// Refuses keys that nobody asked for.
  func finish() throws(StudyError) {
    for member in members where !asked.contains(member.key) {
      throw StudyError(
        file: file, line: member.line,
        problem: .inapplicableKey(member.key, beside: circumstance))
    }
  }
}
