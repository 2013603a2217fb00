import Studies

/// Whether there is time for another step of a cell, and to save its state after it.
///
/// It is told how long steps and saves took, and expects none to take more than twice the longest so far. A step
/// that ends an epoch is longer, by the evaluation after it. Until one was seen, evaluation is taken to need as long
/// for an image as training does.
public struct TimeBudget<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
  /// What is kept for the end of the run itself: for giving claims back, and last messages.
  public static var reserve: Duration { .seconds(5) }
  /// What a cell of which nothing is known is given besides.
  static var firstStep: Duration { .seconds(5) }

  private let end: Instant?
  private var step: Duration?
  private var lastStepOfEpoch: Duration?
  private var save = Duration.zero

  /// A budget until this instant; without one there is always time.
  ///
  /// - Parameter step: how long a step takes, as far as that is known.
  public init(until end: Instant?, step: Duration? = nil) { (self.end, self.step) = (end, step) }

  /// How long a step took at most; `nil` if none was seen.
  public var longestStep: Duration? { step ?? lastStepOfEpoch }

  /// Takes note of a step, and of the evaluation after it if it `endsEpoch`.
  public mutating func stepped(in time: Duration, endsEpoch: Bool) {
    if endsEpoch {
      lastStepOfEpoch = max(lastStepOfEpoch ?? .zero, time)
    } else {
      step = max(step ?? .zero, time)
    }
  }

  /// Takes note of a save.
  public mutating func saved(in time: Duration) { save = max(save, time) }

  /// Whether there is time for a step and a save.
  ///
  /// - Parameter evaluation: how many images are evaluated after the step, as multiples of those that it trains
  ///   on; 0 if it does not end an epoch.
  public func allowsStep(at now: Instant, evaluation: Double) -> Bool {
    guard let end else { return true }
    var expected = longestStep ?? Self.firstStep
    if evaluation > 0 { expected = lastStepOfEpoch ?? expected * (1 + evaluation) }
    let needed: Duration = Self.reserve + (expected + save) * 2
    return now.duration(to: end) >= needed
  }
}

extension Cell {
  /// How many images are evaluated after an epoch, as multiples of those that a step trains on.
  var evaluationPerStep: Double {
    guard simulation == nil else { return 0 }
    return Double(dataset.test + training.validation) / Double(imagesPerStep)
  }

  fileprivate var trainedImages: Int { dataset.train - training.validation }

  fileprivate var imagesPerStep: Int {
    guard case .images(let batch) = training.batch else { return trainedImages }
    return min(batch, trainedImages)
  }
}

extension Checkpoint {
  /// How long a step took on average, evaluations included; `nil` before the first.
  var meanStep: Duration? {
    let perEpoch = (cell.trainedImages + cell.imagesPerStep - 1) / cell.imagesPerStep
    let steps = (epoch - 1) * perEpoch + step
    return steps > 0 ? .seconds(seconds / Double(steps)) : nil
  }
}
