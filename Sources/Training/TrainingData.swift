import Datasets

/// The images of a cell, shared by all cells of a worker that use them.
public struct TrainingData: Sendable {
  public let train: ImageSet
  /// The last of the training images, held out for selection; `nil` if none are.
  public let validation: ImageSet?
  public let test: ImageSet
  public let classes: Int
  public let mean: [Double]
  public let standardDeviation: [Double]

  /// - Parameter validation: how many of the last training images are held out; fewer than there are.
  public init(_ dataset: ImageDataset, validation: Int) {
    precondition(validation >= 0 && validation < dataset.train.count)
    let kept = dataset.train.count - validation
    train = validation == 0 ? dataset.train : dataset.train.slice(0..<kept)
    self.validation =
      validation == 0 ? nil : dataset.train.slice(kept..<dataset.train.count)
    (test, classes) = (dataset.test, dataset.classes)
    (mean, standardDeviation) = (dataset.mean, dataset.standardDeviation)
  }
}
