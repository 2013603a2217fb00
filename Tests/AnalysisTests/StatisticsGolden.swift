import Foundation

/// Golden/statistics.json.
struct StatisticsGolden: Decodable {
  var distributions: [Row]
  var quantiles: [Row]
  var samples: [Sample]
  var pairs: [Pair]
  var groups: [Group]
  var holm: [Family]
  var mcnemar: [Counts]
  var components: [Crossing]
  var test_sets: [Bits]
  var shares: [Share]
  var tunability: [Budgets]
  var ridges: [Ridge]

  static func load() throws -> StatisticsGolden {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/statistics.json")
    return try JSONDecoder().decode(StatisticsGolden.self, from: Data(contentsOf: url))
  }

  struct Row: Decodable {
    var name: String
    var df: [Double]
    var x: Double
    var p: Double
  }
  struct Sample: Decodable {
    var values: [Double]
    var mean_interval: [Double]?
    var deviation_interval: [Double]?
    var bootstrap: [Double]?
  }
  struct Test: Decodable {
    var statistic: Double
    var df: Double?
    var p: Double
  }
  struct Pair: Decodable {
    var x: [Double]
    var y: [Double]
    var t: Test?
    var flips: Double?
    var effect: Double?
    var pitman_morgan: Test?
  }
  struct Group: Decodable {
    var samples: [[Double]]
    var welch: Test?
    var effect: Double?
    var brown_forsythe: Test?
  }
  struct Family: Decodable {
    var p: [Double?]
    var adjusted: [Double?]
  }
  struct Counts: Decodable {
    var counts: [Int]
    var p: Double
  }
  struct Crossing: Decodable {
    var shape: [Int]
    var values: [Double]
    var components: [Component]

    struct Component: Decodable {
      var sources: [Int]
      var variance: Double

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        sources = try container.decode([Int].self)
        variance = try container.decode(Double.self)
      }
    }
  }
  struct Bits: Decodable {
    var bits: [[Int]]
    var on_test_set: Double
    var on_distribution: Double
  }
  struct Share: Decodable {
    var corners: [Double]
    var share: Double

    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      corners = try container.decode([Double].self)
      share = try container.decode(Double.self)
    }
  }
  struct Budgets: Decodable {
    var points: [[Double]]
    var count: Int
    var budgets: [[Double?]]
  }
  struct Ridge: Decodable {
    var rates: [Double]
    var decays: [Double]
    var values: [[Double]]
    var points: [[Double]]
    var slope: Double
    var spread: Double
    var product_spread: Double
  }
}
