import Analysis
import Figures
import Records
import Running
import Storage
import Studies

/// Makes a study's own folder from the records: study.h5, tables, figures, digests, report.
///
/// Each file is replaced atomically, and only if it changes. What is committed to git holds nothing that
/// varies from run to run.
struct StudyCollector {
  let context: StudyContext

  /// What is known of every cell of the study.
  func results() throws -> StudyResults { try read().results }

  /// What is known of every cell of the study, and the finished ones' digests, each record read once.
  private func read() throws -> (results: StudyResults, digests: DigestList) {
    var known: [Cell.ID: CellState] = [:]
    var digests = DigestList()
    func state(of place: StudyGrid.Place) throws -> CellState {
      if let state = known[place.id] { return state }
      let state: CellState
      if try context.records.contains(place.id) {
        let stored = try context.records.stored(place.id, weights: false)
        digests.entries[place.id] = stored.digests
        state = .finished(stored.record)
      } else if let note = try context.work.failure(of: place.id), note.isFinal {
        state = .failed(reason: note.reason)
      } else {
        state = .missing
      }
      known[place.id] = state
      return state
    }
    let grid = try StudyResults(
      grid: context.grid, states: context.grid.places.map { try state(of: $0) })
    let confirmations = try confirmationPlaces(after: grid).map {
      StudyResults.Confirmation(place: $0, state: try state(of: $0))
    }
    return (
      StudyResults(grid: grid.grid, states: grid.states, confirmations: confirmations), digests
    )
  }

  /// The places that confirm each sweep's best point; none before the grid is complete.
  func confirmationPlaces(after results: StudyResults) throws -> [StudyGrid.Place] {
    guard !context.study.confirmationSeeds.isEmpty, !results.states.contains(.missing) else {
      return []
    }
    return try results.bestPoints.compactMap { $0 }.flatMap {
      try context.grid.confirmation(sweep: $0.sweep, coordinates: $0.coordinates)
    }
  }

  /// Every place of the study, those that confirm its best points included.
  func places() throws -> [StudyGrid.Place] {
    if context.study.confirmationSeeds.isEmpty { return context.grid.places }
    return context.grid.places + (try confirmationPlaces(after: try results()))
  }

  /// Writes everything; returns what it was made from.
  @discardableResult
  func collect() throws -> StudyResults {
    let (results, digests) = try read()
    for folder in context.foldersOfTables {
      try Files.makeFolder(folder)
      try Files.removeTemporaries(in: folder)
    }
    try context.keepText()
    for exhibit in StudyExhibit.allCases {
      if exhibit == .claims, context.study.claims.isEmpty {
        for format in TableFormat.allCases {
          try Files.remove("\(context.folder)/tables/claims.\(format.rawValue)")
        }
        continue
      }
      let exhibited = exhibit.exhibit(of: results)
      for format in TableFormat.allCases {
        try write(
          Array(exhibited.text(as: format).utf8),
          to: "tables/\(exhibit.rawValue).\(format.rawValue)")
      }
    }
    let surfaces = results.surfaces(of: .finalTestError)
    try write(Array(HeatmapSVG.render(surfaces).utf8), to: "figures/heatmap.svg")
    let best = results.surfaces(of: .bestTestError)
    try write(Array(HeatmapSVG.render(best).utf8), to: "figures/heatmap_best.svg")
    let curves = CurveTable(results, bestOnly: true)
    try write(
      Array(CurveSVG.render(curves, metric: "test_error").utf8), to: "figures/curves.svg")
    try write(
      Array(VarianceSVG.render(VarianceTable(results)).utf8), to: "figures/variance.svg")
    try write(Array(AreaSVG.render(RobustnessTable(results)).utf8), to: "figures/areas.svg")
    try write(
      Array(TunabilitySVG.render(results.tunability(of: .finalTestError)).utf8),
      to: "figures/tunability.svg")
    try write(try StudyFileWriter(results).bytes(), to: "study.h5")
    let page = ReportHTML.render([.init(results, folder: context.folder)])
    try write(Array(page.utf8), to: "report.html")
    try write(digests, of: results)
    return results
  }

  /// The digests are there when, and only when, the study is complete: they never describe another state
  /// than the tables beside them.
  private func write(_ digests: DigestList, of results: StudyResults) throws {
    guard results.isComplete(for: context.study) else {
      try Files.remove("\(context.folder)/digests.txt")
      return
    }
    try write(Array(digests.text.utf8), to: "digests.txt")
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    let path = "\(context.folder)/\(name)"
    if let status = try Files.status(path), status.size == bytes.count,
      try Files.read(path, limit: bytes.count) == bytes
    {
      return
    }
    try Files.writeAtomically(path, bytes)
  }
}

extension StudyResults {
  /// Every cell with what is known of it, those that confirm included; a cell may come more than once.
  var cells: [(id: Cell.ID, state: CellState)] {
    zip(grid.places, states).map { ($0.id, $1) }
      + confirmations.map { ($0.place.id, $0.state) }
  }

  /// Whether every cell is finished or failed for good, those that confirm included.
  func isComplete(for study: Study) -> Bool {
    !cells.contains { $0.state == .missing }
  }
}

/// The tables that are exported of a study.
enum StudyExhibit: String, CaseIterable {
  case heatmap, variance, curves, cells, claims, robustness, areas, comparisons, tunability
  case sources, optimism

  func exhibit(of results: StudyResults) -> Exhibit {
    switch self {
    case .heatmap:
      .heatmap(results.surfaces(of: .finalTestError) + results.surfaces(of: .bestTestError))
    case .variance: .variance(VarianceTable(results))
    case .curves: .curves(CurveTable(results, bestOnly: true))
    case .cells: .cells(CellTable(results))
    case .claims: .claims(ClaimTable(results))
    case .robustness: .robustness(RobustnessTable(results))
    case .areas: .areas(RobustnessTable(results))
    case .comparisons: .comparisons(ComparisonTable(results))
    case .tunability: .tunability(results.tunability(of: .finalTestError))
    case .sources: .sources(SourceTable(results))
    case .optimism: .optimism(OptimismTable(results))
    }
  }
}
