/// What is known of every cell of a study.
public struct StudyResults: Hashable, Sendable {
  public let grid: StudyGrid
  /// What is known of each place of the grid, in its order.
  public let states: [CellState]
  /// The cells trained to confirm each sweep's best, with what is known of them; empty if not asked for.
  public let confirmations: [Confirmation]

  /// What was measured of each cell, where the study asks for it.
  public var measurements: [Cell.ID: [Measurement]] = [:]
  /// What is known of the twin of each place without a moved weight, in the grid's order; empty unless the study moves one.
  public let unperturbed: [CellState]

  /// A place trained again with a fresh seed.
  public struct Confirmation: Hashable, Sendable {
    public let place: StudyGrid.Place
    public let state: CellState

    public init(place: StudyGrid.Place, state: CellState) {
      (self.place, self.state) = (place, state)
    }
  }

  public init(
    grid: StudyGrid, states: [CellState], confirmations: [Confirmation] = [],
    unperturbed: [CellState] = []
  ) {
    precondition(states.count == grid.places.count)
    precondition(unperturbed.isEmpty || unperturbed.count == states.count)
    (self.grid, self.states, self.confirmations) = (grid, states, confirmations)
    self.unperturbed = unperturbed
  }
}

/// What is known of a cell.
public enum CellState: Hashable, Sendable {
  case missing
  /// It failed as often as it may; the reason in one line.
  case failed(reason: String)
  /// It has a record: completed or diverged. Weights are not loaded.
  case finished(CellRecord)
}
