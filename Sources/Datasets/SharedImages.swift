import Foundation
import Storage

/// A dataset in memory that other processes read too.
public struct SharedImages: Sendable {
  /// The dataset, whose bytes are the shared ones.
  public let dataset: ImageDataset
  /// Its ``ImageDataset/digest``.
  public let digest: String
  /// What another process of this user opens it by, as long as this one keeps it.
  public let path: String

  /// Puts a dataset into shared memory.
  ///
  /// - Throws: ``DatasetError/storage(_:)`` if the system gives no such memory.
  public init(_ dataset: ImageDataset) throws(DatasetError) {
    var header = ImageHeader(dataset)
    (header.name, header.digest) = (dataset.name, dataset.digest)
    do throws(StorageError) {
      self.init(
        header, in: try SealedMemory([ImageBytes(header.bytes)] + dataset.blocks),
        after: header.bytes.count)
    } catch {
      throw .storage(error)
    }
  }

  /// Opens what another process has put there.
  ///
  /// - Throws: ``DatasetError/storage(_:)`` if there is no such memory or if it could change.
  public init(opening path: String) throws(DatasetError) {
    do throws(StorageError) {
      let memory = try SealedMemory(opening: path)
      let bytes = ImageBytes(memory, 0..<memory.count)
      guard let (header, length) = ImageHeader.first(of: bytes),
        length + header.size == memory.count
      else { throw StorageError(.read, path, errno: EINVAL) }
      self.init(header, in: memory, after: length)
    } catch {
      throw .storage(error)
    }
  }

  private init(_ header: ImageHeader, in memory: SealedMemory, after length: Int) {
    let bytes = ImageBytes(memory, length..<memory.count)
    dataset = ImageDataset(header, bytes)
    (digest, path) = (header.digest, memory.path)
  }
}

/// What precedes the bytes of a dataset on their way from one process to another of the same program.
///
/// Its own length as 64 bits, lowest byte first, then itself as JSON. After it come the training pixels, the
/// training labels, the test pixels and the test labels.
struct ImageHeader: Codable {
  var name = ""
  var digest = ""
  var train: Int
  var test: Int
  var channels: Int
  var height: Int
  var width: Int
  var classes: Int
  /// Empty if it is not known.
  var mean: [Double] = []
  var standardDeviation: [Double] = []

  /// The number of bytes that follow it.
  var size: Int { (train + test) * (channels * height * width + 1) }

  /// A header is never longer than this.
  static let mostBytes = 4096

  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let text = try? encoder.encode(self) else {
      preconditionFailure("numbers and texts can be encoded")
    }
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }

  /// The header that some bytes start with, and its length.
  static func first(of bytes: some RandomAccessCollection<UInt8>) -> (ImageHeader, length: Int)? {
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard 0...mostBytes ~= length else { return nil }
    let text = bytes.dropFirst(8).prefix(length)
    guard text.count == length,
      let header = try? JSONDecoder().decode(ImageHeader.self, from: Data(text))
    else { return nil }
    return (header, 8 + length)
  }
}

extension ImageHeader {
  init(_ dataset: ImageDataset) {
    let train = dataset.train
    self.init(
      train: train.count, test: dataset.test.count, channels: train.channels,
      height: train.height, width: train.width, classes: dataset.classes, mean: dataset.mean,
      standardDeviation: dataset.standardDeviation)
  }
}

extension ImageDataset {
  /// All bytes in the order in which they follow a header.
  fileprivate var blocks: [ImageBytes] { [train.pixels, train.labels, test.pixels, test.labels] }

  /// The dataset that a header and the bytes after it make.
  init(_ header: ImageHeader, _ bytes: ImageBytes) {
    let image = header.channels * header.height * header.width
    func images(_ count: Int, at start: Int) -> ImageSet {
      ImageSet(
        pixels: bytes.part(start..<start + count * image),
        labels: bytes.part(start + count * image..<start + count * (image + 1)),
        channels: header.channels, height: header.height, width: header.width)
    }
    self.init(
      name: header.name, train: images(header.train, at: 0),
      test: images(header.test, at: header.train * (image + 1)), classes: header.classes,
      mean: header.mean, standardDeviation: header.standardDeviation)
  }
}
