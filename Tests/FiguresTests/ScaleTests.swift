import Analysis
import Figures
import Foundation
import Networks
import Studies
import Testing

/// Large studies: how long exports take on one core, and how large a page becomes.
@Suite(.serialized) struct ScaleTests {
  /// Two optimizers over a grid of this many learning rates and weight decays, with eight seeds, so that every point has a
  /// bootstrap interval, and five epochs.
  private func results(rates: Int, decays: Int) throws -> StudyResults {
    func values(_ count: Int, from: Double) -> [Double] {
      (0..<count).map { from * Double($0 + 1) }
    }
    let sweeps = ["adai", "momentum"].map { name in
      Sweep(
        label: name, optimizer: name,
        axes: [
          .init(key: "learning_rate", values: values(rates, from: 1e-3)),
          .init(key: "weight_decay", values: values(decays, from: 1e-5)),
        ], fixed: [:])
    }
    let study = Study(
      name: "large", about: "", dataset: .init(name: "synthetic", train: 100, test: 80),
      network: .mlp(hidden: [8]), training: .init(epochs: 5, batch: .images(10)),
      seeds: .joint(Array(0..<8)), sweeps: sweeps, record: RecordOptions(),
      confirmationSeeds: [],
      claims: [
        Claim(
          kind: .largerArea(.within(0.01)), metric: "final_test_error", subject: "adai",
          rivals: ["momentum"])
      ])
    let dataset = DatasetIdentity(
      name: "synthetic", train: 100, test: 80, digest: String(repeating: "0", count: 64),
      mean: [0.5], standardDeviation: [0.25], channels: 1, height: 4, width: 4, classes: 2)
    let grid = try StudyGrid(study, dataset: dataset)
    return StudyResults(
      grid: grid,
      states: grid.places.map { place in
        let spread = Double((place.seed * 7 + place.coordinates[0] * 3) % 11) * 1e-3
        let error = 0.1 + 0.01 * Double(place.coordinates[1]) + spread
        return .finished(
          CellRecord(
            cell: place.cell, outcome: .completed, finalTestError: error, bestTestError: error,
            bestEpoch: 5,
            curves: ["train_loss", "test_loss", "test_error"].map { name in
              Curve(
                name: name, unit: "1", meaning: name, values: (0..<5).map { error * Double(6 - $0) }
              )
            }, testCorrectFinal: Array(repeating: UInt8(place.seed * 31), count: 10),
            testCorrectBest: [], finalWeights: [], bestWeights: [], optimizerState: []))
      })
  }

  /// The processor time of this thread, in seconds; other work on the machine does not count.
  private func time(_ body: () throws -> Void) rethrows -> Double {
    func now() -> Double {
      var time = timespec()
      unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    let start = now()
    try body()
    return now() - start
  }

  @Test func everyExportOfTenThousandCellsTakesLessThanFiveSeconds() throws {
    let results = try results(rates: 25, decays: 25)
    #expect(results.states.count == 10_000)
    let exports: [(String, () -> Exhibit)] = [
      (
        "heatmap",
        { .heatmap(results.surfaces(of: .finalTestError) + results.surfaces(of: .bestTestError)) }
      ),
      ("variance", { .variance(VarianceTable(results)) }),
      ("curves", { .curves(CurveTable(results)) }), ("cells", { .cells(CellTable(results)) }),
      ("claims", { .claims(ClaimTable(results)) }),
      ("robustness", { .robustness(RobustnessTable(results)) }),
      ("areas", { .areas(RobustnessTable(results)) }),
      ("comparisons", { .comparisons(ComparisonTable(results)) }),
      ("tunability", { .tunability(results.tunability(of: .finalTestError)) }),
      ("sources", { .sources(SourceTable(results)) }),
      ("optimism", { .optimism(OptimismTable(results)) }),
      ("images", { .images(ImageComparisonTable(results)) }),
    ]
    for (name, export) in exports {
      let seconds = time {
        let exhibit = export()
        for format in TableFormat.allCases { #expect(!exhibit.text(as: format).isEmpty) }
      }
      #expect(seconds < 5, "\(name): \(seconds) s in four formats")
    }
    let seconds = time {
      #expect(HeatmapSVG.render(results.surfaces(of: .finalTestError)).count > 100_000)
    }
    #expect(seconds < 5, "heatmap.svg: \(seconds) s")
    var contours = HeatmapSVG.Options()
    contours.form = .contours
    let drawing = time {
      #expect(
        HeatmapSVG.render(results.surfaces(of: .finalTestError), options: contours).count > 100_000)
    }
    #expect(drawing < 5, "contours: \(drawing) s")
  }

  @Test func thePageOfFiveThousandCellsStaysUnderFiveMegabytes() throws {
    let results = try results(rates: 20, decays: 16)
    #expect(results.states.count == 5_120)
    var page = ""
    let seconds = time {
      page = ReportHTML.render([ReportHTML.Section(results, folder: "results/large")])
    }
    #expect(page.utf8.count < 5_000_000)
    #expect(seconds < 10)
    if let path = ProcessInfo.processInfo.environment["INERTIA_LARGE_PAGE"] {
      try Data(page.utf8).write(to: URL(filePath: path))
    }
  }
}
