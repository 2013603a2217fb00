import Records
import Storage
import Studies

/// Where the states of a worker's cells are kept: in the results folder, from which any machine goes on, and
/// perhaps more often in a folder of this machine.
///
/// Whatever is wrong with the latter only loses what it is for.
struct CellCheckpoints {
  private let shared: CheckpointStore
  private var scratch: CheckpointStore?
  private let loseScratch: (_ reason: String) -> Void
  private let clock = ContinuousClock()
  private var sharedPolicy: CheckpointPolicy<ContinuousClock.Instant>
  private var scratchPolicy: CheckpointPolicy<ContinuousClock.Instant>?

  init(
    _ shared: CheckpointStore, for order: WorkOrder,
    loseScratch: @escaping (_ reason: String) -> Void
  ) {
    (self.shared, self.loseScratch) = (shared, loseScratch)
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
    var isShared = scratch == nil || sharedPolicy.isDue(at: begin)
    if !isShared {
      inScratch { try $0.save(state) }
      isShared = scratch == nil
    }
    if isShared { try saveShared(state) }
    let end = clock.now
    if isShared { sharedPolicy.saved(at: end, taking: begin.duration(to: end)) }
    scratchPolicy?.saved(at: end, taking: begin.duration(to: end))
    return begin.duration(to: end)
  }

  /// Saves the last state of a cell that is to be continued, perhaps elsewhere.
  mutating func saveLast(_ state: Checkpoint) throws {
    try saveShared(state)
    inScratch { try $0.remove(state.cell.id) }
  }

  mutating func remove(_ id: Cell.ID) throws {
    try shared.remove(id)
    inScratch { try $0.remove(id) }
  }

  /// Does something in the folder of this machine, if there is one, and does without it once that fails.
  @discardableResult
  private mutating func inScratch<Value>(_ body: (CheckpointStore) throws -> Value) -> Value? {
    guard let store = scratch else { return nil }
    do {
      return try body(store)
    } catch {
      (scratch, scratchPolicy) = (nil, nil)
      loseScratch("\(error)")
      return nil
    }
  }

  /// The furthest state of a cell; beside a damaged one, which the store moves away, it is as if there were none.
  ///
  /// So it is if best weights are wanted and the state was saved by a run that did not keep them: the best epoch may
  /// be over.
  mutating func usable(of cell: Cell, keeping options: RecordOptions) throws -> Checkpoint? {
    let states = [
      try Self.usable(in: shared, cell, options),
      inScratch { try Self.usable(in: $0, cell, options) } ?? nil,
    ]
    return states.compactMap { $0 }.max { ($0.epoch, $0.step) < ($1.epoch, $1.step) }
  }

  private static func usable(
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
