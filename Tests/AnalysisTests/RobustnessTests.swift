import Analysis
import Studies
import Testing

/// Areas, ridges, tunability: against SciPy and NumPy, and against planted truths.
struct RobustnessTests {
  private let golden: StatisticsGolden

  init() throws { golden = try StatisticsGolden.load() }

  private func grid(_ values: [[Double?]], rates: [Double]? = nil, decays: [Double]? = nil)
    -> LogGrid
  {
    LogGrid(
      learningRates: rates ?? values.indices.map(Double.init),
      weightDecays: decays ?? values[0].indices.map(Double.init),
      nodes: values.map { $0.map { $0.map(LogGrid.Node.measured) ?? .diverged } })
  }

  @Test func areasOfBilinearCellsAgreeWithQuadrature() throws {
    for row in golden.shares {
      let c = row.corners
      let area = try #require(grid([[c[0], c[1]], [c[2], c[3]]]).area(atMost: 0))
      #expect(abs(area.decades - row.share) < 1e-10, "\(c): \(area.decades), not \(row.share)")
    }
  }

  @Test func areaCountsOnlyWhatIsMeasuredAndSaysWhenThereMayBeMore() throws {
    // A bowl inside the grid: no edge is good.
    let bowl = (0..<5).map { y in (0..<5).map { x -> Double? in Double(abs(x - 2) + abs(y - 2)) } }
    let inside = try #require(grid(bowl).area(atMost: 1))
    #expect(!inside.isLowerBound && inside.decades > 1.9 && inside.decades < 3)
    let everything = try #require(grid(bowl).area(atMost: 10))
    #expect(everything.decades == 16 && everything.isLowerBound)
    #expect(grid(bowl).area(atMost: -1) == Area(decades: 0, isLowerBound: false))
    // A diverged neighbour takes its four rectangles out; it is no reason to expect more.
    var holed = bowl
    holed[3][3] = nil
    let without = try #require(grid(holed).area(atMost: 1))
    #expect(!without.isLowerBound && without.decades < inside.decades)
    // A missing one may hide more.
    var nodes = grid(bowl).nodes
    nodes[3][3] = .unknown
    let axis = [0.0, 1, 2, 3, 4]
    let unknown = LogGrid(learningRates: axis, weightDecays: axis, nodes: nodes)
    #expect(unknown.area(atMost: 1) == Area(decades: without.decades, isLowerBound: true))
    #expect(grid([[0.1, 0.1]]).area(atMost: 1) == nil)
  }

  @Test func areaIsInDecadesSquaredAndLeavesOutAWeightDecayOfZero() throws {
    var study = SmallStudy()
    study.sweeps = [SmallStudy.sweep("adai", [1, 0.01], [0, 1e-3, 1e-4])]
    let results = try study.results { .completed($0, final: 0.1) }
    let surface = results.surfaces(of: .finalTestError)[0]
    let area = try #require(LogGrid(surface).area(atMost: 0.1))
    #expect(abs(area.decades - 2) < 1e-12 && area.isLowerBound)
  }

  @Test func aSurfaceKeepsApartWhatDivergedAndWhatIsNotMeasured() throws {
    var study = SmallStudy()
    study.sweeps = [SmallStudy.sweep("adai", [1, 0.1], [1e-4, 1e-3])]
    let results = try study.results { place in
      switch (place.coordinates, place.seed) {
      case ([0, 0], 1): .diverged(place)
      case ([0, 1], _): .missing
      case ([1, 0], _): .failed(reason: "it ran out of memory")
      default: .completed(place, final: 0.25)
      }
    }
    // Learning rates increase, whatever their order in the file.
    let nodes = LogGrid(results.surfaces(of: .finalTestError)[0]).nodes
    #expect(nodes == [[.unknown, .measured(0.25)], [.diverged, .unknown]])
  }

  @Test func thresholdsMeanWhatTheySay() throws {
    var study = SmallStudy()
    let rates = [0.1, 1, 10, 100]
    study.sweeps = [
      SmallStudy.sweep("adai", rates, [1e-4, 1e-3]), SmallStudy.sweep("adam", rates, [1e-4, 1e-3]),
    ]
    let results = try study.results { place in
      // Rows of 0.10, 0.11, 0.12, 0.13 and of 0.20 everywhere.
      .completed(place, final: place.sweep == 0 ? 0.1 + 0.01 * Double(place.coordinates[0]) : 0.2)
    }
    let table = RobustnessTable(results, margin: 0.015)
    #expect(abs((table.rows[0].area?.decades ?? 0) - 1.5) < 1e-9)
    #expect(table.rows[1].area?.decades == 0)
    // By its own best the flat, bad one wins: that is why this is not the default.
    #expect(abs((table.rows[1].ownArea?.decades ?? 0) - 3) < 1e-9)
    #expect(
      table.rows[0].curve.map { $0?.decades ?? -1 }
        == table.rows[0].curve.map { $0?.decades ?? -1 }.sorted())
    #expect(AreaThreshold.atMost(0.0483).value(ownBest: 0.1, best: 0.05) == 0.0483)
    #expect(AreaThreshold.withinBest(0.01).value(ownBest: 0.1, best: nil) == nil)
    #expect(RobustnessTable(try SmallStudy().results { _ in .missing }).rows[0].area == nil)
  }

  @Test func ridgesAgree() throws {
    for row in golden.ridges {
      let ridge = try #require(
        grid(row.values, rates: row.rates, decays: row.decays).ridge)
      #expect(ridge.points.count == row.points.count)
      for (point, wanted) in zip(ridge.points, row.points) {
        #expect(point.learningRate == wanted[0])
        #expect(abs(point.weightDecay - wanted[1]) < 1e-9)
      }
      #expect(abs(ridge.slope - row.slope) < 1e-9)
      #expect(abs(ridge.spreadOfWeightDecay - row.spread) < 1e-9)
      #expect(abs(ridge.spreadOfProduct - row.product_spread) < 1e-9)
    }
    #expect(grid([[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]]).ridge == nil)
  }

  @Test func aRidgeOfConstantProductHasSlopeMinusOne() throws {
    let (rates, decays) = ([-2.0, -1.5, -1.0], (0...8).map { -6 + 0.5 * Double($0) })
    let values = rates.map { rate in
      decays.map { decay -> Double? in
        0.05 + (rate + decay + 4.3) * (rate + decay + 4.3) + 0.001 * rate * rate
      }
    }
    let ridge = try #require(grid(values, rates: rates, decays: decays).ridge)
    #expect(abs(ridge.slope + 1) < 1e-9 && ridge.spreadOfProduct < 1e-9)
    #expect(ridge.points.allSatisfy { abs($0.learningRate + $0.weightDecay + 4.3) < 1e-9 })
  }

  @Test func tunabilityAgreesWithEveryChoice() {
    for row in golden.tunability {
      let found = Tunability(
        label: "adai", metric: .finalTestError,
        points: row.points.map { ($0[0], $0[1]) }, of: row.count)
      #expect(found.budgets.count == row.budgets.count)
      for (budget, wanted) in zip(found.budgets, row.budgets) {
        #expect((budget.expected == nil) == (wanted[0] == nil))
        #expect(abs((budget.expected ?? 0) - (wanted[0] ?? 0)) < 1e-12)
        #expect(abs(budget.probability - (wanted[1] ?? 0)) < 1e-12)
      }
    }
  }

  @Test func theOrderOfOptimizersMayChangeAsMorePointsAreTried() throws {
    var study = SmallStudy()
    study.sweeps = [
      SmallStudy.sweep("adai", [1, 2, 3], [0]), SmallStudy.sweep("adam", [1, 2, 3], [0]),
      SmallStudy.sweep("sgd", [1], [0]),
    ]
    let results = try study.results { place in
      switch place.sweep {
      case 0: .completed(place, final: 0.2)
      case 1: .completed(place, final: place.coordinates[0] == 0 ? 0.1 : 0.5)
      default: .diverged(place)
      }
    }
    let tunability = results.tunability(of: .finalTestError)
    #expect(tunability.order(after: 1) == ["adai", "adam"])
    #expect(tunability.order(after: 3) == ["adam", "adai"])
    #expect(tunability[2].budgets.map(\.probability) == [0])
  }

  @Test func sensitivityIsTheSteepestRisePerDecade() throws {
    var study = SmallStudy()
    study.sweeps = [SmallStudy.sweep("adai", [0.1, 0.01, 1], [0, 1e-4, 1e-2])]
    let results = try study.results { place in
      switch place.coordinates {
      case [0, 1]: .completed(place, final: 0.1)
      case [1, 1]: .completed(place, final: 0.4)
      case [2, 1]: .diverged(place)
      case [0, 2]: .completed(place, final: 0.3)
      default: .completed(place, final: 0.9)
      }
    }
    let surface = results.surfaces(of: .finalTestError)[0]
    let sensitivities = surface.sensitivities
    #expect(abs((sensitivities[0].perDecade ?? 0) - 0.3) < 1e-9)
    #expect(sensitivities[0].divergedNeighbours == 1)
    // Two decades to 1e-2; a weight decay of 0 is no neighbour in decades.
    #expect(abs((sensitivities[1].perDecade ?? 0) - 0.1) < 1e-9)
    #expect(surface.neighbours(of: .init(learningRate: 0, weightDecay: 1)).count == 4)
    #expect(surface.neighbours(of: .init(learningRate: 2, weightDecay: 0)).count == 2)
  }
}
