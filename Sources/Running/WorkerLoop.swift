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

  /// Works through the orders of the channel until they end, it is told to stop, or time runs out.
  public func run(on channel: WorkerChannel) throws {
    channel.send(.ready)
    var knownStep: Duration?
    while let line = channel.nextOrder() {
      let order = try message(WorkOrder.self, from: line)
      do {
        let cell = try Cell(canonicalJSON: order.cell)
        if let end = try carryOut(order, cell, channel, &knownStep) { return channel.send(end) }
      } catch let error as StorageError {
        // The disk, not the cell: every other cell would fare the same.
        return channel.send(.hindered(reason: error.description))
      } catch {
        channel.send(.failed(reason: "\(error)", isCertain: error is CertainFailure))
      }
    }
  }

  /// Trains a cell and publishes its record; what is to be answered if it did not come to that.
  ///
  /// - Parameter knownStep: how long steps took, as far as the worker has seen any.
  private func carryOut(
    _ order: WorkOrder, _ cell: Cell, _ channel: WorkerChannel, _ knownStep: inout Duration?
  ) throws -> WorkerEvent? {
    let clock = ContinuousClock()
    let started = Timestamp.now
    var kept = CellCheckpoints(checkpoints, for: order) { channel.send(.lostScratch(reason: $0)) }
    let checkpoint = try kept.usable(of: cell, keeping: order.options)
    var budget = TimeBudget(
      until: order.secondsLeft.map { clock.now + .seconds($0) },
      step: checkpoint?.meanStep ?? knownStep)
    guard budget.allowsStep(at: clock.now, evaluation: 0) else {
      return .outOfTime(hasAdvanced: false)
    }
    channel.send(.started(fraction: fraction(of: checkpoint)))
    var (lastReport, seconds) = (clock.now, checkpoint?.seconds ?? 0)
    var (lastStep, hasAdvanced, isOutOfTime) = (clock.now, false, false)
    let save = { (state: Checkpoint) in
      let cost = try kept.save(state)
      lastStep = clock.now
      budget.saved(in: cost)
      channel.send(.checkpointed(seconds: cost / .seconds(1)))
    }
    let report = { (progress: TrainingProgress) -> TrainingDirective in
      (seconds, hasAdvanced) = (progress.seconds, true)
      if channel.isStopped { return .stop }
      let now = clock.now
      budget.stepped(in: lastStep.duration(to: now), endsEpoch: progress.endsEpoch)
      lastStep = now
      if lastReport.duration(to: now) >= Self.progressPause {
        lastReport = now
        channel.send(.progress(progress))
      }
      // A run that is over needs no time but to be published.
      isOutOfTime =
        progress.fraction < 1
        && !budget.allowsStep(
          at: now, evaluation: progress.isBeforeEndOfEpoch ? cell.evaluationPerStep : 0)
      if isOutOfTime { return .stop }
      return kept.areDue(at: now) ? .checkpoint : .proceed
    }
    switch try train(cell, order.options, order.threads, checkpoint, save, report) {
    case .stopped(let state):
      try kept.saveLast(state)
      return isOutOfTime ? .outOfTime(hasAdvanced: hasAdvanced) : .stopped
    case .abandoned: return isOutOfTime ? .outOfTime(hasAdvanced: false) : .stopped
    case .finished(let record):
      let provenance = facts.provenance(
        numerics: cell.numerics, started: started, seconds: seconds, studyText: order.studyText,
        anonymous: order.anonymous)
      try checkpoints.checkFolder()
      try records.publish(record, provenance, keeping: order.options)
      try kept.remove(cell.id)
      knownStep = budget.longestStep
      channel.send(.finished(outcome: record.outcome.name, seconds: seconds))
      return nil
    }
  }

  /// Roughly how much of its run a saved state has behind it, in [0, 1].
  private func fraction(of checkpoint: Checkpoint?) -> Double {
    guard let checkpoint else { return 0 }
    return Double(checkpoint.epoch - 1) / Double(checkpoint.cell.training.epochs)
  }
}
