import Records
import Storage
import Studies

/// Where the states of a worker's cells are kept: in the results folder, from which any machine goes on, and
/// perhaps more often in a folder of this machine.
struct CellCheckpoints {
  private let shared: CheckpointStore
  private let scratch: CheckpointStore?
  private let clock = ContinuousClock()
  private var sharedPolicy: CheckpointPolicy<ContinuousClock.Instant>
  private var scratchPolicy: CheckpointPolicy<ContinuousClock.Instant>?

  init(_ shared: CheckpointStore, for order: WorkOrder) {
    self.shared = shared
    let (now, timeLeft) = (clock.now, order.secondsLeft.map { Duration.seconds(max(0, $0)) })
    sharedPolicy = CheckpointPolicy(
      start: now, shortest: .seconds(order.checkpointPause), timeLeft: timeLeft)
    scratch = order.scratch.map { CheckpointStore(resultsFolder: $0) }
    if scratch != nil { scratchPolicy = CheckpointPolicy(start: now, timeLeft: timeLeft) }
  }

  /// Whether it is time for a save.
  func areDue(at now: ContinuousClock.Instant) -> Bool {
    sharedPolicy.isDue(at: now) || scratchPolicy?.isDue(at: now) == true
  }

  /// Saves a state where it is due; returns how long it took.
  mutating func save(_ state: Checkpoint) throws -> Duration {
    let begin = clock.now
    let isShared = scratch == nil || sharedPolicy.isDue(at: begin)
    if isShared { try saveShared(state) } else { try scratch?.save(state) }
    let end = clock.now
    if isShared { sharedPolicy.saved(at: end, taking: begin.duration(to: end)) }
    scratchPolicy?.saved(at: end, taking: begin.duration(to: end))
    return begin.duration(to: end)
  }

  /// Saves the last state of a cell that is to be continued, perhaps elsewhere.
  func saveLast(_ state: Checkpoint) throws {
    try saveShared(state)
    try scratch?.remove(state.cell.id)
  }

  func remove(_ id: Cell.ID) throws {
    try shared.remove(id)
    try scratch?.remove(id)
  }

  /// The furthest state of a cell; beside a damaged one, which the store moves away, it is as if there were none.
  ///
  /// So it is if best weights are wanted and the state was saved by a run that did not keep them: the best epoch may
  /// be over.
  func usable(of cell: Cell, keeping options: RecordOptions) throws -> Checkpoint? {
    let states = try [shared, scratch].compactMap {
      try $0.flatMap { try usable(in: $0, cell, options) }
    }
    return states.max { ($0.epoch, $0.step) < ($1.epoch, $1.step) }
  }

  private func usable(
    in store: CheckpointStore, _ cell: Cell, _ options: RecordOptions
  ) throws -> Checkpoint? {
    do {
      let checkpoint = try store.load(cell.id)
      if options.bestWeights, let checkpoint, checkpoint.epoch > 1,
        checkpoint.bestParameters.isEmpty
      {
        return nil
      }
      return checkpoint
    } catch RecordError.damaged {
      return nil
    }
  }

  private func saveShared(_ state: Checkpoint) throws {
    try shared.checkFolder()
    try shared.save(state)
  }
}

extension CheckpointStore {
  /// Makes sure that the results folder is still there: one that was moved away, or whose disk was, is not
  /// begun anew.
  func checkFolder() throws(StorageError) {
    let folder = "\(resultsFolder)/work"
    if try Files.status(folder) == nil { throw StorageError(.open, folder, errno: 2) }
  }
}
