import Studies
import Testing

/// Files made to exhaust the reader are refused before they do.
@Suite struct HostileStudyTests {
  /// Nine levels of nine aliases each: 9⁹ values if it were expanded.
  @Test func bombsOfAliasesDoNotExplode() {
    var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(throws: StudyError(file: "x", line: 1, problem: .anchor)) {
      try StudyReader.read(text: text, file: "x")
    }
    // Nothing hides an anchor, quotes and comments neither.
    for hidden in ["k: ['a\n', &a 1]", "k: \"\n# \": &a 1", "k:\u{2028}&a 1", "k: [1,&a 2]"] {
      let error = #expect(throws: StudyError.self) {
        try StudyReader.read(text: hidden, file: "x")
      }
      #expect(error?.problem == .anchor, "\(hidden)")
    }
    #expect(throws: Never.self) {
      try StudyReader.read(
        text: sampleStudy.replacing("What it is for.", with: "R&D, a & b, *why*"), file: "x")
    }
  }

  @Test func deepNestingIsRefused() {
    let bombs: [(String, StudyProblem)] = [
      (String(repeating: "[", count: 500_000), .tooManyBrackets(limit: 2_000)),
      (String(repeating: "{a: ", count: 200_000), .tooManyBrackets(limit: 2_000)),
      (String(repeating: "- ", count: 500_000) + "x", .indentedTooDeeply(columns: 64)),
      (String(repeating: "? ", count: 500_000) + "x", .indentedTooDeeply(columns: 64)),
    ]
    for (text, problem) in bombs {
      #expect(throws: StudyError(file: "x", line: 1, problem: problem)) {
        try StudyReader.read(text: text, file: "x")
      }
    }
    // As deep as it may be: read, and refused for what it says.
    let deep = String(repeating: "[", count: 2_000) + String(repeating: "]", count: 2_000)
    #expect(throws: StudyError.self) { try StudyReader.read(text: "study: \(deep)", file: "x") }
  }
}
