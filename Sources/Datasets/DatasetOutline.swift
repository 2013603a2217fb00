/// What is known of a published dataset without its files: enough to plan a study.
public struct DatasetOutline: Hashable, Sendable {
  public let name: String
  /// The number of training images.
  public let train: Int
  /// The number of test images.
  public let test: Int
  public let channels: Int
  public let height: Int
  public let width: Int
  public let classes: Int
  /// What is subtracted from x/255, per channel.
  public let mean: [Double]
  /// What the difference is divided by, per channel.
  public let standardDeviation: [Double]

  package init(
    name: String, train: Int, test: Int, channels: Int, height: Int, width: Int, classes: Int,
    mean: [Double], standardDeviation: [Double]
  ) {
    (self.name, self.train, self.test) = (name, train, test)
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.classes, self.mean, self.standardDeviation) = (classes, mean, standardDeviation)
  }
}

extension DatasetOutline {
  /// ImageNet's images of the 2012 challenge as they are usually cropped, which nothing here reads: a study of them
  /// can be planned, not run.
  static let imageNet = DatasetOutline(
    name: "imagenet", train: 1_281_167, test: 50_000, channels: 3, height: 224, width: 224,
    classes: 1000, mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
}
