import ArgumentParser
import CPlatform
import Datasets
import Diffusion
import Foundation
import Records
import Running
import Studies
import Training

/// `inertia worker`: what `run` starts, once per job.
struct Worker: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train cells as standard input orders; started by run.", shouldDisplay: false)

  @Option var results: String

  @Option(help: "What the runner shares its images by; none for simulations without.")
  var images: String?

  /// The path of this program.
  static var ownExecutable: String {
    Bundle.main.executablePath ?? CommandLine.arguments[0]
  }

  /// How an executable, this one if none is given, is started as a worker.
  static func command(
    _ executable: String?, resultsFolder: String, images: SharedImages?
  ) -> WorkerCommand {
    WorkerCommand(
      executable: executable ?? ownExecutable,
      arguments: ["worker", "--results", resultsFolder]
        + (images.map { ["--images", $0.path] } ?? []))
  }

  func run() throws {
    precondition(
      platform_keeps_subnormals() != 0, "this process flushes subnormal numbers to zero")
    _ = platform_take_niceness_of_parent()
    // The runner must live to say what became of a cell.
    _ = platform_be_killed_first()
    let channel = WorkerChannel()
    // The runner says when to stop. It closes the pipe when it ends; the kernel's signal is for the case
    // that something else still holds the pipe open.
    for number in [SIGINT, SIGHUP, SIGPIPE, SIGTERM] { platform_ignore_signal(number) }
    let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
    source.setEventHandler { channel.stop() }
    source.resume()
    _ = platform_signal_when_parent_ends(SIGTERM)
    channel.listen()

    let images = try images.map { try SharedImages(opening: $0) }
    let identity = images.map { DatasetIdentity($0) }
    let loop = WorkerLoop(
      records: RecordStore(resultsFolder: results),
      checkpoints: CheckpointStore(resultsFolder: results),
      facts: ProvenanceFacts(
        version: Inertia.version,
        revision: ProcessInfo.processInfo.environment["INERTIA_SOURCE_REVISION"])
    ) { cell, options, threads, start, save, report in
      guard cell.images == nil || cell.images == identity else {
        throw DatasetChanged(name: cell.dataset.name)
      }
      if cell.simulation != nil {
        let clock = ContinuousClock()
        let start = clock.now
        // The simulation asks under its lock, one thread at a time.
        nonisolated(unsafe) let report = report
        do {
          return .finished(
            try simulate(
              cell, on: cell.images == nil ? nil : images?.dataset, threads: threads
            ) { done in
              let seconds = start.duration(to: clock.now) / .seconds(1)
              let progress = TrainingProgress(
                epoch: 1, epochs: 1, step: 0, stepsPerEpoch: 1, fraction: done, seconds: seconds,
                testError: nil)
              return unsafe report(progress) != .stop
            })
        } catch SimulationError.stopped {
          return .abandoned
        } catch {
          throw CertainFailure("\(error)")
        }
      }
      guard let images else { throw DatasetChanged(name: cell.dataset.name) }
      let data = TrainingData(images.dataset, validation: cell.training.validation)
      return TrainingResult(
        try train(
          cell, on: data, keeping: options, threads: threads, from: start, save: save,
          report: { StepDirective(report(TrainingProgress($0))) }))
    }
    try loop.run(on: channel)
    source.cancel()
  }
}

/// The images that the runner shares are not those a cell names.
private struct DatasetChanged: Error, CustomStringConvertible {
  let name: String

  var description: String {
    "the cell is of other images of '\(name)' than those of this run"
  }
}

extension TrainingProgress {
  init(_ report: StepReport) {
    self.init(
      epoch: report.epoch, epochs: report.epochs, step: report.step,
      stepsPerEpoch: report.stepsPerEpoch, fraction: report.fraction, seconds: report.seconds,
      testError: report.lastEpochTestError)
  }
}

extension StepDirective {
  init(_ directive: TrainingDirective) {
    switch directive {
    case .proceed: self = .proceed
    case .checkpoint: self = .checkpoint
    case .stop: self = .stop
    }
  }
}

extension TrainingResult {
  init(_ end: TrainingEnd) {
    switch end {
    case .finished(let record): self = .finished(record)
    case .stopped(let checkpoint): self = .stopped(checkpoint)
    }
  }
}
