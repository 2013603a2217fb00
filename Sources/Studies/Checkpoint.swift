/// Everything needed to continue a training run at a step boundary with the same bits.
///
/// Random streams are counted, not walked, so their positions follow from `epoch` and `step`.
public struct Checkpoint: Hashable, Sendable {
  public var cell: Cell
  /// The epoch under way, from 1.
  public var epoch: Int
  /// The steps of that epoch already taken.
  public var step: Int
  /// The parameters as one flat vector, in network order.
  public var parameters: [Float]
  /// The running statistics as one flat vector, in network order.
  public var statistics: [Float]
  /// The optimizer's memory, one flat vector per slot.
  public var memory: [[Float]]
  /// The sum over the epoch's images so far of their training loss.
  public var lossSum: Double
  /// How many of the epoch's images so far were misclassified.
  public var mistakes: Int
  /// Seconds of training so far.
  public var seconds: Double
  /// The curves over the completed epochs.
  public var curves: [Curve]
  /// Per-image bits of the last completed epoch, as in ``CellRecord``.
  public var testCorrectLast: [UInt8]
  /// Per-image bits of the best epoch so far, as in ``CellRecord``.
  public var testCorrectBest: [UInt8]
  /// Parameters and running statistics of the best epoch so far, if the study keeps them.
  public var bestParameters: [Float]
  public var bestStatistics: [Float]

  public init(
    cell: Cell, epoch: Int, step: Int, parameters: [Float], statistics: [Float],
    memory: [[Float]], lossSum: Double, mistakes: Int, seconds: Double, curves: [Curve],
    testCorrectLast: [UInt8], testCorrectBest: [UInt8], bestParameters: [Float],
    bestStatistics: [Float]
  ) {
    (self.cell, self.epoch, self.step) = (cell, epoch, step)
    (self.parameters, self.statistics, self.memory) = (parameters, statistics, memory)
    (self.lossSum, self.mistakes, self.seconds) = (lossSum, mistakes, seconds)
    (self.curves, self.testCorrectLast, self.testCorrectBest) =
      (curves, testCorrectLast, testCorrectBest)
    (self.bestParameters, self.bestStatistics) = (bestParameters, bestStatistics)
  }
}
