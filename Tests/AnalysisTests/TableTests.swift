import Analysis
import Studies
import Testing

struct TableTests {
  private func confirmed() throws -> StudyResults {
    var study = SmallStudy()
    study.confirmationSeeds = [7, 8]
    study.sweeps.append(SmallStudy.sweep("adam", [0.1, 0.2], [0, 1e-3]))
    let grid = try study.grid()
    let states = grid.places.map { place in
      CellState.completed(
        place, final: place.coordinates == [1, 1] ? 0.1 + Double(place.sweep) : 2,
        best: place.coordinates == [0, 0] ? 0.01 : 0.09 + Double(place.sweep))
    }
    let confirmations = try (0..<2).flatMap { sweep in
      try grid.confirmation(sweep: sweep, coordinates: [1, 1]).map { place in
        StudyResults.Confirmation(
          place: place, state: sweep == 0 ? .completed(place, final: 0.3) : .missing)
      }
    }
    return StudyResults(grid: grid, states: states, confirmations: confirmations)
  }

  @Test func varianceIsAtTheBestPointForEveryMetricAndSeeds() throws {
    let table = VarianceTable(try confirmed())
    #expect(table.labels == ["adai", "adam"])
    #expect(
      table.rows.map(\.metric) == [
        .finalTestError, .bestTestError, .finalTestError, .bestTestError,
      ])
    #expect(table.rows.map(\.source) == [.grid, .grid, .confirmation, .confirmation])
    // The best epoch is quoted at the point that the final error chose, though another has a better one.
    #expect(table.rows[1].values[0]?.entry.summary?.minimum == 0.09)
    #expect(table.rows[2].values[0]?.entry.summary?.values == [0.3, 0.3])
    #expect(table.rows[2].values[1]?.entry.tally.missing == 2)
    #expect(table.rows.map(\.best) == [[0], [0], [0], [0]])
  }

  @Test func varianceCanBeAtGivenPointsAndOfSeveralStudies() throws {
    let results = try confirmed()
    let point = results.point(sweep: 1, at: ["learning_rate": 0.1, "weight_decay": 0])
    let given = VarianceTable(results, at: [nil, point])
    #expect(given.rows[0].values[0] == nil)
    #expect(given.rows[1].values[1]?.entry.summary?.mean == 0.01)
    var other = SmallStudy()
    other.sweeps = [SmallStudy.sweep("sgd", [1], [0])]
    let second = VarianceTable(try other.results { .completed($0, final: 0.5) })
    let both = VarianceTable([given, second])
    #expect(both.labels == ["adai", "adam", "sgd"])
    #expect(both.rows.map { $0.values.map { $0 != nil } }.last == [false, false, true])
  }

  @Test func curvesCountTheSeedsOfEachEpoch() throws {
    let results = try SmallStudy().results { place in
      place.seed == 1
        ? .diverged(place, curves: ["test_error": [0.5], "seconds": [1]])
        : .completed(place, final: 0.1, curves: ["test_error": [0.3, 0.1], "seconds": [1, 2]])
    }
    let table = CurveTable(results)
    #expect(table.curves.count == 12)
    #expect(table.curves[0].epochs.map { $0?.count } == [3, 2])
    #expect(table.curves[0].epochs[1]?.standardDeviation == 0)
    #expect(CurveTable(results, bestOnly: true).curves == [])
  }

  @Test func everyCellHasALine() throws {
    let table = CellTable(try confirmed())
    #expect(table.lines.count == 36 + 12 + 4)
    #expect(table.lines.filter { $0.source == .confirmation }.map(\.seeds.order) == [7, 8, 7, 8])
    #expect(table.lines.last?.state.name == "missing")
    #expect(table.axes == ["learning_rate", "weight_decay"])
  }
}
