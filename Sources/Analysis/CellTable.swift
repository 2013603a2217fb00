import Studies

/// Every cell of a study, one line each: the grid in file order, then the confirmation cells.
public struct CellTable: Hashable, Sendable {
  /// The name of the study.
  public let study: String
  /// The keys of the swept hyperparameters: learning rate, weight decay, then others as they first come.
  public let axes: [String]
  public let lines: [Line]

  public struct Line: Hashable, Sendable {
    public let id: Cell.ID
    public let label: String
    public let optimizer: String
    public let source: VarianceTable.Source
    /// Its value on each axis of its sweep.
    public let settings: [Setting]
    public let seeds: Seeds
    public let state: CellState
  }

  public init(_ results: StudyResults) {
    let sweeps = results.grid.study.sweeps
    func line(_ source: VarianceTable.Source, _ place: StudyGrid.Place, _ state: CellState) -> Line
    {
      let sweep = sweeps[place.sweep]
      return Line(
        id: place.id, label: sweep.label, optimizer: sweep.optimizer, source: source,
        settings: sweep.settings(at: place.coordinates), seeds: place.cell.seeds, state: state)
    }
    study = results.grid.study.name
    axes = sweeps.axisKeys
    lines =
      zip(results.grid.places, results.states).map { line(.grid, $0, $1) }
      + results.confirmations.map { line(.confirmation, $0.place, $0.state) }
  }
}

extension CellState {
  /// `completed`, `diverged`, `failed` or `missing`.
  public var name: String {
    switch self {
    case .missing: "missing"
    case .failed: "failed"
    case .finished(let record): record.outcome.name
    }
  }
}

extension [Sweep] {
  /// The keys of all axes, in the order they first come.
  package var axisKeys: [String] {
    var keys: [String] = []
    for sweep in self {
      keys += sweep.axes.map(\.key).filter { !keys.contains($0) }
    }
    return keys
  }
}
