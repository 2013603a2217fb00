/// Labelled images in memory, as bytes.
///
/// Pixels stay bytes; they become numbers batch by batch, (x/255 − mean)/sd per channel.
public struct ImageSet: Hashable, Sendable {
  /// The pixels, image × row × column × channel, one byte each.
  public let pixels: ImageBytes
  /// The class of each image, in 0 ..< classes.
  public let labels: ImageBytes
  public let channels: Int
  public let height: Int
  public let width: Int

  /// The number of images.
  public var count: Int { labels.count }

  /// - Precondition: `pixels.count == labels.count * channels * height * width`.
  public init(pixels: [UInt8], labels: [UInt8], channels: Int, height: Int, width: Int) {
    self.init(
      pixels: ImageBytes(pixels), labels: ImageBytes(labels), channels: channels, height: height,
      width: width)
  }

  init(pixels: ImageBytes, labels: ImageBytes, channels: Int, height: Int, width: Int) {
    precondition(pixels.count == labels.count * channels * height * width)
    (self.pixels, self.labels) = (pixels, labels)
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// The first `count` images.
  public func prefix(_ count: Int) -> ImageSet {
    slice(0..<count)
  }

  /// The images in this range, which are not copied.
  public func slice(_ range: Range<Int>) -> ImageSet {
    let size = channels * height * width
    return ImageSet(
      pixels: pixels.part(range.lowerBound * size..<range.upperBound * size),
      labels: labels.part(range), channels: channels, height: height, width: width)
  }
}

/// The training and test images of a dataset, and how their pixels become numbers.
public struct ImageDataset: Hashable, Sendable {
  public let name: String
  public let train: ImageSet
  public let test: ImageSet
  public let classes: Int
  /// What is subtracted from x/255, per channel.
  public let mean: [Double]
  /// What the difference is divided by, per channel.
  public let standardDeviation: [Double]

  public init(
    name: String, train: ImageSet, test: ImageSet, classes: Int, mean: [Double],
    standardDeviation: [Double]
  ) {
    (self.name, self.train, self.test, self.classes) = (name, train, test, classes)
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }
}
