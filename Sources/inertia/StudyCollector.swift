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

  /// What is known of every cell of the study; of records that are as they were when last collected, as they were then.
  func results() throws -> StudyResults {
    try read(collected: CollectedRecords(path: collectedPath)).results
  }

  private var collectedPath: String { "\(context.folder)/collected.bin" }

  /// What is known of every cell of the study, and of the records that had to be opened for it their digests and
  /// contents, each read once.
  private func read(
    collected: CollectedRecords, measured: Bool = true
  ) throws -> (results: StudyResults, digests: DigestList, opened: CollectedRecords) {
    var known: [Cell.ID: CellState] = [:]
    var digests = DigestList()
    var opened = CollectedRecords()
    func state(of place: StudyGrid.Place) throws -> CellState {
      if let state = known[place.id] { return state }
      let state: CellState
      if let record = try collected.record(of: place.cell, id: place.id, in: context.records) {
        state = .finished(record)
      } else if try context.records.contains(place.id) {
        let stored = try context.records.stored(place.id, weights: false)
        digests.entries[place.id] = stored.digests
        try opened.add(stored.record, id: place.id, in: context.records)
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
    let twins = try context.grid.unperturbed().map { twin in
      try context.records.contains(twin)
        ? CellState.finished(try context.records.read(twin, weights: false)) : .missing
    }
    let confirmations = try confirmationPlaces(after: grid).map {
      StudyResults.Confirmation(place: $0, state: try state(of: $0))
    }
    var results = StudyResults(
      grid: grid.grid, states: grid.states, confirmations: confirmations, unperturbed: twins)
    if measured {
      results.measurements = try StudyMeasurer(context: context, threads: 1, isAnonymous: false)
        .measurements(context.grid.places + confirmations.map(\.place))
    }
    return (results, digests, opened)
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
    let known = try read(collected: CollectedRecords(path: collectedPath), measured: false).results
    return context.grid.places + (try confirmationPlaces(after: known))
  }

  /// Writes everything; returns what it was made from.
  @discardableResult
  func collect() throws -> StudyResults {
    let (results, digests, opened) = try read(collected: CollectedRecords())
    for folder in context.foldersOfTables {
      try Files.makeFolder(folder)
      try Files.removeTemporaries(in: folder)
    }
    try context.keepText()
    let published = try context.published()
    let kinds = StudyExhibit.kinds(of: context.study)
    for exhibit in StudyExhibit.allCases {
      guard kinds.contains(exhibit) else {
        for format in TableFormat.allCases {
          try Files.remove("\(context.folder)/tables/\(exhibit.rawValue).\(format.rawValue)")
        }
        continue
      }
      let exhibited = exhibit.exhibit(of: results, beside: published)
      for format in TableFormat.allCases {
        try write(
          Array(exhibited.text(as: format).utf8),
          to: "tables/\(exhibit.rawValue).\(format.rawValue)")
      }
    }
    let pictures = pictures(of: results)
    for picture in pictures {
      try write(Array(picture.svg.utf8), to: "figures/\(picture.name).svg")
    }
    for name in Self.measuredPictures where !pictures.contains(where: { $0.name == name }) {
      try Files.remove("\(context.folder)/figures/\(name).svg")
    }
    try write(try StudyFileWriter(results).bytes(), to: "study.h5")
    let page = ReportHTML.render(
      [.init(results, folder: context.folder, published: published)])
    try write(Array(page.utf8), to: "report.html")
    try write(opened.file, to: "collected.bin")
    try write(digests, of: results)
    try writeMeasured(results)
    return results
  }

  /// The pictures that a study has only if it measures.
  private static let measuredPictures = ["spectra", "noise"]

  /// The pictures of a study, by the names of their files.
  private func pictures(of results: StudyResults) -> [(name: String, svg: String)] {
    guard context.study.simulation == nil else { return DiffusionSVG.all(of: results) }
    let surfaces = results.surfaces(of: .finalTestError)
    var contours = HeatmapSVG.Options()
    contours.form = .contours
    var product = HeatmapSVG.Options()
    (product.coordinate, product.panelsPerRow) = (.product, 2)
    var pictures = [
      ("heatmap", HeatmapSVG.render(surfaces)),
      ("contours", HeatmapSVG.render(surfaces, options: contours)),
      ("heatmap_product", HeatmapSVG.render(surfaces, options: product)),
      ("heatmap_best", HeatmapSVG.render(results.surfaces(of: .bestTestError))),
      (
        "curves",
        CurveSVG.render(CurveTable(results, bestOnly: true), metric: "test_error")
      ),
      ("variance", VarianceSVG.render(VarianceTable(results))),
      ("areas", AreaSVG.render(RobustnessTable(results))),
      ("tunability", TunabilitySVG.render(results.tunability(of: .finalTestError))),
    ]
    if context.study.measure?.hessian != nil {
      pictures.append(("spectra", SpectrumSVG.render(SpectrumTable(results))))
    }
    if context.study.measure?.noise != nil {
      pictures.append(("noise", NoiseSVG.render(NoiseTable(results))))
    }
    return pictures
  }

  /// The digests are there when, and only when, the study is complete: they never describe another state
  /// than the tables beside them.
  private func write(_ digests: DigestList, of results: StudyResults) throws {
    guard results.isComplete else {
      try Files.remove("\(context.folder)/digests.txt")
      return
    }
    try write(Array(digests.text.utf8), to: "digests.txt")
  }

  /// What a study measures: `measurements.txt`, a line `<cell> <measurement> <SHA-256>` for each, there
  /// when, and only when, all are.
  private func writeMeasured(_ results: StudyResults) throws {
    let list = "\(context.folder)/measurements.txt"
    guard let settings = context.study.measure else {
      try Files.remove(list)
      return
    }
    var found = MeasurementList()
    for (id, measurements) in results.measurements {
      for measurement in measurements {
        found.entries[.init(id, measurement.name)] = RecordDigests.measurements([measurement])
      }
    }
    let wanted =
      Set(results.cells.filter { $0.state.hasCompleted }.map(\.id)).count
      * ((settings.hessian?.epochs.count ?? 0) + (settings.noise?.epochs.count ?? 0))
    guard results.isComplete, found.entries.count == wanted else {
      try Files.remove(list)
      return
    }
    try write(Array(found.text.utf8), to: "measurements.txt")
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

extension CellState {
  fileprivate var hasCompleted: Bool {
    if case .finished(let record) = self { record.outcome == .completed } else { false }
  }
}

extension StudyResults {
  /// Every cell with what is known of it, those that confirm included; a cell may come more than once.
  var cells: [(id: Cell.ID, state: CellState)] {
    zip(grid.places, states).map { ($0.id, $1) }
      + confirmations.map { ($0.place.id, $0.state) }
  }

  /// Whether every cell is finished or failed for good, those that confirm included.
  var isComplete: Bool { !cells.contains { $0.state == .missing } }
}

/// The tables that are exported of a study.
enum StudyExhibit: String, CaseIterable {
  case heatmap, variance, curves, cells, claims, robustness, areas, comparisons, tunability
  case images, sources, optimism, published, spectra, noise
  case saddle, escapes, fits, convergence

  /// The kinds of study it is of, as study files write them.
  var studyKinds: [String] {
    switch self {
    case .saddle, .convergence: [rawValue]
    case .escapes, .fits: ["escape"]
    case .claims: ["train", "escape"]
    default: ["train"]
    }
  }

  /// The kinds that a study has: claims, a published table and measurements only if it names them.
  static func kinds(of study: Study) -> [StudyExhibit] {
    allCases.filter { exhibit in
      guard exhibit.studyKinds.contains(study.kind) else { return false }
      switch exhibit {
      case .claims: return !study.claims.isEmpty
      case .published: return study.published != nil
      case .spectra: return study.measure?.hessian != nil
      case .noise: return study.measure?.noise != nil
      default: return true
      }
    }
  }

  /// - Parameter published: The published table that the study names.
  func exhibit(of results: StudyResults, beside published: PublishedTable?) -> Exhibit {
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
    case .images: .images(ImageComparisonTable(results))
    case .sources: .sources(SourceTable(results))
    case .optimism: .optimism(OptimismTable(results))
    case .saddle: .saddle(SaddleTable(results))
    case .escapes: .escapes(EscapeTable(results))
    case .fits: .fits(EscapeTable(results))
    case .convergence: .convergence(ConvergenceTable(results))
    case .published: .published(PublishedComparison(results, beside: published))
    case .spectra: .spectra(SpectrumTable(results))
    case .noise: .noise(NoiseTable(results))
    }
  }
}
