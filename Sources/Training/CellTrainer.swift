import Datasets
import Kernels
import Networks
import Optimizers
import Studies

/// What the caller wants after a step.
public enum StepDirective: Sendable {
  case proceed
  /// Save a checkpoint, then go on.
  case checkpoint
  /// Stop with the state at this step boundary.
  case stop
}

/// Where a run stands after a step.
public struct StepReport: Hashable, Sendable {
  /// The epoch of the step, from 1.
  public var epoch: Int
  public var epochs: Int
  /// The step of the epoch, from 1.
  public var step: Int
  public var stepsPerEpoch: Int
  /// How much of the run is done, in [0, 1].
  public var fraction: Double
  /// Seconds of training so far, those before an interruption included.
  public var seconds: Double
  /// The test error after the last completed epoch, in [0, 1].
  public var lastEpochTestError: Double?
  /// The mean training loss of the step.
  public var loss: Double
}

/// How a call of ``train(_:on:keeping:threads:from:save:report:)`` ended.
public enum TrainingEnd: Sendable {
  case finished(CellRecord)
  case stopped(Checkpoint)
}

/// Trains a cell from its start or from a checkpoint, to its end or until told to stop.
///
/// The result depends on the cell alone: not on `threads`, on interruptions or on when checkpoints are saved.
///
/// - Parameters:
///   - data: the cell's images.
///   - options: what the record keeps; affects no number.
///   - threads: how many threads share the work of each layer.
///   - checkpoint: a checkpoint of the same cell.
///   - save: called with the state when `report` asks for a checkpoint; what it throws ends the training.
///   - report: called after every step.
/// - Throws: ``NetworkError`` if the network cannot take the images, and what `save` throws.
public func train(
  _ cell: Cell, on data: TrainingData, keeping options: RecordOptions, threads: Int,
  from checkpoint: Checkpoint?, save: (Checkpoint) throws -> Void,
  report: (StepReport) -> StepDirective
) throws -> TrainingEnd {
  let trainer = try CellTrainer(
    cell, on: data, keeping: options, threads: threads, from: checkpoint)
  while let reached = trainer.advance() {
    switch report(reached) {
    case .proceed: break
    // A run that has diverged is over, and has no step from which to go on.
    case _ where trainer.hasDiverged: break
    case .checkpoint: try save(trainer.checkpoint)
    case .stop: return .stopped(trainer.checkpoint)
    }
  }
  return .finished(trainer.record)
}

/// A training run between two steps.
final class CellTrainer {
  private let cell: Cell
  private let options: RecordOptions
  private let executor: Executor<Float>
  private let optimizer: ParameterUpdate<Float>
  private let loader: BatchLoader<Float>
  private let team: Team
  private var history: TrainingHistory
  private var outcome: Outcome?
  /// The epoch under way (from 1), its steps already taken, and its images' order.
  private var (epoch, step) = (1, 0)
  private var order: [Int] = []
  /// The labels of the step under way.
  private var labels: [UInt8]
  private var (lossSum, mistakes) = (0.0, 0)
  private let clock: ContinuousClock.Instant
  private let secondsBefore: Double

  init(
    _ cell: Cell, on data: TrainingData, keeping options: RecordOptions, threads: Int,
    from checkpoint: Checkpoint?
  ) throws(NetworkError) {
    (self.cell, self.options, team) = (cell, options, Team(threads: threads))
    loader = BatchLoader(data: data, training: cell.training, seeds: cell.seeds)
    let shape = Shape(
      channels: data.train.channels, height: data.train.height, width: data.train.width)
    let network = try cell.network.network(input: shape, classes: data.classes)
    executor = Executor(
      network, batch: max(loader.batch, shape.count < largeImage ? evaluationBatch : 1),
      threads: threads)
    labels = Array(repeating: 0, count: loader.batch)
    optimizer = cell.optimizer.update(of: network.parameterCount, as: Float.self)
    history = TrainingHistory(
      keepsBestWeights: options.bestWeights, validates: data.validation != nil)
    (clock, secondsBefore) = (ContinuousClock.now, checkpoint?.seconds ?? 0)
    let start = executor.parameters[0..<network.parameterCount]
    if let checkpoint {
      precondition(checkpoint.cell == cell, "a checkpoint continues its own cell")
      start.copy(from: checkpoint.parameters)
      executor.statistics.copy(from: checkpoint.statistics)
      for (slot, values) in zip(optimizer.memory, checkpoint.memory) {
        slot[0..<values.count].copy(from: values)
      }
      (epoch, step) = (checkpoint.epoch, checkpoint.step)
      optimizer.advance(steps: stepsTaken)
      (lossSum, mistakes) = (checkpoint.lossSum, checkpoint.mistakes)
      history.restore(checkpoint)
    } else {
      start.copy(
        from: network.initialParameters(
          seed: cell.seeds.initialization, perturbation: cell.training.perturbation))
      executor.statistics.copy(from: network.initialStatistics)
    }
    if epoch <= cell.training.epochs { order = loader.order(epoch: epoch) }
  }

  private var stepsTaken: Int { (epoch - 1) * loader.stepsPerEpoch + step }

  private var seconds: Double {
    let (whole, fraction) = (ContinuousClock.now - clock).components
    return secondsBefore + Double(whole) + Double(fraction) * 1e-18
  }

  var hasDiverged: Bool { if case .diverged = outcome { true } else { false } }

  /// Takes one step, and evaluates after the last of an epoch; `nil` if the run is over.
  func advance() -> StepReport? {
    guard outcome == nil else { return nil }
    guard epoch <= cell.training.epochs else {
      outcome = .completed
      return nil
    }
    let (epoch, step) = (epoch, step + 1)
    let multiplier = cell.training.schedule.multiplier(
      epoch: epoch, of: cell.training.epochs, step: step, stepsPerEpoch: loader.stepsPerEpoch)
    let count = loader.load(
      step: self.step, of: order, epoch: epoch, into: executor.images, labels: &labels)
    executor.drawDropoutMasks(seed: cell.seeds.order, step: stepsTaken, count: count)
    executor.prepare(forGradient: true)
    let found = executor.forward(.training, labels: labels[..<count])
    let loss = found.lossSum / Double(count)
    if loss.isFinite {
      executor.backward(count: count)
      cell.training.clip?.apply(to: executor.gradient, team: team)
      optimizer.step(
        executor.parameters, along: executor.gradient, count: executor.network.parameterCount,
        schedule: multiplier)
      lossSum += found.lossSum
      mistakes += count - found.correct
      self.step = step
      if step == loader.stepsPerEpoch { finishEpoch(multiplier: multiplier) }
    } else {
      outcome = .diverged(epoch: epoch, step: step)
    }
    let all = Double(cell.training.epochs * loader.stepsPerEpoch)
    return StepReport(
      epoch: epoch, epochs: cell.training.epochs, step: step,
      stepsPerEpoch: loader.stepsPerEpoch,
      fraction: outcome == nil ? Double(stepsTaken) / all : 1, seconds: seconds,
      lastEpochTestError: history.lastTestError, loss: loss)
  }

  private func finishEpoch(multiplier: Double) {
    executor.prepare(forGradient: false)
    let test = evaluate(on: loader.data.test)
    let validation = loader.data.validation.map { evaluate(on: $0) }
    let trained = Double(loader.data.train.count)
    guard test.loss.isFinite, validation?.loss.isFinite ?? true else {
      outcome = .diverged(epoch: epoch, step: nil)
      return
    }
    history.append(
      TrainingHistory.Epoch(
        number: epoch, learningRate: multiplier * (cell.optimizer["learning_rate"] ?? 0),
        trainLoss: lossSum / trained, trainError: Double(mistakes) / trained, test: test,
        validation: validation, seconds: seconds),
      weights: { (parameters, executor.statistics.array) })
    (epoch, step) = (epoch + 1, 0)
    (lossSum, mistakes) = (0, 0)
    if epoch <= cell.training.epochs { order = loader.order(epoch: epoch) }
  }

  private func evaluate(on set: ImageSet) -> TrainingHistory.Evaluation {
    var lossSum = 0.0
    var correct = [Bool]()
    correct.reserveCapacity(set.count)
    var start = 0
    while start < set.count {
      let range = start..<min(start + executor.batch, set.count)
      loader.load(range, of: set, into: executor.images)
      lossSum += executor.forward(.evaluating, labels: Array(set.labels.part(range))[...]).lossSum
      for sample in 0..<range.count { correct.append(executor.isCorrect(sample)) }
      start = range.upperBound
    }
    return TrainingHistory.Evaluation(loss: lossSum / Double(set.count), correct: correct)
  }

  private var parameters: [Float] {
    executor.parameters[0..<executor.network.parameterCount].array
  }

  /// The state at the step boundary reached.
  var checkpoint: Checkpoint {
    var checkpoint = Checkpoint(
      cell: cell, epoch: epoch, step: step, parameters: parameters,
      statistics: executor.statistics.array,
      memory: optimizer.memory.map { $0[0..<executor.network.parameterCount].array },
      lossSum: lossSum, mistakes: mistakes, seconds: seconds, curves: [], testCorrectLast: [],
      testCorrectBest: [], bestParameters: [], bestStatistics: [])
    history.save(to: &checkpoint)
    return checkpoint
  }

  /// The record of the run, which is over.
  var record: CellRecord {
    guard let outcome else { preconditionFailure("only a run that is over has a record") }
    var record = CellRecord(
      cell: cell, outcome: outcome, finalTestError: .nan, bestTestError: history.bestTestError,
      bestEpoch: history.bestEpoch, curves: history.curves, testCorrectFinal: [],
      testCorrectBest: history.correctBest, finalWeights: [], bestWeights: [],
      optimizerState: [])
    guard outcome == .completed else { return record }
    record.finalTestError = history.lastTestError ?? .nan
    record.testCorrectFinal = history.correctLast
    record.finalWeights = tensors(parameters, executor.statistics.array)
    if options.bestWeights {
      record.bestWeights = tensors(history.bestParameters, history.bestStatistics)
    }
    if options.optimizerState {
      let count = executor.network.parameterCount
      record.optimizerState = zip(optimizer.memoryNames, optimizer.memory).map { name, slot in
        Tensor(name: name, shape: [count], values: slot[0..<count].array)
      }
    }
    return record
  }

  private func tensors(_ parameters: [Float], _ statistics: [Float]) -> [Tensor] {
    executor.network.tensors(parameters: parameters, statistics: statistics).map {
      Tensor(name: $0.spec.name, shape: $0.spec.shape, values: $0.values)
    }
  }
}

/// The fewest images an executor is planned for, so that evaluation is not slowed by small batches.
private let evaluationBatch = 64

/// The numbers of an image from which on even one fills the machine, and more would only take memory.
private let largeImage = 65536
