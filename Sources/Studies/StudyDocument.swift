import Yams

/// A piece of a study file: plain data with the line it starts in.
///
/// This is the only file that knows the YAML library.
struct StudyNode {
  enum Content {
    /// `isPlain` tells text without quotes, which may mean a number or `true`.
    case text(String, isPlain: Bool)
    case list([StudyNode])
    case mapping([Member])
  }

  struct Member {
    let key: String
    /// The line of the key.
    let line: Int
    let value: StudyNode
  }

  let line: Int
  let content: Content
}

extension StudyNode {
  /// The one document of a YAML text.
  ///
  /// Before the YAML library sees the text, it is known that nothing in it can expand (there are no anchors)
  /// and that it nests at most some thousand deep, whatever is hidden in quotes and comments.
  init(text: String, file: String) throws(StudyError) {
    func failure(_ line: Int?, _ problem: StudyProblem) -> StudyError {
      StudyError(file: file, line: line, problem: problem)
    }
    guard text.utf8.count <= StudyFormat.largestFile else {
      throw failure(nil, .tooLarge(limit: StudyFormat.largestFile))
    }
    if let (line, problem) = scan(text) { throw failure(line, problem) }
    let root: Node?
    do {
      root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      let (line, problem) = translate(error)
      throw failure(line, problem)
    } catch {
      throw failure(nil, .syntax("\(error)"))
    }
    guard let root else { throw failure(nil, .empty) }
    do throws(Misfit) {
      self = try StudyNode(root)
    } catch {
      throw failure(error.line, error.problem)
    }
  }

  private init(_ node: Node) throws(Misfit) {
    line = node.mark?.line ?? 1
    switch node {
    case .scalar(let scalar):
      // The library gives quoted text the tag of text by itself.
      if scalar.style == .plain { try requireNoTag(scalar.tag, line) }
      content = .text(scalar.string, isPlain: scalar.style == .plain)
    case .sequence(let sequence):
      try requireNoTag(sequence.tag, line)
      var list: [StudyNode] = []
      for element in sequence { list.append(try StudyNode(element)) }
      content = .list(list)
    case .mapping(let mapping):
      try requireNoTag(mapping.tag, line)
      var members: [Member] = []
      for (key, value) in mapping {
        let keyLine = key.mark?.line ?? line
        guard case .scalar(let name) = key else {
          throw Misfit(line: keyLine, problem: .keyNotText)
        }
        members.append(
          Member(key: name.string, line: keyLine, value: try StudyNode(value)))
      }
      content = .mapping(members)
    case .alias:
      throw Misfit(line: line, problem: .anchor)
    }
  }
}

/// Refuses a node that the file gives a tag.
private func requireNoTag(_ tag: Tag, _ line: Int) throws(Misfit) {
  let name = tag.description
  guard name.isEmpty else { throw Misfit(line: line, problem: .tag(name)) }
}

private struct Misfit: Error {
  let line: Int
  let problem: StudyProblem
}

/// How far a line may be indented. Each level of block nesting takes a column at least, but for a list
/// directly under a key.
private let mostColumns = 64
/// How many opening brackets a file may have. Each level of flow nesting takes one.
private let mostBrackets = 2_000

/// Looks for anything that could make parsing expensive, without trusting quotes or comments to be what
/// they seem.
private func scan(_ text: String) -> (line: Int, problem: StudyProblem)? {
  var (line, column, brackets) = (1, 0, 0)
  var isIndentation = true
  var previous: Unicode.Scalar = "\n"
  var beforePrevious: Unicode.Scalar = "\n"
  for scalar in text.unicodeScalars {
    // An anchor can only be made where a token can start, so never right after a letter or digit.
    if previous == "&", isWord(scalar) || scalar == "-" || scalar == "_", !isWord(beforePrevious) {
      return (line, .anchor)
    }
    switch scalar {
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
      if !(scalar == "\n" && previous == "\r") { line += 1 }
      (column, isIndentation) = (0, true)
    case " ", "\t", "-", "?", ":":
      column += 1
      if isIndentation, column > mostColumns {
        return (line, .indentedTooDeeply(columns: mostColumns))
      }
    default:
      isIndentation = false
      if scalar == "[" || scalar == "{" { brackets += 1 }
      if brackets > mostBrackets { return (line, .tooManyBrackets(limit: mostBrackets)) }
    }
    (beforePrevious, previous) = (previous, scalar)
  }
  return nil
}

private func isWord(_ scalar: Unicode.Scalar) -> Bool {
  ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
}

private func translate(_ error: YamlError) -> (line: Int?, problem: StudyProblem) {
  switch error {
  case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
    return (mark.line, .syntax(problem))
  case .composer(_, let problem, let mark, _):
    if problem.contains("alias") { return (mark.line, .anchor) }
    return (mark.line, .syntax("a study file is one document, but here starts another"))
  case .reader(let problem, let offset, _, let text):
    let line = offset.map { 1 + text.prefix($0).count { $0.isNewline } }
    return (line, .syntax(problem))
  case .duplicatedKeysInMapping(let keys, let context):
    return (context.mark.line, .duplicateKey(keys.first ?? ""))
  default:
    return (nil, .syntax("\(error)"))
  }
}
