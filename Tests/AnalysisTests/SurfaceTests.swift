import Analysis
import Studies
import Testing

struct SurfaceTests {
  @Test func otherAxesMakeSlices() throws {
    var study = SmallStudy()
    study.sweeps = [
      SmallStudy.sweep(
        "adai", [0.1, 1], [1e-4, 1e-3, 1e-2],
        others: [
          Sweep.Axis(key: "beta0", values: [0.1, 0.2]),
          Sweep.Axis(key: "beta2", values: [0.9, 0.99]),
        ])
    ]
    func error(_ coordinates: [Int]) -> Double {
      coordinates.reduce(0) { $0 * 10 + Double($1) } / 10_000
    }
    let results = try study.results { .completed($0, final: error($0.coordinates)) }
    let surfaces = results.surfaces(of: .finalTestError)
    #expect(surfaces.count == 4)
    #expect(
      surfaces[1].slice == [
        Setting(key: "beta0", value: 0.1), Setting(key: "beta2", value: 0.99),
      ])
    for (index, surface) in surfaces.enumerated() {
      for (rate, row) in surface.entries.enumerated() {
        for (decay, entry) in row.enumerated() {
          #expect(entry.summary?.minimum == error([rate, decay, index / 2, index % 2]))
        }
      }
    }
    #expect(surfaces.map { $0.best != nil } == [true, false, false, false])
  }

  @Test func aValueThatIsNotFiniteCountsAsDivergence() throws {
    let results = try SmallStudy().results { place in
      .completed(place, final: 0.1, curves: ["train_loss": [1, place.seed == 1 ? .nan : 0.5]])
    }
    let entry = results.surfaces(of: .last(curve: "train_loss"))[0].entries[0][0]
    #expect(entry.tally.diverged == 1 && entry.summary?.values == [0.5, 0.5])
    #expect(entry.complete == nil)
  }

  @Test func metricsAreThoseOfTheRecords() throws {
    let results = try SmallStudy().results { place in
      .completed(
        place, final: 0.1, curves: ["epoch": [1], "seconds": [3], "test_error": [0.1]])
    }
    #expect(results.metrics == [.finalTestError, .bestTestError, .last(curve: "test_error")])
    #expect(Metric(key: "best_test_error") == .bestTestError)
    let absent = results.surfaces(of: Metric(key: "train_loss"))[0].entries[0][0]
    #expect(absent.tally.missing == 3)
  }
}
