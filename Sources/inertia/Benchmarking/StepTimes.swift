import ArgumentParser
import Datasets
import Foundation
import Networks
import Optimizers
import Studies
import Training

/// What training steps cost: everything from loading the batch to the optimizer's step.
struct StepTimes: BenchmarkReport {
  let network: String
  let optimizer: String
  let batch: Int
  let threads: Int
  let steps: Int
  /// The median, the smallest and the largest.
  let (secondsPerStep, secondsMin, secondsMax): (Double, Double, Double)
  /// Multiplications with additions of a forward and a backward pass, each counted as two operations.
  let flopsPerStep: Int
  /// The most memory that the process has had.
  let peakMemoryBytes: Int
  /// Of it, what was planned for values and gradients by them, and how much of that a pass backward reads.
  let (plannedBytes, neededBytes): (Int, Int)
  /// The mean training loss of each step from the first, those that are not timed included.
  let losses: [Double]

  /// Trains from seed 0 on ``ImageDataset/noise(_:count:)``, at a constant learning rate.
  ///
  /// - Throws: `ValidationError` if the run diverges.
  init(
    _ choice: NetworkChoice, input: Shape, optimizer: OptimizerChoice, batch: Int, warmUp: Int,
    steps: Int, threads: Int
  ) throws {
    // Full batches only. The one test image is evaluated after each epoch, whose last step is not timed.
    let stepsPerEpoch = min(warmUp + steps, 19) + 1
    let images = try SharedImages(ImageDataset.noise(input, count: batch * stepsPerEpoch))
    let cell = Cell(
      dataset: DatasetIdentity(images), network: choice,
      training: TrainingSettings(
        epochs: (warmUp + steps) / (stepsPerEpoch - 1) + 1, batch: .images(batch)),
      optimizer: optimizer, seeds: Seeds(all: 0))
    let clock = ContinuousClock()
    var (seconds, losses, last) = ([Double](), [Double](), clock.now)
    _ = try train(
      cell, on: TrainingData(images.dataset, validation: 0), keeping: RecordOptions(),
      threads: threads,
      from: nil, save: { _ in },
      report: { report in
        let now = clock.now
        losses.append(report.loss)
        if report.step < report.stepsPerEpoch {
          seconds.append(last.duration(to: now) / .seconds(1))
        }
        last = clock.now
        return seconds.count < warmUp + steps ? .proceed : .stop
      })
    guard seconds.count == warmUp + steps else {
      throw ValidationError(
        "the run diverged in its step \(losses.count + 1); give a smaller --learning-rate")
    }
    let timed = Spread(seconds.dropFirst(warmUp))
    (secondsPerStep, secondsMin, secondsMax) = (timed.median, timed.least, timed.most)
    let shape = try choice.network(input: input, classes: images.dataset.classes)
    flopsPerStep = batch * shape.trainingOperations
    (neededBytes, plannedBytes) = shape.signalBytes(batch: batch)
    peakMemoryBytes = Self.peakMemory()
    (network, self.optimizer, self.losses) = (choice.name, optimizer.name, losses)
    (self.batch, self.threads, self.steps) = (batch, threads, steps)
  }

  /// The high-water mark of the process's memory, as the kernel keeps it.
  private static func peakMemory() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return 1024 * (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
  }

  var text: String {
    func size(_ bytes: Int) -> String { quantityText(Double(bytes), unit: "B") }
    let rate = quantityText(Double(flopsPerStep) / secondsPerStep, unit: "FLOP/s")
    return "\(network), \(optimizer), batch \(batch), \(counted(threads, "thread")): "
      + "\(fixed(1e3 * secondsPerStep, 3)) ms a step (\(fixed(1e3 * secondsMin, 3)) to "
      + "\(fixed(1e3 * secondsMax, 3)) over \(counted(steps, "step"))), \(rate); memory \(size(peakMemoryBytes)), of which "
      + "\(size(plannedBytes)) for values and their gradients, \(size(neededBytes)) read backward"
  }
}

/// The median and the range of some times.
struct Spread {
  let count: Int
  let (median, least, most): (Double, Double, Double)

  /// - Precondition: there is at least one.
  init(_ seconds: some Sequence<Double>) {
    let sorted = seconds.sorted()
    count = sorted.count
    median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
    (least, most) = (sorted[0], sorted[count - 1])
  }
}
