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
  let report: @Sendable (RunEvent) async -> Void

  /// How often the folder is looked at for cells that other runners gave back.
  private static let patience = Duration.seconds(1)

  /// The end of one worker process.
  private enum End: Sendable {
    /// There was nothing more to do.
    case idle
    /// It ended before it could take an order.
    case neverReady
    /// It ended while it had this cell.
    case died(StudyGrid.Place)
  }

  /// Trains cells until there are none left.
  func run() async throws {
    // No process is started for nothing.
    while let place = try await nextPlace() {
      try await trainInOneProcess(startingWith: place)
    }
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
        guard options.waitsForOthers else { return nil }
        if !hasSaidSo { await report(.waiting(worker: index, cells: others)) }
        hasSaidSo = true
        try await Task.sleep(for: Self.patience)
      }
    }
  }

  private func trainInOneProcess(startingWith first: StudyGrid.Place) async throws {
    var platform = PlatformOptions()
    platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: options.grace)]
    // A group of its own: a Ctrl-C at the terminal reaches the runner only, which tells its workers.
    platform.processGroupID = 0
    let current = CurrentPlace(first)
    let log = LogTail()
    let end: End
    let status: TerminationStatus
    do {
      let result = try await Subprocess.run(
        .path(.init(command.executable)), arguments: Arguments(command.arguments),
        platformOptions: platform, input: .inputWriter, output: .sequence, error: .sequence
      ) { execution in
        async let drained: Void = log.drain(execution.standardError)
        let end = try await converse(
          current: current, writer: execution.standardInputWriter,
          answers: execution.standardOutput)
        if case .idle = end { try await execution.standardInputWriter.finish() }
        try await drained
        return end
      }
      (end, status) = (result.closureResult, result.terminationStatus)
    } catch {
      // Whatever went wrong, the claim is not kept.
      if let place = await current.place { try await queue.giveBack(place) }
      try Task.checkCancellation()
      if let error = error as? SubprocessError {
        throw WorkerError.cannotStart(command.executable, reason: error.description)
      }
      throw error
    }
    switch end {
    case .idle:
      return
    case .neverReady, .died:
      guard let place = await current.place else { return }
      if Task.isCancelled {
        try await queue.giveBack(place)
        throw CancellationError()
      }
      let lines = await log.lines
      if case .neverReady = end {
        try await queue.giveBack(place)
        throw WorkerError.endedAtStart(how: status.inWords, lastLine: lines.last)
      }
      let note = try await queue.fail(
        place, reason: "its worker ended: \(status.inWords)", log: lines)
      await report(.failed(worker: index, place, note))
    }
  }

  /// Gives the worker one cell after another and hears how they go.
  private func converse(
    current: CurrentPlace, writer: StandardInputWriter, answers: SubprocessOutputSequence
  ) async throws -> End {
    var lines = answers.strings(separatedBy: .unicodeScalarSequence("\n".unicodeScalars))
      .makeAsyncIterator()
    guard try await lines.next().map({ try message(WorkerEvent.self, from: $0) }) == .ready else {
      return .neverReady
    }
    while let place = await current.place {
      let order = WorkOrder(
        cell: place.cell, keeping: keeping, threads: options.threads,
        studyText: options.studyText, anonymous: options.isAnonymous)
      do {
        _ = try await writer.write(try line(of: order))
      } catch is SubprocessError {
        return .died(place)
      }
      guard try await hear(of: place, from: &lines) else { return .died(place) }
      await current.set(nil)
      await current.set(try await nextPlace())
    }
    return .idle
  }

  /// Follows one cell to its end; `false` if the worker ended first.
  private func hear(
    of place: StudyGrid.Place,
    from lines: inout SubprocessOutputSequence.StringSequence<UTF8>.AsyncIterator
  ) async throws -> Bool {
    while let line = try await lines.next() {
      switch try message(WorkerEvent.self, from: line) {
      case .ready, .checkpointed:
        break
      case .started(let fraction):
        await report(.started(worker: index, place, fraction: fraction))
      case .progress(let progress):
        await report(.progress(worker: index, place, progress))
      case .finished(let outcome, let seconds):
        try await queue.finish(place)
        await report(.finished(worker: index, place, outcome: outcome, seconds: seconds))
        return true
      case .failed(let reason):
        let note = try await queue.fail(place, reason: reason, log: [])
        await report(.failed(worker: index, place, note))
        return true
      case .stopped:
        return false
      }
    }
    return false
  }
}

/// The cell a worker has, known to whoever must give it back when things go wrong.
private actor CurrentPlace {
  private(set) var place: StudyGrid.Place?

  init(_ place: StudyGrid.Place) { self.place = place }

  func set(_ place: StudyGrid.Place?) { self.place = place }
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

/// A worker that cannot be used at all.
public enum WorkerError: Error, Hashable, CustomStringConvertible {
  case cannotStart(String, reason: String)
  case endedAtStart(how: String, lastLine: String?)

  public var description: String {
    switch self {
    case .cannotStart(let executable, let reason):
      "cannot start a worker, '\(executable)': \(reason)"
    case .endedAtStart(let how, let lastLine):
      "a worker ended before it could take a cell: \(how)\(lastLine.map { "; it said: \($0)" } ?? "")"
    }
  }
}

extension TerminationStatus {
  fileprivate var inWords: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signaled(9): "killed by signal 9 (SIGKILL; perhaps memory ran out)"
    case .signaled(let signal): "killed by signal \(signal)"
    }
  }
}
