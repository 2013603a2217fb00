import Storage
import Studies
import Subprocess

/// One of a runner's workers, and its replacements.
///
/// The child process is run by swift-subprocess: it hands over lines as they arrive, closes every
/// descriptor it made, and on cancellation ends the child with SIGTERM, then SIGKILL. (Foundation's
/// `Process` would leave the pipes, their inheritance by later children and the waiting to us.)
struct WorkerSlot: Sendable {
  let index: Int
  let command: WorkerCommand
  let options: RunOptions
  let keeping: RecordOptions
  let queue: WorkQueue
  let seats: Seats
  let report: @Sendable (RunEvent) async -> Void

  /// The end of one worker process.
  private enum End: Sendable {
    /// There was nothing more to do.
    case idle
    /// It ended before it could take an order.
    case neverReady
    /// It ended while it had a cell.
    case died
    /// It ended before it said anything of its cell, having trained others.
    case silent
    /// It was stopped, by somebody else than the runner, and has saved its state.
    case stopped
    /// There was no time for another step of its cell.
    case outOfTime(hasAdvanced: Bool)
    /// The results folder cannot be read or written.
    case hindered(any Error)
  }

  /// Why a worker was killed, where that is known.
  private enum Cause: Sendable { case hung, memory }

  /// Trains cells until there are none left.
  func run() async throws {
    while true {
      try await seats.take()
      // No process is started for nothing.
      guard let place = try await nextPlace() else { break }
      if case .outOfTime = try await trainInOneProcess(startingWith: place) { break }
      await seats.leave()
    }
    await seats.leave()
  }

  /// The next cell, waiting for those of others if the options say so.
  private func nextPlace() async throws -> StudyGrid.Place? {
    var hasSaidSo = false
    while true {
      try Task.checkCancellation()
      switch try await queue.next() {
      case .train(let place): return place
      case .done: return nil
      case .later(let others):
        if !hasSaidSo { await report(.waiting(worker: index, cells: others)) }
        hasSaidSo = true
        try await Task.sleep(for: WorkQueue.shortestPause)
      }
    }
  }

  private func trainInOneProcess(startingWith first: StudyGrid.Place) async throws -> End {
    var platform = PlatformOptions()
    platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: options.grace)]
    // A group of its own: a Ctrl-C at the terminal reaches the runner only, which tells its workers.
    platform.processGroupID = 0
    let current = CurrentPlace(first)
    let log = LogTail()
    let hearing = Hearing()
    let killsBefore = options.memory.kills
    let end: End
    let status: TerminationStatus
    do {
      let result = try await Subprocess.run(
        .path(.init(command.executable)), arguments: Arguments(command.arguments),
        platformOptions: platform, input: .inputWriter, output: .sequence, error: .sequence
      ) { execution in
        async let drained: Void = log.drain(execution.standardError)
        // Leaving this scope ends the watch.
        async let _: Void = watch(hearing, killing: execution)
        let end: End
        do {
          end = try await converse(
            current: current, writer: execution.standardInputWriter,
            answers: execution.standardOutput, hearing, execution.processIdentifier.value)
        } catch let error as StorageError {
          // The worker has no cell now: it ends when it is told that there are no more.
          end = .hindered(error)
        }
        switch end {
        case .idle, .hindered: try await execution.standardInputWriter.finish()
        case .neverReady, .died, .silent, .stopped, .outOfTime: break
        }
        try await drained
        return end
      }
      (end, status) = (result.closureResult, result.terminationStatus)
    } catch {
      // Whatever went wrong, the claim is not kept.
      if let place = await current.place { await queue.giveBackIfPossible(place) }
      try Task.checkCancellation()
      if let error = error as? SubprocessError {
        throw WorkerError.cannotStart(command.executable, reason: error.description)
      }
      throw error
    }
    let cause: Cause? =
      if await hearing.isHung {
        .hung
      } else if status == .signaled(9), options.memory.kills > killsBefore {
        .memory
      } else { nil }
    try await settle(end, status, of: await current.place, log: await log.lines, cause)
    return end
  }

  /// Kills a worker that has a cell and says nothing for too long.
  ///
  /// Time is counted in twenty steps, so that a machine or a runner that was asleep blames no worker.
  private func watch<Input, Output, Failure>(
    _ hearing: Hearing, killing execution: Execution<Input, Output, Failure>
  ) async {
    do {
      repeat { try await Task.sleep(for: options.silence / 20) } while await !hearing.isHanging()
      try execution.send(signal: .kill)
    } catch {
      // The watch is over, or the worker is.
    }
  }

  /// Decides what the end of a process means for the cell it had.
  private func settle(
    _ end: End, _ status: TerminationStatus, of place: StudyGrid.Place?, log lines: [String],
    _ cause: Cause?
  ) async throws {
    if case .hindered(let error) = end {
      if let place { await queue.giveBackIfPossible(place) }
      throw error
    }
    guard let place else { return }
    if Task.isCancelled {
      await queue.giveBackIfPossible(place)
      throw CancellationError()
    }
    switch (end, status) {
    case (.idle, _):
      return
    case (.hindered(let error), _):
      throw error
    case (.neverReady, _):
      await queue.giveBackIfPossible(place)
      throw WorkerError.endedAtStart(how: status.inWords, lastLine: lines.last)
    case (.stopped, _), (.silent, .exited(0)):
      // Nothing went wrong with the cell: somebody told the worker to end.
      try await queue.giveBack(place)
    case (.outOfTime(let hasAdvanced), _):
      try await queue.giveBack(place, hasAdvanced: hasAdvanced)
    case (.died, _), (.silent, _):
      if cause == .memory, let workers = await seats.ranOut() {
        // Fewer may do where so many could not.
        try await queue.giveBack(place)
        return await report(.ranOut(worker: index, place, workers: workers))
      }
      let note = try await queue.fail(
        place, reason: reason(of: cause, status), log: lines)
      await report(.failed(worker: index, place, note))
    }
  }

  private func reason(of cause: Cause?, _ status: TerminationStatus) -> String {
    switch cause {
    case .hung:
      "its worker said nothing for \(options.silence.components.seconds) s and was killed"
    case .memory:
      "its worker, the only one, was killed because memory ran out; give the run more memory, or the cell "
        + "a smaller batch or network"
    case nil: "its worker ended: \(status.inWords)"
    }
  }

  /// Gives the worker one cell after another and hears how they go.
  private func converse(
    current: CurrentPlace, writer: StandardInputWriter, answers: SubprocessOutputSequence,
    _ hearing: Hearing, _ process: Int32
  ) async throws -> End {
    var lines = answers.strings(separatedBy: .unicodeScalarSequence("\n".unicodeScalars))
      .makeAsyncIterator()
    guard try await lines.next().map({ try message(WorkerEvent.self, from: $0) }) == .ready else {
      return .neverReady
    }
    var isFirst = true
    while let place = await current.place {
      let order = WorkOrder(
        cell: place.cell, keeping: keeping, options, scratch: await queue.scratch)
      do {
        _ = try await writer.write(try line(of: order))
      } catch is SubprocessError {
        return isFirst ? .died : .silent
      }
      if let end = try await hear(of: place, from: &lines, isFirst: isFirst, hearing, process) {
        return end
      }
      isFirst = false
      await current.set(nil)
      await hearing.rest()
      if await seats.isOverfull { return .idle }
      await current.set(try await nextPlace())
    }
    return .idle
  }

  /// Follows one cell to its end; `nil`, or how the worker ended if that came first.
  private func hear(
    of place: StudyGrid.Place,
    from lines: inout SubprocessOutputSequence.StringSequence<UTF8>.AsyncIterator,
    isFirst: Bool, _ hearing: Hearing, _ process: Int32
  ) async throws -> End? {
    var isSilent = !isFirst
    await hearing.begin()
    while let line = try await lines.next() {
      await hearing.begin()
      let event = try message(WorkerEvent.self, from: line)
      isSilent = false
      switch event {
      case .ready:
        break
      case .checkpointed:
        await queue.saved(place)
      case .lostScratch(let reason):
        await queue.loseScratch(reason: reason)
      case .started(let fraction):
        await report(.started(worker: index, place, fraction: fraction))
      case .progress(let progress):
        await weigh(process)
        await report(.progress(worker: index, place, progress))
      case .finished(let outcome, let seconds):
        await weigh(process)
        try await queue.finish(place)
        await report(.finished(worker: index, place, outcome: outcome, seconds: seconds))
        return nil
      case .failed(let reason, let isCertain):
        let note = try await queue.fail(place, reason: reason, log: [], isCertain: isCertain)
        await report(.failed(worker: index, place, note))
        return nil
      case .hindered(let reason):
        return .hindered(WorkerError.hindered(reason))
      case .stopped:
        return .stopped
      case .outOfTime(let hasAdvanced):
        return .outOfTime(hasAdvanced: hasAdvanced)
      }
    }
    return isSilent ? .silent : .died
  }

  /// Lets the seats know what memory this worker has come to need.
  private func weigh(_ process: Int32) async {
    guard seats.isLimited, let peak = options.memory.peak(of: process) else { return }
    await seats.heard(peak)
  }
}

/// The cell a worker has, known to whoever must give it back when things go wrong.
private actor CurrentPlace {
  private(set) var place: StudyGrid.Place?

  init(_ place: StudyGrid.Place) { self.place = place }

  func set(_ place: StudyGrid.Place?) { self.place = place }
}

/// How long ago a worker was heard, in steps of its watch; while it has nothing to do it may be silent.
private actor Hearing {
  private var steps = 0
  private var isExpected = true
  private(set) var isHung = false

  /// The worker was heard, or was given something to do.
  func begin() { (steps, isExpected) = (0, true) }

  func rest() { isExpected = false }

  /// Counts a step; whether the worker has been silent for twenty.
  func isHanging() -> Bool {
    steps += 1
    isHung = isExpected && steps >= 20
    return isHung
  }
}

/// The last lines of what a worker wrote to its standard error.
private actor LogTail {
  private(set) var lines: [String] = []

  private static let length = 40

  func drain(_ output: SubprocessOutputSequence) async throws {
    for try await line in output.strings(separatedBy: .unicodeScalarSequence("\n".unicodeScalars)) {
      lines.append(line)
      if lines.count > Self.length { lines.removeFirst() }
    }
  }
}
