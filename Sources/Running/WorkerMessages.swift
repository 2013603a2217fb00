import FoundationEssentials
import Studies

/// What a runner asks of a worker: one cell to train, as a line of JSON on its standard input.
///
/// Both ends are the same executable, so the encoding may change from version to version.
public struct WorkOrder: Codable, Hashable, Sendable {
  /// The cell's canonical JSON, from which its id follows.
  public var cell: String
  public var finalWeights: Bool
  public var bestWeights: Bool
  public var optimizerState: Bool
  /// The number of threads to train with; never changes a bit.
  public var threads: Int
  /// The text of the study that asked for the cell, for the record's provenance.
  public var studyText: String
  /// Leaves host and user out of the record's provenance.
  public var anonymous: Bool
  /// Within how many seconds the worker must have saved its state; `nil` for no limit.
  public var secondsLeft: Double?
  /// The shortest time, in seconds, between two checkpoints in the results folder.
  public var checkpointPause: Double
  /// A folder of this machine for checkpoints in between.
  public var scratch: String?

  public init(
    cell: Cell, keeping options: RecordOptions, _ run: RunOptions, scratch: String? = nil
  ) {
    self.cell = cell.canonicalJSON
    (finalWeights, bestWeights) = (options.finalWeights, options.bestWeights)
    optimizerState = options.optimizerState
    (threads, studyText, anonymous) = (run.threads, run.studyText, run.isAnonymous)
    secondsLeft = run.end.map { ContinuousClock.now.duration(to: $0) / .seconds(1) }
    (checkpointPause, self.scratch) = (run.checkpointPause / .seconds(1), scratch)
  }

  /// What the record is to hold beyond its curves.
  public var options: RecordOptions {
    RecordOptions(
      finalWeights: finalWeights, bestWeights: bestWeights, optimizerState: optimizerState)
  }
}

/// What a worker answers, each as a line of JSON on its standard output.
public enum WorkerEvent: Codable, Hashable, Sendable {
  /// The worker can take orders.
  case ready
  /// It has taken the order and trains; `fraction` of the run, in [0, 1], was already done.
  case started(fraction: Double)
  /// How far it is, at most ten times a second.
  case progress(TrainingProgress)
  /// It has saved its state, which took so many seconds.
  case checkpointed(seconds: Double)
  /// The folder for checkpoints in between cannot be used; the worker goes on without it.
  case lostScratch(reason: String)
  /// The record is published; `seconds` of training, those of earlier attempts included.
  case finished(outcome: String, seconds: Double)
  /// The cell could not be trained; `isCertain` if it never can.
  case failed(reason: String, isCertain: Bool)
  /// The results folder cannot be read or written; the worker ends, and the cell is not to blame.
  case hindered(reason: String)
  /// It was asked to stop; the state is saved.
  case stopped
  /// There is no time for another step; the state is saved if any was made, and the worker ends.
  case outOfTime(hasAdvanced: Bool)
}

/// How far the training of a cell is.
public struct TrainingProgress: Codable, Hashable, Sendable {
  /// The epoch under way, from 1.
  public var epoch: Int
  public var epochs: Int
  /// The step of that epoch, from 1.
  public var step: Int
  public var stepsPerEpoch: Int
  /// How much of the run is done, in [0, 1].
  public var fraction: Double
  /// Seconds of training so far.
  public var seconds: Double
  /// Top-1 test error after the last completed epoch, in [0, 1]; `nil` before.
  public var testError: Double?

  public init(
    epoch: Int, epochs: Int, step: Int, stepsPerEpoch: Int, fraction: Double, seconds: Double,
    testError: Double?
  ) {
    (self.epoch, self.epochs, self.step, self.stepsPerEpoch) = (epoch, epochs, step, stepsPerEpoch)
    (self.fraction, self.seconds, self.testError) = (fraction, seconds, testError)
  }

  /// Whether the step was the last of its epoch.
  var endsEpoch: Bool { step == stepsPerEpoch }
  /// Whether the next step is the last of its epoch.
  var isBeforeEndOfEpoch: Bool { step % stepsPerEpoch + 1 == stepsPerEpoch }
}

/// A message as one line of JSON, its line feed included.
func line(of message: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  // JSON has no NaN; a training error may be one.
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return Array(try encoder.encode(message)) + [UInt8(ascii: "\n")]
}

/// A message from its line of JSON.
func message<Message: Decodable>(_ type: Message.Type, from line: String) throws -> Message {
  let decoder = JSONDecoder()
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return try decoder.decode(type, from: Data(line.utf8))
}
