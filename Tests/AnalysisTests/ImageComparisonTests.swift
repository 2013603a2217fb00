import Analysis
import Studies
import Testing

/// McNemar's test between best points, the chaos floor, and published tables, from records.
struct ImageComparisonTests {
  private func finished(_ place: StudyGrid.Place, _ error: Double, _ bits: [UInt8]) -> CellState {
    .finished(
      CellRecord(
        cell: place.cell, outcome: .completed, finalTestError: error, bestTestError: error,
        bestEpoch: 1, curves: [], testCorrectFinal: bits, testCorrectBest: [], finalWeights: [],
        bestWeights: [], optimizerState: []))
  }

  private var study: SmallStudy {
    var study = SmallStudy()
    study.sweeps = ["adai", "adam"].map { SmallStudy.sweep($0, [0.1, 1], [0]) }
    return study
  }

  @Test func bestPointsAreComparedImageByImage() throws {
    // At the best points, adai is right on images 0 to 11, adam on 8 to 15 (seed 0), or on all of adai's (others).
    let results = try study.results { place in
      let isBest = place.coordinates[0] == 1
      let bits: [UInt8] =
        place.sweep == 0 || place.seed > 0
        ? [0xFF, 0xF0, 0, 0, 0, 0, 0] : [0, 0xFF, 0, 0, 0, 0, 0]
      return finished(place, isBest ? 0.1 : 0.2, isBest ? bits : [0, 0, 0, 0, 0, 0, 0])
    }
    let rows = ImageComparisonTable(results).rows
    #expect(rows.map(\.onlyFirst) == [8, 0, 0])
    #expect(rows.map(\.onlySecond) == [4, 0, 0])
    // 2 P(at most 4 of 12 heads) = 2 · 794 / 4096.
    #expect(abs(rows[0].test.pValue - 2 * 794.0 / 4096) < 1e-12)
    #expect(rows[0].adjusted == 1 && rows[1].test.pValue == 1)
    #expect(rows.allSatisfy { $0.first == "adai" && $0.second == "adam" && $0.source == .grid })
    let without = try study.results { finished($0, 0.1, []) }
    #expect(ImageComparisonTable(without).rows.isEmpty)
  }

  @Test func theChaosFloorIsHalfTheMeanSquareBetweenTwins() throws {
    let grid = try study.grid()
    let states = grid.places.map { finished($0, 0.1 + 0.01 * Double($0.seed), []) }
    let twins = grid.places.map { place in
      place.seed == 2
        ? CellState.missing
        : finished(place, 0.1 + 0.01 * Double(place.seed) + (place.seed == 0 ? 0.002 : -0.004), [])
    }
    let table = SourceTable(StudyResults(grid: grid, states: states, unperturbed: twins))
    let chaos = try #require(table.rows[0].chaos)
    #expect(chaos.pairs == 2)
    #expect(abs(chaos.variance - (0.002 * 0.002 + 0.004 * 0.004) / 4) < 1e-18)
    #expect(SourceTable(StudyResults(grid: grid, states: states)).rows[0].chaos == nil)
  }

  @Test func twinsAreTheCellsWithoutTheMovedWeight() throws {
    let plain = try study.grid()
    var moved = plain.study
    moved.training.perturbation = 1
    let grid = try StudyGrid(moved, dataset: plain.dataset)
    #expect(grid.unperturbed() == plain.places.map(\.id))
    #expect(Set(grid.places.map(\.id)).isDisjoint(with: plain.places.map(\.id)))
    #expect(plain.unperturbed().isEmpty)
  }

  private let table = """
    dataset,label,mean,deviation,n
    x,ADAI,5,0.1,3
    x,Heavy Ball,4,,1
    y,Adai,9,0.5,3

    """

  @Test func oursStandsBesideThePublished() throws {
    let published = try PublishedTable(csv: table, file: "table.csv")
    #expect(published.results[1].deviation == nil && published.results[1].count == 1)
    var wanted = PublishedReference(
      file: "table.csv", row: ["x"], names: [.init(ours: "adam", theirs: "Heavy Ball")],
      metric: "final_test_error", note: "smaller")
    let small = try study.grid()
    func comparison() throws -> PublishedComparison {
      var study = small.study
      study.published = wanted
      let grid = try StudyGrid(study, dataset: small.dataset)
      return PublishedComparison(
        StudyResults(
          grid: grid,
          states: grid.places.map {
            finished($0, $0.sweep == 0 ? 0.1 : 0.2, [])
          }), beside: published)
    }
    let rows = try comparison().rows
    #expect(rows.map(\.label) == ["adai", "adam"])
    #expect(rows.map(\.rank) == [1, 2])
    #expect(rows.map(\.publishedRank) == [2, 1])
    #expect(rows[0].ours.summary?.mean == 0.1 && rows[0].published.mean == 5)
    wanted.row = []
    #expect(try comparison().rows.map(\.row) == [["x"], ["x"], ["y"]])
    #expect(published.problem(with: wanted, labels: ["adai"]) == nil)
    wanted.row = ["z"]
    #expect(published.problem(with: wanted, labels: ["adai"]) == "table.csv has no row z")
    wanted.row = ["y"]
    #expect(
      published.problem(with: wanted, labels: ["yogi"])
        == "table.csv has none of the study's labels there; name them under 'labels'")
    wanted.names = [.init(ours: "adam", theirs: "Heavy")]
    #expect(
      published.problem(with: wanted, labels: ["adai"]) == "table.csv has no label 'Heavy'")
    // One run is not compared by a test that needs deviations.
    let audit = AuditTable(published, subjects: ["ADAI"])
    #expect(audit.rows.map(\.welch) == [nil, nil])
  }

  @Test func theNamesOfATableAreWordsWhereTheStudyHasWords() throws {
    var study = SmallStudy()
    study.sweeps = [
      SmallStudy.sweep(
        "amsgrad", [0.1], [0], others: [.init(key: "weight_decay_kind", values: [0, 1])])
    ]
    let results = try study.results { finished($0, 0.1, []) }
    let words = CellTable(results).lines.map { $0.settings[2].word }
    let sweep = results.grid.study.sweeps[0]
    #expect(words == [0, 0, 0, 1, 1, 1].map { sweep.word(for: $0, of: "weight_decay_kind") })
    #expect(words[0] != nil && words[0] != words[3])
    #expect(sweep.word(for: 0.1, of: "learning_rate") == nil)
    #expect(words[3].flatMap { sweep.value(of: $0, of: "weight_decay_kind") } == 1)
  }
}
