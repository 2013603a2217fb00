import ArgumentParser
import Datasets
import Foundation
import Networks
import Optimizers
import Studies
import Training

/// `inertia benchmark`: what `make bench` starts.
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time training steps on computed images.", shouldDisplay: false)

  @Option(help: "mlp (one hidden layer of 256), lenet or resnet8.")
  var network: String

  @Option(help: "The number of images of a step, 1 to 5000.")
  var batch = 128

  @Option(help: "How many steps are timed, after some that are not.")
  var steps = 100

  @Option(help: "The optimizer's name in a study file.")
  var optimizer = "momentum"

  @Option(help: "How many threads share a step.")
  var threads = 1

  @Flag(help: "As JSON, for programs.")
  var json = false

  func validate() throws {
    guard (1...5000).contains(batch) else { throw ValidationError("--batch must be 1 to 5000") }
    guard (1...1_000_000).contains(steps) else {
      throw ValidationError("--steps must be 1 to 1000000")
    }
    if threads < 1 { throw ValidationError("--threads must be at least 1") }
  }

  func run() throws {
    let report = try BenchmarkReport(
      try choice(), optimizer: OptimizerChoice(name: optimizer, values: Self.settings),
      batch: batch, steps: steps, threads: threads)
    if json {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys]
      put(String(decoding: try encoder.encode(report), as: UTF8.self))
    } else {
      put(report.text)
    }
  }

  /// So small that no run diverges, which would end it early.
  private static let settings = ["learning_rate": 1e-4, "weight_decay": 5e-4]

  private func choice() throws -> NetworkChoice {
    switch network {
    case "mlp": return .mlp(hidden: [256])
    case "lenet": return .lenet
    case "resnet8": return .resnet8
    default:
      throw CommandError.unknownName(kind: "network", name: network, known: NetworkChoice.names)
    }
  }
}

/// What training steps cost: everything from loading the batch to the optimizer's step.
struct BenchmarkReport: Encodable {
  let network: String
  let optimizer: String
  let batch: Int
  let threads: Int
  let steps: Int
  /// The median, the smallest and the largest.
  let (secondsPerStep, secondsMin, secondsMax): (Double, Double, Double)
  /// Multiplications with additions of a forward and a backward pass, each counted as two operations.
  let flopsPerStep: Int

  /// Steps that are taken first and not timed.
  private static let warmUp = 10

  init(
    _ choice: NetworkChoice, optimizer: OptimizerChoice, batch: Int, steps: Int, threads: Int
  ) throws {
    // Full batches only. The one test image is evaluated after each epoch, whose last step is not timed.
    let dataset = try DatasetCatalog.load(
      "synthetic", train: 10_000 / batch * batch, test: 1, environment: [:])
    let timedPerEpoch = dataset.train.count / batch - 1
    let cell = Cell(
      dataset: DatasetIdentity(dataset), network: choice,
      training: TrainingSettings(
        epochs: (Self.warmUp + steps) / timedPerEpoch + 1, batch: .images(batch)),
      optimizer: optimizer, seeds: Seeds(all: 0))
    let clock = ContinuousClock()
    var (seconds, last) = ([Double](), clock.now)
    _ = try train(
      cell, on: TrainingData(dataset, validation: 0), keeping: RecordOptions(), threads: threads,
      from: nil, save: { _ in },
      report: { report in
        let now = clock.now
        if report.step < report.stepsPerEpoch {
          seconds.append(last.duration(to: now) / .seconds(1))
        }
        last = clock.now
        return seconds.count < Self.warmUp + steps ? .proceed : .stop
      })
    let sorted = seconds.dropFirst(Self.warmUp).sorted()
    precondition(sorted.count == steps, "the run was long enough")
    secondsPerStep = (sorted[(steps - 1) / 2] + sorted[steps / 2]) / 2
    (secondsMin, secondsMax) = (sorted[0], sorted[steps - 1])
    let shape = Shape(
      channels: dataset.train.channels, height: dataset.train.height, width: dataset.train.width)
    flopsPerStep =
      batch * (try choice.network(input: shape, classes: dataset.classes)).trainingOperations
    (network, self.optimizer) = (choice.name, optimizer.name)
    (self.batch, self.threads, self.steps) = (batch, threads, steps)
  }

  /// One line for people.
  var text: String {
    let rate = quantityText(Double(flopsPerStep) / secondsPerStep, unit: "FLOP/s")
    return "\(network), \(optimizer), batch \(batch), \(counted(threads, "thread")): "
      + "\(fixed(1e3 * secondsPerStep, 3)) ms a step (\(fixed(1e3 * secondsMin, 3)) to "
      + "\(fixed(1e3 * secondsMax, 3)) over \(counted(steps, "step"))), \(rate)"
  }
}
