import Analysis
import Foundation
import Studies
import Testing

/// Statistics against numbers that Python computed in exact arithmetic (Golden/make.py).
struct GoldenTests {
  struct Golden: Decodable {
    var summaries: [Numbers]
    var grid: Grid

    struct Numbers: Decodable {
      var values: [Double]
      var mean: Double
      var standard_deviation: Double?
      var minimum: Double
      var maximum: Double
    }

    struct Grid: Decodable {
      var entries: [Entry]
      var best: [Int]
    }

    struct Entry: Decodable {
      var coordinates: [Int]
      var states: [State]
      var kind: String
      var tally: [String: Int]
      var summary: Numbers?
    }

    enum State: Decodable {
      case value(Double)
      case word(String)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Double.self) {
          self = .value(value)
        } else {
          self = .word(try container.decode(String.self))
        }
      }
    }
  }

  let golden: Golden

  init() throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/analysis.json")
    golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }

  @Test func summariesAgree() throws {
    for expected in golden.summaries {
      try agree(try #require(Summary(expected.values)), expected)
    }
  }

  @Test func surfaceAndBestPointAgree() throws {
    let results = try SmallStudy().results { place in
      let entry = golden.grid.entries.first { $0.coordinates == place.coordinates }
      switch entry?.states[place.seed] {
      case .value(let error): return .completed(place, final: error)
      case .word("diverged"): return .diverged(place)
      case .word("failed"): return .failed(reason: "it ran out of memory")
      default: return .missing
      }
    }
    let surface = try #require(results.surfaces(of: .finalTestError).first)
    for expected in golden.grid.entries {
      let entry = surface.entries[expected.coordinates[0]][expected.coordinates[1]]
      #expect(kind(entry) == expected.kind, "at \(expected.coordinates)")
      #expect(entry.tally.completed == expected.tally["completed"])
      #expect(entry.tally.diverged == expected.tally["diverged"])
      #expect(entry.tally.failed == expected.tally["failed"])
      #expect(entry.tally.missing == expected.tally["missing"])
      if let numbers = expected.summary {
        try agree(try #require(entry.summary), numbers)
      } else {
        #expect(entry.summary == nil)
      }
    }
    let best = try #require(results.bestPoints[0])
    #expect(best.coordinates == golden.grid.best)
    #expect(surface.isBest(learningRate: best.coordinates[0], weightDecay: best.coordinates[1]))
    #expect(best.edges == [])
  }

  private func agree(_ summary: Summary, _ expected: Golden.Numbers) throws {
    #expect(summary.values == expected.values)
    #expect(close(summary.mean, expected.mean))
    #expect((summary.standardDeviation == nil) == (expected.standard_deviation == nil))
    if let found = summary.standardDeviation, let wanted = expected.standard_deviation {
      #expect(abs(found - wanted) <= 1e-12 * max(wanted, summary.maximum))
    }
    #expect(summary.minimum == expected.minimum && summary.maximum == expected.maximum)
  }

  private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-14 * abs(b) }

  private func kind(_ entry: Entry) -> String {
    switch entry {
    case .measured: "measured"
    case .diverged: "diverged"
    case .failed: "failed"
    case .missing: "missing"
    }
  }
}
