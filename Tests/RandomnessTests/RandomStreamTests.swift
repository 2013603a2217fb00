import Randomness
import Testing

/// The golden values are those that `Tests/Interop/streams.py` prints.
@Suite struct RandomStreamTests {
  @Test func wordsAreThoseOfTheSpecification() {
    var stream = RandomStream(
      seed: 0x0123_4567_89AB_CDEF, purpose: .order, index: 7, subindex: 3)
    let golden: [UInt32] = [
      0xAD1B_3024, 0x6104_02A3, 0x6DC7_0A15, 0xE35F_496C, 0xDF67_AACE, 0x1AE8_EFF6, 0xDAE1_08F3,
      0xC858_1B7C, 0x9E30_4849, 0x0B3A_247D,
    ]
    #expect((0..<10).map { _ in stream.nextWord() } == golden)
    #expect((0..<10).map { stream.word(at: $0) } == golden)
    #expect(stream.word(at: 9) == golden[9], "reading a word does not move the stream")
  }

  @Test func uniformNumbersAreThoseOfTheSpecification() {
    var stream = RandomStream(seed: 42, purpose: .initialization, index: 5)
    #expect(
      (0..<4).map { _ in stream.uniform() } == [
        0.8356925845146179, 0.5984166860580444, 0.5079980492591858, 0.9390077590942383,
      ])
    var double = RandomStream(seed: -1, purpose: .bootstrap)
    #expect(
      (0..<4).map { _ in double.uniformDouble() } == [
        0.37672608652516426, 0.8212958459476997, 0.7877435380698555, 0.8542268732630389,
      ])
  }

  @Test func numbersBelowALimitAreThoseOfTheSpecification() {
    var stream = RandomStream(seed: 1, purpose: .synthetic)
    let limits = [1, 2, 10, 1000, 1 << 32] + Array(repeating: (1 << 31) + 1, count: 8)
    #expect(
      limits.map { stream.below($0) } == [
        0, 1, 2, 133, 363638690, 865965982, 952625031,
        635109701, 254212902, 227872756, 604915445, 1056525422, 648775785,
      ])
    // Some tries were refused, so the stream has moved by more than one word for each number.
    #expect(stream.nextWord() == RandomStream(seed: 1, purpose: .synthetic).word(at: 22))
  }

  @Test func permutationsAreThoseOfTheSpecification() {
    var stream = RandomStream(seed: 0, purpose: .order, index: 1)
    #expect(stream.permutation(of: 10) == [1, 9, 8, 6, 0, 5, 2, 3, 4, 7])
    var long = RandomStream(seed: 2, purpose: .order, index: 3)
    let order = long.permutation(of: 60_000)
    #expect(Array(order.prefix(5)) == [22740, 8801, 37755, 55143, 34376])
    #expect(Array(order.suffix(5)) == [32643, 46785, 52641, 4643, 18027])
    #expect(order.sorted() == Array(0..<60_000))
    #expect(stream.permutation(of: 0) == [])
    #expect(stream.permutation(of: 1) == [0])
  }

  @Test func everyNumberBelowALimitIsEquallyLikely() {
    var stream = RandomStream(seed: 3, purpose: .bootstrap)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.below(7)] += 1 }
    // Chi-squared with six degrees of freedom exceeds 22.5 once in a thousand streams; this one is fixed.
    let distance = counts.reduce(0.0) { $0 + Double(($1 - 10_000) * ($1 - 10_000)) / 10_000 }
    #expect(distance < 22.5)
  }

  @Test func streamsDifferInEachOfTheirCoordinates() {
    var first: Set<UInt32> = [RandomStream(seed: 0, purpose: .order).word(at: 0)]
    first.insert(RandomStream(seed: 1, purpose: .order).word(at: 0))
    first.insert(RandomStream(seed: 1 << 32, purpose: .order).word(at: 0))
    first.insert(RandomStream(seed: 0, purpose: .order, index: 1).word(at: 0))
    first.insert(RandomStream(seed: 0, purpose: .order, subindex: 1).word(at: 0))
    for purpose in RandomStream.Purpose.allCases where purpose != .order {
      first.insert(RandomStream(seed: 0, purpose: purpose).word(at: 0))
    }
    #expect(first.count == 5 + RandomStream.Purpose.allCases.count - 1)
  }
}
