import Studies

/// What the completed epochs of a run have shown.
struct TrainingHistory {
  /// The evaluation of a network on a set of images.
  struct Evaluation {
    /// The mean loss.
    let loss: Double
    /// For each image, whether it was classified correctly.
    let correct: [Bool]

    /// The part of the images that was misclassified, in [0, 1].
    var error: Double {
      Double(correct.count - correct.count(where: { $0 })) / Double(correct.count)
    }

    /// One bit per image, image 0 the highest bit of byte 0.
    var packed: [UInt8] {
      var bytes = [UInt8](repeating: 0, count: (correct.count + 7) / 8)
      for (index, isCorrect) in correct.enumerated() where isCorrect {
        bytes[index / 8] |= 0x80 >> UInt8(index % 8)
      }
      return bytes
    }
  }

  /// A completed epoch.
  struct Epoch {
    let number: Int
    let learningRate: Double
    let trainLoss: Double
    let trainError: Double
    let test: Evaluation
    let validation: Evaluation?
    let seconds: Double
  }

  private(set) var curves: [Curve]
  private(set) var correctLast: [UInt8] = []
  private(set) var correctBest: [UInt8] = []
  private(set) var bestParameters: [Float] = []
  private(set) var bestStatistics: [Float] = []
  private let keepsBestWeights: Bool

  init(keepsBestWeights: Bool, validates: Bool) {
    self.keepsBestWeights = keepsBestWeights
    func curve(_ name: String, _ unit: String, _ meaning: String) -> Curve {
      Curve(name: name, unit: unit, meaning: meaning, values: [])
    }
    curves = [
      curve("epoch", "1", "epochs completed"),
      curve("learning_rate", "1", "learning rate in the last step of the epoch"),
      curve("train_loss", "1", "mean cross-entropy of the epoch's batches, before each step"),
      curve("train_error", "1", "part of the training images misclassified, before each step"),
      curve("test_loss", "1", "mean cross-entropy on the test images after the epoch"),
      curve("test_error", "1", "part of the test images misclassified after the epoch"),
    ]
    if validates {
      curves.append(
        curve("validation_loss", "1", "mean cross-entropy on the held-out images"))
      curves.append(
        curve("validation_error", "1", "part of the held-out images misclassified"))
    }
    curves.append(curve("seconds", "s", "seconds of training and evaluation so far"))
  }

  private func values(_ name: String) -> [Double] {
    curves.first { $0.name == name }?.values ?? []
  }

  /// The test error after the last completed epoch.
  var lastTestError: Double? { values("test_error").last }

  /// The smallest test error; NaN if no epoch was completed.
  var bestTestError: Double { values("test_error").min() ?? .nan }

  /// The earliest epoch (from 1) with the smallest test error; 0 if no epoch was completed.
  var bestEpoch: Int {
    let errors = values("test_error")
    guard let best = errors.min(), let index = errors.firstIndex(of: best) else { return 0 }
    return index + 1
  }

  /// Adds a completed epoch; `weights` gives parameters and statistics if they are the best so far.
  mutating func append(_ epoch: Epoch, weights: () -> ([Float], [Float])) {
    let isBest = !(bestTestError <= epoch.test.error)
    for index in curves.indices {
      curves[index].values.append(value(of: curves[index].name, epoch))
    }
    correctLast = epoch.test.packed
    guard isBest else { return }
    correctBest = correctLast
    if keepsBestWeights { (bestParameters, bestStatistics) = weights() }
  }

  private func value(of curve: String, _ epoch: Epoch) -> Double {
    switch curve {
    case "epoch": Double(epoch.number)
    case "learning_rate": epoch.learningRate
    case "train_loss": epoch.trainLoss
    case "train_error": epoch.trainError
    case "test_loss": epoch.test.loss
    case "test_error": epoch.test.error
    case "validation_loss": epoch.validation?.loss ?? .nan
    case "validation_error": epoch.validation?.error ?? .nan
    default: epoch.seconds
    }
  }

  /// Takes over what a checkpoint holds.
  mutating func restore(_ checkpoint: Checkpoint) {
    curves = checkpoint.curves
    (correctLast, correctBest) = (checkpoint.testCorrectLast, checkpoint.testCorrectBest)
    (bestParameters, bestStatistics) = (checkpoint.bestParameters, checkpoint.bestStatistics)
  }

  /// Puts it into a checkpoint.
  func save(to checkpoint: inout Checkpoint) {
    checkpoint.curves = curves
    (checkpoint.testCorrectLast, checkpoint.testCorrectBest) = (correctLast, correctBest)
    (checkpoint.bestParameters, checkpoint.bestStatistics) = (bestParameters, bestStatistics)
  }
}
