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

  /// How an executable, this one if none is given, is started as a worker.
  static func command(_ executable: String?, resultsFolder: String) -> WorkerCommand {
    WorkerCommand(
      executable: executable ?? Bundle.main.executablePath ?? CommandLine.arguments[0],
      arguments: ["worker", "--results", resultsFolder])
  }

  func run() throws {
    precondition(
      platform_keeps_subnormals() != 0, "this process flushes subnormal numbers to zero")
    let channel = WorkerChannel()
    // The runner says when to stop. It closes the pipe when it ends; the kernel's signal is for the case
    // that something else still holds the pipe open.
    for number in [SIGINT, SIGHUP, SIGPIPE, SIGTERM] { platform_ignore_signal(number) }
    let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
    source.setEventHandler { channel.stop() }
    source.resume()
    _ = platform_signal_when_parent_ends(SIGTERM)
    channel.listen()

    var shelf = DatasetShelf()
    let loop = WorkerLoop(
      records: RecordStore(resultsFolder: results),
      checkpoints: CheckpointStore(resultsFolder: results),
      facts: ProvenanceFacts(
        version: Inertia.version,
        revision: ProcessInfo.processInfo.environment["INERTIA_SOURCE_REVISION"])
    ) { cell, options, threads, start, save, report in
      if cell.simulation != nil {
        let clock = ContinuousClock()
        let start = clock.now
        // The simulation asks under its lock, one thread at a time.
        nonisolated(unsafe) let report = report
        do {
          return .finished(
            try simulate(cell, threads: threads) { done in
              let seconds = start.duration(to: clock.now) / .seconds(1)
              let progress = TrainingProgress(
                epoch: 1, epochs: 1, fraction: done, seconds: seconds, testError: nil)
              return unsafe report(progress) != .stop
            })
        } catch is SimulationStopped {
          return .abandoned
        }
      }
      let data = try shelf.data(for: cell)
      return TrainingResult(
        try train(
          cell, on: data, keeping: options, threads: threads, from: start, save: save,
          report: { StepDirective(report(TrainingProgress($0))) }))
    }
    try loop.run(on: channel)
    source.cancel()
  }
}

/// The images a worker has loaded, so that cells of one study load them once.
private struct DatasetShelf {
  private var identity: DatasetIdentity?
  private var dataset: ImageDataset?
  private var validation: Int?
  private var data: TrainingData?

  mutating func data(for cell: Cell) throws -> TrainingData {
    if let data, cell.dataset == identity, cell.training.validation == validation { return data }
    if cell.dataset != identity {
      let found = try DatasetCatalog.load(
        cell.dataset.name, train: cell.dataset.train, test: cell.dataset.test,
        environment: ProcessInfo.processInfo.environment)
      guard DatasetIdentity(found) == cell.dataset else {
        throw DatasetChanged(name: cell.dataset.name)
      }
      (identity, dataset) = (cell.dataset, found)
    }
    guard let dataset else { preconditionFailure("a dataset was just loaded") }
    let prepared = TrainingData(dataset, validation: cell.training.validation)
    (data, validation) = (prepared, cell.training.validation)
    return prepared
  }
}

/// The images on this machine are not those a cell names.
private struct DatasetChanged: Error, CustomStringConvertible {
  let name: String

  var description: String {
    "the images of '\(name)' here are not those of the cell; inertia data verify \(name) says more"
  }
}

extension TrainingProgress {
  init(_ report: StepReport) {
    self.init(
      epoch: report.epoch, epochs: report.epochs, fraction: report.fraction,
      seconds: report.seconds, testError: report.lastEpochTestError)
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
