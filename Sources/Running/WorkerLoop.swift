import Records
import Storage
import Studies

/// What a worker is told at the end of each training step.
public enum TrainingDirective: Hashable, Sendable { case proceed, checkpoint, stop }

/// How training a cell ended, apart from errors.
public enum TrainingResult: Hashable, Sendable {
  case finished(CellRecord)
  /// It was told to stop; this is the state it is in.
  case stopped(Checkpoint)
  /// It was told to stop, and begins again another time: a simulation, whose cells are short.
  case abandoned
}

/// Trains a cell: this module is handed it, and knows nothing of arithmetic.
///
/// `report` is called after every step. Told to checkpoint, training calls `save` with its state at that
/// step boundary and goes on; told to stop, it returns its state.
public typealias TrainCell = (
  _ cell: Cell, _ keeping: RecordOptions, _ threads: Int, _ start: Checkpoint?,
  _ save: (Checkpoint) throws -> Void, _ report: (TrainingProgress) -> TrainingDirective
) throws -> TrainingResult

/// A worker: trains the cells it is ordered to, one after another, until there are no more orders.
///
/// It publishes each record itself. Told to stop, or left alone because its runner died, it saves the
/// state of its cell at the next step boundary and ends.
public struct WorkerLoop {
  public let records: RecordStore
  public let checkpoints: CheckpointStore
  /// Facts about this process for the provenance of its records.
  public let facts: ProvenanceFacts
  public let train: TrainCell

  public init(
    records: RecordStore, checkpoints: CheckpointStore, facts: ProvenanceFacts,
    train: @escaping TrainCell
  ) {
    (self.records, self.checkpoints) = (records, checkpoints)
    (self.facts, self.train) = (facts, train)
  }

  /// Reports progress at most this often.
  private static var progressPause: Duration { .milliseconds(100) }

  /// Works through the orders of the channel until they end or it is told to stop.
  public func run(on channel: WorkerChannel) throws {
    channel.send(.ready)
    while let line = channel.nextOrder() {
      let order = try message(WorkOrder.self, from: line)
      do {
        let cell = try Cell(canonicalJSON: order.cell)
        guard try carryOut(order, cell, channel) else { return channel.send(.stopped) }
      } catch let error as StorageError {
        // The disk, not the cell: every other cell would fare the same.
        return channel.send(.hindered(reason: error.description))
      } catch {
        channel.send(.failed(reason: "\(error)"))
      }
    }
  }

  /// Trains a cell and publishes its record; `false` if it was stopped before the end.
  private func carryOut(
    _ order: WorkOrder, _ cell: Cell, _ channel: WorkerChannel
  ) throws -> Bool {
    let clock = ContinuousClock()
    let started = Timestamp.now
    let checkpoint = try usableCheckpoint(of: cell, keeping: order.options)
    channel.send(.started(fraction: fraction(of: checkpoint)))
    var policy = CheckpointPolicy(start: clock.now)
    var (lastReport, seconds) = (clock.now, checkpoint?.seconds ?? 0)
    let save = { (state: Checkpoint) in
      let begin = clock.now
      try checkFolder()
      try checkpoints.save(state)
      let end = clock.now
      policy.saved(at: end, taking: begin.duration(to: end))
      channel.send(.checkpointed(seconds: begin.duration(to: end) / .seconds(1)))
    }
    let report = { (progress: TrainingProgress) -> TrainingDirective in
      seconds = progress.seconds
      if channel.isStopped { return .stop }
      let now = clock.now
      if lastReport.duration(to: now) >= Self.progressPause {
        lastReport = now
        channel.send(.progress(progress))
      }
      return policy.isDue(at: now) ? .checkpoint : .proceed
    }
    switch try train(cell, order.options, order.threads, checkpoint, save, report) {
    case .stopped(let state):
      try checkFolder()
      try checkpoints.save(state)
      return false
    case .abandoned: return false
    case .finished(let record):
      let provenance = facts.provenance(
        started: started, seconds: seconds, studyText: order.studyText,
        anonymous: order.anonymous)
      try checkFolder()
      try records.publish(record, provenance, keeping: order.options)
      try checkpoints.remove(cell.id)
      channel.send(.finished(outcome: record.outcome.name, seconds: seconds))
      return true
    }
  }

  /// Makes sure that the results folder is still there: one that was moved away, or whose disk was, is not
  /// begun anew.
  private func checkFolder() throws(StorageError) {
    let folder = records.workFolder
    if try Files.status(folder) == nil { throw StorageError(.open, folder, errno: 2) }
  }

  /// The saved state of a cell; beside a damaged one, which the store moves away, it starts afresh.
  ///
  /// So it does if best weights are wanted and the state was saved by a run that did not keep them:
  /// the best epoch may be over.
  private func usableCheckpoint(
    of cell: Cell, keeping options: RecordOptions
  ) throws -> Checkpoint? {
    do {
      let checkpoint = try checkpoints.load(cell.id)
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

  /// Roughly how much of its run a saved state has behind it, in [0, 1].
  private func fraction(of checkpoint: Checkpoint?) -> Double {
    guard let checkpoint else { return 0 }
    return Double(checkpoint.epoch - 1) / Double(checkpoint.cell.training.epochs)
  }
}
