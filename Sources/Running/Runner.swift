import Glibc
import Records
import Storage
import Studies

/// Trains what is missing of some cells: one worker process per job, each fed one cell after another.
///
/// The runner itself trains nothing. A worker that dies costs its cell one attempt and is replaced.
public struct Runner: Sendable {
  public let records: RecordStore
  public let work: WorkFolder
  public let command: WorkerCommand
  public let options: RunOptions

  public init(
    records: RecordStore, work: WorkFolder, command: WorkerCommand, options: RunOptions
  ) {
    (self.records, self.work, self.command, self.options) = (records, work, command, options)
  }

  /// How many files a runner has open at most: what it started with and its look at the folder, then the
  /// pipes of each worker while it is started.
  private static let (filesOfItsOwn, filesPerWorker) = (16, 10)

  /// Trains those of these places that have no record, and returns when all are settled.
  ///
  /// Places that share a cell count once. Cancelling the task stops the workers, which save their state
  /// if they reach a step boundary within the grace, and gives back all claims.
  ///
  /// - Throws: `StorageError` for a folder that cannot be written, ``WorkerError`` if workers cannot be
  ///   started or cannot write it, `CancellationError` if the task was cancelled.
  public func run(
    _ places: [StudyGrid.Place], keeping: RecordOptions,
    report: @escaping @Sendable (RunEvent) async -> Void
  ) async throws -> RunSummary {
    // A worker that died must not end the runner when that writes to it; the write fails instead.
    _ = signal(SIGPIPE, SIG_IGN)
    // A record of another format version is found before anything is changed.
    if !options.isOneOfMany {
      for place in places { _ = try records.contains(place.id) }
    }
    try work.make()
    if !options.isOneOfMany { try work.clean(isFinished: records.contains) }
    let (todo, failed) = try await survey(places, keeping: keeping, report: report)
    let queue = WorkQueue(
      todo, keeping: keeping, records: records, work: work, options: options, report: report)
    if let scratch = options.scratch, !todo.isEmpty { await queue.prepareScratch(in: scratch) }
    let jobs = min(options.jobs, todo.count)
    let (most, needed) = (Files.mostOpen(), Self.filesOfItsOwn + Self.filesPerWorker * jobs)
    guard todo.isEmpty || most >= needed else {
      throw WorkerError.tooFewFiles(most: most, needed: needed, jobs: jobs)
    }
    do {
      let seats = Seats(jobs: jobs, room: options.memory.bytes, report: report)
      try await withThrowingTaskGroup(of: Void.self) { group in
        let heart = Task { try await beat(for: queue) }
        defer { heart.cancel() }
        for index in 0..<jobs {
          group.addTask {
            let slot = WorkerSlot(
              index: index, command: command, options: options, keeping: keeping, queue: queue,
              seats: seats, report: report)
            try await slot.run()
          }
        }
        if let end = options.end { group.addTask { try await fail(before: end) } }
        // Leaving with the first error stops the other workers, which `waitForAll` would not.
        for _ in 0..<jobs { try await group.next() }
        group.cancelAll()
      }
    } catch is OutOfTime {
      await queue.runOutOfTime()
    }
    try Task.checkCancellation()
    // Once more, for what workers left that were killed meanwhile.
    if !options.isOneOfMany { try work.clean(isFinished: records.contains) }
    var summary = await queue.summary
    summary.failed += failed
    summary.left = await queue.left
    return summary
  }

  /// Finds what is to be trained, after verifying every record that is to count as finished.
  private func survey(
    _ places: [StudyGrid.Place], keeping: RecordOptions,
    report: @Sendable (RunEvent) async -> Void
  ) async throws -> (todo: [StudyGrid.Place], failed: Int) {
    var todo: [StudyGrid.Place] = []
    var damaged: [(Cell.ID, String)] = []
    var (seen, failed) = (Set<Cell.ID>(), 0)
    for place in places where seen.insert(place.id).inserted {
      try Task.checkCancellation()
      if options.isOneOfMany {
        todo.append(place)
        continue
      }
      if options.retriesFailed { try work.forgetFailure(of: place.id) }
      do {
        try records.check(place.id)
        if try records.holds(place.id, keeping) { continue }
      } catch RecordError.damaged(_, let reason) {
        damaged.append((place.id, reason))
        try records.moveAside(place.id)
      } catch RecordError.missing {
        if let note = try work.failure(of: place.id), note.isFinal {
          failed += 1
          continue
        }
      }
      todo.append(place)
    }
    let finished = seen.count - todo.count - failed
    await report(.began(total: seen.count, finished: finished, failed: failed))
    for (id, reason) in damaged { await report(.damaged(id, reason: reason)) }
    return (todo, failed)
  }

  /// Ends the run, workers that are still at a step included, while there is time to give the claims back.
  private func fail(before end: ContinuousClock.Instant) async throws {
    try await Task.sleep(until: end - TimeBudget<ContinuousClock.Instant>.reserve / 2)
    throw OutOfTime()
  }

  /// Moves the heartbeats four times per lease until cancelled.
  private func beat(for queue: WorkQueue) async throws {
    while true {
      try await Task.sleep(for: options.lease / 4)
      await queue.beat()
    }
  }
}

/// The time a run may take is over.
private struct OutOfTime: Error {}
