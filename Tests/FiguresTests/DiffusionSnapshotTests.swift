import Analysis
import Figures
import Foundation
import Studies
import Testing
import Training

/// The tables, pictures and pages of simulations, compared with the files in Snapshots/.
struct DiffusionSnapshotTests {
  /// A saddle with one exact and one inexact reference, escapes of which some are censored, and descents with
  /// and without a bound.
  private static let texts = [
    "saddle": """
    study: snapshot-saddle
    about: Displacement & <drift>.
    kind: saddle
    saddle: {curvatures: [-0.5, 0.1], batch: [4, 16], times: [1, 10, 50], warmup: 20, replicas: 2048}
    seeds: [0]
    optimizers:
      - {name: momentum, learning_rate: [0.01, 0.1], weight_decay: 0, momentum: 0.9}
      - {name: adai, learning_rate: 0.1, weight_decay: 0}
    """,
    "escape": """
    study: snapshot-escape
    kind: escape
    escape: {valley: double-well, sharpness: [1, 2, 4], beside: [0.5], rate_per_batch: [0.3, 0.1], limit: 4000, replicas: 24}
    seeds: [0]
    optimizers:
      - {name: sgd, learning_rate: 0.02, weight_decay: 0}
    """,
    "claims": """
    study: snapshot-claims
    kind: escape
    escape: {valley: double-well, sharpness: [1, 1.5, 2, 4], rate_per_batch: [0.3, 0.1], limit: 4000, replicas: 120}
    seeds: [0]
    optimizers:
      - {name: sgd, learning_rate: 0.02, weight_decay: 0}
    claims:
      - {claim: log_time_more_linear, of: sgd, in: 1/k, than: 1/sqrt(k)}
      - {claim: pearson, of: sgd, in: 1/k, at_least: 0.5}
    """,
    "convergence": """
    study: snapshot-convergence
    kind: convergence
    convergence: {dimensions: 2, noise: 1, start: 2, horizons: [10, 100], replicas: 16}
    seeds: [0, 1]
    optimizers:
      - {name: adai, learning_rate: 1, weight_decay: 0}
      - {name: sgd, learning_rate: 1, weight_decay: 0}
    """,
  ]

  private static func results(_ kind: String) throws -> StudyResults {
    let study = try StudyReader.read(text: try #require(texts[kind]), file: "\(kind).yaml")
    let grid = try StudyGrid(study, dataset: nil)
    return StudyResults(
      grid: grid,
      states: try grid.places.map { place in
        .finished(try simulate(place.cell, on: nil, threads: 1) { _ in true })
      })
  }

  @Test(arguments: TableFormat.allCases)
  func tables(_ format: TableFormat) throws {
    let escapes = EscapeTable(try Self.results("escape"))
    let exhibits: [(String, Exhibit)] = [
      ("saddle", .saddle(SaddleTable(try Self.results("saddle")))),
      ("escapes", .escapes(escapes)),
      ("fits", .fits(escapes)),
      ("convergence", .convergence(ConvergenceTable(try Self.results("convergence")))),
    ]
    for (name, exhibit) in exhibits {
      let text = exhibit.text(as: format)
      try compareSnapshot(text, with: "\(name).\(format.rawValue)")
      // pdflatex knows no Greek outside of formulas.
      if format == .latex { #expect(text.filter { !$0.isASCII } == "", "\(name)") }
    }
  }

  /// Claims on escapes: one cell and noise with enough escapes, and one without.
  @Test(arguments: TableFormat.allCases)
  func claims(_ format: TableFormat) throws {
    let table = ClaimTable(try Self.results("claims"))
    let text = Exhibit.claims(table).text(as: format)
    try compareSnapshot(text, with: "claims-escape.\(format.rawValue)")
    if format == .latex { #expect(text.filter { !$0.isASCII } == "") }
  }

  @Test func pictures() throws {
    for kind in Self.texts.keys.sorted() where kind != "claims" {
      for picture in DiffusionSVG.all(of: try Self.results(kind)) {
        try compareSnapshot(picture.svg, with: "\(picture.name).svg")
      }
    }
  }

  /// The sections of the page; its style and script are those of `report.html`.
  @Test func report() throws {
    let sections = try ["saddle", "escape", "claims", "convergence"].map { kind in
      ReportHTML.Section(try Self.results(kind), folder: "results/snapshot-\(kind)")
    }
    let page = ReportHTML.render(sections)
    let start = try #require(page.range(of: "<section>")?.lowerBound)
    let end = try #require(page.range(of: "</section>", options: .backwards)?.upperBound)
    try compareSnapshot(page[start..<end] + "\n", with: "report-simulations.html")
  }
}
