/// How a training run ended. A crash is neither: it leaves no record.
public enum Outcome: Hashable, Sendable {
  case completed
  /// A training loss was not finite in this step (from 1) of this epoch (from 1), or an evaluation was not,
  /// in which case `step` is `nil`.
  case diverged(epoch: Int, step: Int?)

  /// `completed` or `diverged`, as records write it.
  public var name: String {
    switch self {
    case .completed: "completed"
    case .diverged: "diverged"
    }
  }
}

/// A tensor with its values in row-major order.
public struct Tensor: Hashable, Sendable {
  /// Its name in PyTorch's manner, `conv1.weight`.
  public var name: String
  public var shape: [Int]
  public var values: [Float]

  public init(name: String, shape: [Int], values: [Float]) {
    precondition(values.count == shape.reduce(1, *))
    (self.name, self.shape, self.values) = (name, shape, values)
  }
}

/// One value per completed epoch.
public struct Curve: Hashable, Sendable {
  /// The metric: `train_loss`, `test_error`, …
  public var name: String
  /// Its unit in the UDUNITS manner: `1`, `s`, …
  public var unit: String
  /// What it is, in one line.
  public var meaning: String
  public var values: [Double]

  public init(name: String, unit: String, meaning: String, values: [Double]) {
    (self.name, self.unit, self.meaning, self.values) = (name, unit, meaning, values)
  }
}

/// What a trained cell leaves.
public struct CellRecord: Hashable, Sendable {
  public var cell: Cell
  public var outcome: Outcome
  /// Top-1 test error after the last epoch, in [0, 1]; NaN if the run diverged.
  public var finalTestError: Double
  /// The smallest test error after any epoch, in [0, 1]; NaN if no epoch was completed.
  public var bestTestError: Double
  /// The earliest epoch (from 1) with the smallest test error; 0 if no epoch was completed.
  public var bestEpoch: Int
  /// The curves, in a fixed order, one value for each completed epoch.
  public var curves: [Curve]
  /// Which test images were classified correctly after the last epoch, one bit each, image 0 the highest bit
  /// of byte 0 (`numpy.unpackbits` gives them in order); empty if the run diverged.
  public var testCorrectFinal: [UInt8]
  /// The same after the best epoch; empty if no epoch was completed.
  public var testCorrectBest: [UInt8]
  /// Parameters and running statistics after the last epoch, in network order; empty if the run diverged.
  public var finalWeights: [Tensor]
  /// Those after the best epoch; empty if the study does not ask for them or the run diverged.
  public var bestWeights: [Tensor]
  /// The optimizer's memory after the last epoch, one tensor per slot over all parameters; empty if not asked for.
  public var optimizerState: [Tensor]
  /// What a simulation measured; empty for a training run.
  public var measurements: [Measurement] = []

  /// What a simulation leaves.
  public init(cell: Cell, measurements: [Measurement]) {
    self.init(
      cell: cell, outcome: .completed, finalTestError: .nan, bestTestError: .nan, bestEpoch: 0,
      curves: [], testCorrectFinal: [], testCorrectBest: [], finalWeights: [], bestWeights: [],
      optimizerState: [])
    self.measurements = measurements
  }

  public init(
    cell: Cell, outcome: Outcome, finalTestError: Double, bestTestError: Double, bestEpoch: Int,
    curves: [Curve], testCorrectFinal: [UInt8], testCorrectBest: [UInt8], finalWeights: [Tensor],
    bestWeights: [Tensor], optimizerState: [Tensor]
  ) {
    (self.cell, self.outcome) = (cell, outcome)
    (self.finalTestError, self.bestTestError, self.bestEpoch) =
      (finalTestError, bestTestError, bestEpoch)
    (self.curves, self.testCorrectFinal, self.testCorrectBest) =
      (curves, testCorrectFinal, testCorrectBest)
    (self.finalWeights, self.bestWeights, self.optimizerState) =
      (finalWeights, bestWeights, optimizerState)
  }
}

/// Where and when a record was made; never part of a digest.
public struct Provenance: Hashable, Sendable {
  /// Facts by name, all text: `inertia_version`, `host`, `cpu`, `started`, `finished`, `seconds`, …
  public var facts: [String: String]

  public init(facts: [String: String]) { self.facts = facts }
}
