import Analysis
import Foundation
import Studies
import Testing

/// Claims on the largest eigenvalue of the Hessian: verdicts where the truth is planted, and why there is none.
struct EigenvalueClaimTests {
  /// Adai and Adam at one point each, the Hessian measured before and after training.
  private func study(
    rates: String = "0.1", seeds: String = "[0, 1, 2, 3, 4, 5, 6, 7]", more: String = ""
  ) throws -> StudyGrid {
    let text = """
      study: small
      dataset: {name: synthetic, train: 100, test: 50}
      network: {name: mlp, hidden: [8]}
      training: {epochs: 2, batch: 10}
      seeds: \(seeds)
      optimizers:
        - {name: adai, learning_rate: \(rates), weight_decay: 0}
        - {name: adam, learning_rate: 0.1, weight_decay: 0}
      measure: {hessian: {top: 2, samples: 20, at: [0, final]}}
      claims:
        - {claim: smaller_top_eigenvalue, of: adai, than: adam}
      \(more)
      """
    return try StudyGrid(
      StudyReader.read(text: text, file: "small.yaml"), dataset: SmallStudy().grid().dataset)
  }

  /// The comparison where `top` gives the largest eigenvalue after the last epoch, `nil` where it was not measured. Before
  /// the first epoch adai's is the larger one.
  private func comparison(
    _ grid: StudyGrid, diverged: Int? = nil, _ top: (StudyGrid.Place) -> Double?
  ) throws -> ClaimTable.Comparison {
    func error(_ place: StudyGrid.Place) -> Double { 0.1 * Double(place.coordinates[0] + 1) }
    let first = StudyResults(
      grid: grid,
      states: grid.places.map {
        $0.seed == diverged ? .diverged($0) : .completed($0, final: error($0))
      })
    var confirmations: [StudyResults.Confirmation] = []
    if !grid.study.confirmationSeeds.isEmpty {
      for best in first.bestPoints.compactMap({ $0 }) {
        confirmations += try grid.confirmation(sweep: best.sweep, coordinates: best.coordinates)
          .map { .init(place: $0, state: .completed($0, final: 0.1)) }
      }
    }
    var results = StudyResults(grid: grid, states: first.states, confirmations: confirmations)
    for place in grid.places + confirmations.map(\.place) {
      guard place.seed != diverged, let value = top(place) else { continue }
      results.measurements[place.id] = [
        measurement(epoch: 0, place.sweep == 0 ? 1000 : 1), measurement(epoch: 2, value),
      ]
    }
    let table = ClaimTable(results)
    #expect(table.rows.count == 1 && table.rows[0].verdict == table.rows[0].comparisons[0].verdict)
    return table.rows[0].comparisons[0]
  }

  /// The smaller the largest eigenvalue, the larger the second.
  private func measurement(epoch: Int, _ top: Double) -> Studies.Measurement {
    Studies.Measurement(
      name: "hessian_epoch_\(epoch)",
      dimensions: [.init(name: "rank", meaning: "rank", coordinates: [1, 2])],
      variables: [
        .init(name: "eigenvalue", meaning: "", dimensions: ["rank"], values: [top, 50 / top])
      ])
  }

  private func planted(_ place: StudyGrid.Place, smaller: Int) -> Double {
    (place.sweep == smaller ? 10 : 15) * (1 + 0.01 * Double(place.seed % 3))
  }

  @Test func theSmallerIsSupportedAndTheLargerContradicted() throws {
    let grid = try study()
    let supported = try comparison(grid) { planted($0, smaller: 0) }
    #expect(supported.verdict == .supported && supported.reason == nil)
    // Eight pairs of one sign: 2 of 2⁸ patterns.
    #expect(supported.test?.pValue == 2.0 / 256 && supported.adjusted == 2.0 / 256)
    let pairs = try #require(supported.pairs)
    #expect(abs(pairs.differences.mean - log(10.0 / 15)) < 1e-14)
    let means = pairs.geometricMeans
    #expect(abs(means.first / means.second - 10.0 / 15) < 1e-14)
    #expect(try comparison(grid) { planted($0, smaller: 1) }.verdict == .contradicted)
  }

  @Test func confirmationSeedsStandForPointsThatWereChosen() throws {
    func planted(_ place: StudyGrid.Place) -> Double { self.planted(place, smaller: 0) }
    #expect(try comparison(study(rates: "[0.1, 1]"), planted).reason == .notConfirmed)
    let confirmed = try study(
      rates: "[0.1, 1]", more: "confirm: {seeds: [10, 11, 12, 13, 14, 15]}")
    let found = try comparison(confirmed) { place in
      // The grid says the opposite, and has no say.
      self.planted(place, smaller: place.cell.seeds.initialization < 10 ? 1 : 0)
    }
    #expect(found.verdict == .supported && found.pairs?.count == 6)
  }

  @Test func whatCannotBeDecidedSaysWhy() throws {
    func planted(_ place: StudyGrid.Place) -> Double { self.planted(place, smaller: 0) }
    #expect(
      try comparison(study(seeds: "[0, 1, 2]"), planted).reason == .tooFewSeeds(needed: 6))
    let grid = try study()
    #expect(try comparison(grid) { $0.seed == 3 ? nil : planted($0) }.reason == .incomplete)
    #expect(try comparison(grid, diverged: 3, planted).reason == .diverged)
    #expect(try comparison(grid) { $0.seed == 3 ? -1 : planted($0) }.reason == .noMinimum)
    #expect(
      try comparison(grid) { $0.sweep == $0.seed % 2 ? 10 : 15 }.reason == .notSignificant)
    #expect(
      try comparison(
        study(seeds: "{init: [0, 1], order: [0, 1, 2], augmentation: [0]}"), planted
      ).reason == .crossedSeeds)
  }
}
