import Analysis
import Studies
import Testing

struct BestPointTests {
  @Test func thereIsNoneWhereNoPointIsComplete() throws {
    let results = try SmallStudy().results { place in
      place.seed == 0 ? .diverged(place) : .completed(place, final: 0.1)
    }
    #expect(results.bestPoints[0] == nil)
    #expect(results.surfaces(of: .finalTestError)[0].best == nil)
  }

  @Test func validationErrorChoosesWhenImagesAreHeldOut() throws {
    var study = SmallStudy()
    study.validation = 10
    let results = try study.results { place in
      let index = Double(place.coordinates[0])
      return .completed(
        place, final: 0.1 + 0.1 * index, curves: ["validation_error": [0.9, 0.5 - 0.1 * index]])
    }
    let best = try #require(results.bestPoints[0])
    #expect(best.coordinates == [3, 0])
    #expect(best.metric == .last(curve: "validation_error"))
    #expect(best.summary.values.allSatisfy { abs($0 - 0.2) < 1e-12 })
  }

  @Test func edgesAreTheEndsOfSweptAxesButNotAWeightDecayOfZero() throws {
    var study = SmallStudy()
    study.sweeps = [SmallStudy.sweep("adam", [0.1, 0.01, 1], [0, 1e-4, 1e-3])]
    func edges(_ best: [Int]) throws -> [String] {
      let results = try study.results { place in
        .completed(place, final: place.coordinates == best ? 0.1 : 0.2)
      }
      return try #require(results.bestPoints[0]).edges
    }
    #expect(try edges([0, 0]) == [])
    #expect(try edges([1, 1]) == ["learning_rate"])
    #expect(try edges([2, 2]) == ["learning_rate", "weight_decay"])
    study.sweeps = [SmallStudy.sweep("adam", [0.1], [1e-4, 1e-3])]
    #expect(try edges([0, 1]) == ["weight_decay"])
    // Words have an order in the file, but no ends.
    study.sweeps = [SmallStudy.sweep("adamw", [0.1], [1e-4, 1e-3])]
    let words = ["decoupled", "decoupled_by_schedule"].compactMap {
      study.sweeps[0].value(of: $0, of: "weight_decay_kind")
    }
    #expect(words.count == 2)
    study.sweeps[0].axes.append(.init(key: "weight_decay_kind", values: words))
    #expect(try edges([0, 1, 1]) == ["weight_decay"])
  }

  @Test func pointsAreFoundByTheirValues() throws {
    var study = SmallStudy()
    study.sweeps = [SmallStudy.sweep("adam", [0.1, 0.2], [1e-3])]
    let results = try study.results { .completed($0, final: 0.1) }
    #expect(results.point(sweep: 0, at: ["learning_rate": 0.2])?.coordinates == [1, 0])
    #expect(results.point(sweep: 0, at: ["learning_rate": 0.3]) == nil)
    #expect(results.point(sweep: 0, at: [:]) == nil)
    #expect(results.point(sweep: 0, at: ["learning_rate": 0.2, "beta1": 0.9]) == nil)
  }
}
