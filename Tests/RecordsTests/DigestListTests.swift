import Records
import Studies
import Testing

@Suite struct DigestListTests {
  private let a = String(repeating: "a", count: 64)
  private let b = String(repeating: "b", count: 64)
  private let first = "0000000000000001"
  private let second = "00000000000000ff"

  @Test func aListIsSortedAndReadAsItWasWritten() throws {
    let ids = try [second, first].map { try #require(Cell.ID($0)) }
    let list = DigestList([
      ids[0]: RecordDigests(weights: a, metrics: b),
      ids[1]: RecordDigests(weights: "-", metrics: a),
    ])
    #expect(list.text == "\(first) - \(a)\n\(second) \(a) \(b)\n")
    #expect(try DigestList(parsing: list.text, path: "x") == list)
    #expect(try DigestList(parsing: "", path: "x") == DigestList())
  }

  @Test func mistakesAreNamedByLine() {
    let mistakes = [
      "x", "\(first) \(a)", "\(first)  \(a) \(b)", "\(first) \(a) -", "\(first) \(a) \(a)b",
    ]
    for bad in mistakes {
      #expect(throws: DigestListError.malformed(path: "d", line: 2)) {
        try DigestList(parsing: "\(second) - \(a)\n\(bad)\n", path: "d")
      }
    }
    let twice = "\(first) - \(a)\n\(first) - \(a)\n"
    let error = #expect(throws: DigestListError.self) {
      try DigestList(parsing: twice, path: "d")
    }
    #expect(error?.description == "d:2: cell \(first) is listed twice")
  }

  @Test func listsAreCompared() throws {
    let one = try DigestList(parsing: "\(first) - \(a)\n\(second) \(a) \(b)\n", path: "")
    let two = try DigestList(
      parsing: "\(second) \(b) \(b)\n0000000000000aaa - \(b)\n\(first) - \(a)\n", path: "")
    let comparison = one.compared(with: two)
    #expect(comparison.agreeing == 1)
    #expect(comparison.differing.map(\.hex) == [second])
    #expect(comparison.onlyHere == [])
    #expect(comparison.onlyThere.map(\.hex) == ["0000000000000aaa"])
    #expect(!comparison.isEqual)
    #expect(one.compared(with: one).isEqual)
  }
}
