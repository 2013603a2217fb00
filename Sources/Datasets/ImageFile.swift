import HDF5

/// A user's own images and labels in an HDF5 file, which may be made to do harm.
///
/// The groups `train` and `test` each have `images`, uint8 of N × height × width or N × height × width ×
/// channels, and `labels`, N whole numbers from 0. The file may have the attributes `classes` (int64; else
/// one more than the largest training label), `mean` and `sd` (float64, a value a channel; else those of the
/// training images used).
public struct ImageFile: Sendable {
  private let path: String

  public init(path: String) { self.path = path }

  /// The most bytes of pixels, or of labels in memory, that are read of a part.
  static let mostBytes = 1 << 32
  static let largestSide = 1024
  static let mostChannels = 4
  static let mostImages = 10_000_000
  static let mostClasses = 256

  /// Hands over the first images, all where no number is given, piece by piece, as
  /// ``ImageFileReader`` wants them.
  ///
  /// Damage in the file may end this process or make it run forever, so it should be one for this file alone.
  ///
  /// - Throws: ``DatasetError/refused(file:reason:)``, and what `write` throws.
  public func stream(train: Int?, test: Int?, to write: ([UInt8]) throws -> Void) throws {
    do {
      let file = try HDF5File(openingUntrusted: path)
      let root = try file.root()
      let training = try ImagePart(root, "train")
      let testing = try ImagePart(root, "test")
      guard training.image == testing.image else {
        throw HDF5Refusal(
          "/test/images", "its images differ in shape from those of /train/images")
      }
      var header = ImageHeader(
        train: try training.count(train, "training"), test: try testing.count(test, "test"),
        channels: training.image[2], height: training.image[0], width: training.image[1],
        classes: 0)
      let attributes = try root.attributes()
      if try attributes.contains("classes") {
        header.classes = Int(try attributes.number("classes", as: Int64.self))
        guard 1...Self.mostClasses ~= header.classes else {
          throw HDF5Refusal("the attribute classes", "it is not in 1 to \(Self.mostClasses)")
        }
      }
      let (hasMean, hasDeviation) = (
        try attributes.contains("mean"), try attributes.contains("sd")
      )
      guard hasMean == hasDeviation else {
        throw HDF5Refusal("the attributes mean and sd", "there is one without the other")
      }
      if hasMean {
        header.mean = try attributes.numbers("mean", as: Double.self)
        header.standardDeviation = try attributes.numbers("sd", as: Double.self)
        guard (header.mean + header.standardDeviation).allSatisfy(\.isFinite) else {
          throw HDF5Refusal("the attributes mean and sd", "they are not all numbers")
        }
        guard header.mean.allSatisfy({ (0...1).contains($0) }),
          header.standardDeviation.allSatisfy({ $0 > 0 && $0 <= 1 })
        else {
          throw HDF5Refusal(
            "the attributes mean and sd",
            "they are of pixels divided by 255, so a mean is from 0 to 1 and a deviation above 0 and at most 1"
          )
        }
      }
      // The number of classes does not depend on how many images are used.
      let labels = try training.allLabels(below: header.classes)
      if header.classes == 0 { header.classes = Int(labels.max() ?? 0) + 1 }
      let others = try testing.allLabels(below: header.classes)
      try write(header.bytes)
      try training.hand(over: header.train, labels, to: write)
      try testing.hand(over: header.test, others, to: write)
    } catch let error as HDF5Refusal {
      throw DatasetError.refused(file: path, reason: error.description)
    } catch let error as HDF5Error {
      throw DatasetError.refused(file: path, reason: error.description)
    }
  }
}

/// The images or labels of one part of a file.
private struct ImagePart: ~Copyable {
  private let name: String
  private let images: PlainDataset
  private let labels: PlainDataset
  /// Height, width and channels.
  let image: [Int]

  init(_ root: borrowing HDF5Group, _ name: String) throws {
    let group = try root.plainGroup(name)
    let images = try group.plainDataset("images", ofBytes: true, mostBytes: ImageFile.mostBytes)
    let labels = try group.plainDataset("labels", ofBytes: false, mostBytes: ImageFile.mostBytes)
    let shape = images.shape
    guard shape.count == 3 || shape.count == 4 else {
      throw HDF5Refusal(
        "/\(name)/images",
        "it has \(shape.count) dimensions, not images × height × width or"
          + " images × height × width × channels")
    }
    let image = [shape[1], shape[2], shape.count == 4 ? shape[3] : 1]
    if image[0] <= ImageFile.mostChannels, image[2] > ImageFile.mostChannels {
      throw HDF5Refusal(
        "/\(name)/images",
        "its shape \(shape.map(String.init).joined(separator: "×")) has the channels first; they come last:"
          + " images × height × width × channels")
    }
    guard image[0] <= ImageFile.largestSide, image[1] <= ImageFile.largestSide,
      image[2] <= ImageFile.mostChannels, shape[0] <= ImageFile.mostImages
    else {
      throw HDF5Refusal(
        "/\(name)/images",
        "its shape \(shape.map(String.init).joined(separator: "×")) is beyond"
          + " \(ImageFile.mostImages)×\(ImageFile.largestSide)×\(ImageFile.largestSide)"
          + "×\(ImageFile.mostChannels)")
    }
    guard labels.shape == [shape[0]] else {
      throw HDF5Refusal(
        "/\(name)/labels",
        "it has the shape \(labels.shape.map(String.init).joined(separator: "×")), but there are"
          + " \(shape[0]) images")
    }
    (self.name, self.image) = (name, image)
    self.images = images
    self.labels = labels
  }

  /// How many images are used.
  func count(_ asked: Int?, _ word: String) throws -> Int {
    let available = images.shape[0]
    let count = asked ?? available
    guard count <= available else {
      throw HDF5Refusal(
        "/\(name)/images", "it has \(available) images, fewer than the \(count) asked for")
    }
    return count
  }

  /// All labels, each below a number of classes, or below the most there may be if that is 0.
  func allLabels(below classes: Int) throws -> [UInt8] {
    let classes = classes == 0 ? ImageFile.mostClasses : classes
    let found = try labels.read(0..<labels.shape[0], as: Int64.self)
    if let index = found.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw HDF5Refusal(
        "/\(name)/labels",
        "the label \(found[index]) of image \(index) is not in 0 to \(classes - 1)")
    }
    return found.map { UInt8($0) }
  }

  /// Hands over the pixels of the first images, some at a time, then their labels.
  func hand(
    over count: Int, _ labels: [UInt8], to write: ([UInt8]) throws -> Void
  ) throws {
    let step = max(1, (8 << 20) / image.reduce(1, *))
    for start in stride(from: 0, to: count, by: step) {
      try write(try images.read(start..<min(start + step, count), as: UInt8.self))
    }
    try write(Array(labels.prefix(count)))
  }
}
