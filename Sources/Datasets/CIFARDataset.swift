import Storage

/// A dataset in the binary format of CIFAR: images of 32×32 pixels in colour, one after another.
///
/// An image is one or two labels, a byte each, of which the last is the one to learn; then its red pixels row
/// by row, its green and its blue ones. Nothing in a file says how many images it has, so its length must be
/// the published one.
package struct CIFARDataset: FileDataset {
  package let name: String
  package let summary: String
  package let classes: Int
  package let mean: [Double]
  package let standardDeviation: [Double]
  /// How many labels an image has.
  package let labels: Int
  /// How many of the origin's files, the first ones, are for training; the others are for test.
  package let trainingFiles: Int
  package let origin: DatasetOrigin

  package init(
    name: String, summary: String, classes: Int, mean: [Double], standardDeviation: [Double],
    labels: Int, trainingFiles: Int, origin: DatasetOrigin
  ) {
    (self.name, self.summary, self.classes) = (name, summary, classes)
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
    (self.labels, self.trainingFiles, self.origin) = (labels, trainingFiles, origin)
  }

  static let all = [cifar10, cifar100]

  /// The constants of normalisation are those of the paper's code. They are the published means; its
  /// deviations are smaller than those of all pixels together.
  static let cifar10 = CIFARDataset(
    name: "cifar-10",
    summary:
      "photographs of ten kinds of things, 32×32 in colour, 50,000 for training and 10,000 for test",
    classes: 10, mean: [0.4914, 0.4822, 0.4465], standardDeviation: [0.2023, 0.1994, 0.2010],
    labels: 1, trainingFiles: 5,
    origin: DatasetOrigin(
      folder: "https://www.cs.toronto.edu/~kriz",
      files: [
        DatasetOrigin.File(
          "data_batch_1.bin", size: 30_730_000,
          sha256: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
        DatasetOrigin.File(
          "data_batch_2.bin", size: 30_730_000,
          sha256: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
        DatasetOrigin.File(
          "data_batch_3.bin", size: 30_730_000,
          sha256: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
        DatasetOrigin.File(
          "data_batch_4.bin", size: 30_730_000,
          sha256: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
        DatasetOrigin.File(
          "data_batch_5.bin", size: 30_730_000,
          sha256: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
        DatasetOrigin.File(
          "test_batch.bin", size: 30_730_000,
          sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
      ],
      archive: DatasetOrigin.Archive(
        DatasetOrigin.File(
          "cifar-10-binary.tar.gz", size: 170_052_171,
          sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        folder: "cifar-10-batches-bin", mostBytes: 200_000_000)))

  /// The constants of normalisation are the means and deviations of its own training images, to four digits,
  /// as they are published beside the GoogLeNet that the paper took; the paper's own were not seen.
  static let cifar100 = CIFARDataset(
    name: "cifar-100",
    summary:
      "photographs of a hundred kinds of things, 32×32 in colour, 50,000 for training and 10,000 for test",
    classes: 100, mean: [0.5071, 0.4865, 0.4409], standardDeviation: [0.2673, 0.2564, 0.2762],
    labels: 2, trainingFiles: 1,
    origin: DatasetOrigin(
      folder: "https://www.cs.toronto.edu/~kriz",
      files: [
        DatasetOrigin.File(
          "train.bin", size: 153_700_000,
          sha256: "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29"),
        DatasetOrigin.File(
          "test.bin", size: 30_740_000,
          sha256: "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a"),
      ],
      archive: DatasetOrigin.Archive(
        DatasetOrigin.File(
          "cifar-100-binary.tar.gz", size: 168_513_733,
          sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"),
        folder: "cifar-100-binary", mostBytes: 200_000_000)))

  private static let (side, channels) = (32, 3)
  /// The bytes of one channel of an image.
  private static var plane: Int { side * side }
  /// The bytes of an image in a file.
  private var record: Int { labels + Self.channels * Self.plane }

  private var files: (train: ArraySlice<DatasetOrigin.File>, test: ArraySlice<DatasetOrigin.File>) {
    (origin.files.prefix(trainingFiles), origin.files.dropFirst(trainingFiles))
  }

  package var outline: DatasetOutline {
    DatasetOutline(
      name: name, train: count(files.train), test: count(files.test), channels: Self.channels,
      height: Self.side, width: Self.side, classes: classes, mean: mean,
      standardDeviation: standardDeviation)
  }

  /// The number of images of files of the published lengths.
  private func count(_ files: ArraySlice<DatasetOrigin.File>) -> Int {
    files.reduce(0) { $0 + $1.size / record }
  }

  package func isComplete(in folder: String) throws(DatasetError) -> Bool {
    do throws(StorageError) {
      for file in origin.files where try Files.status("\(folder)/\(file.name)") == nil {
        return false
      }
      return true
    } catch {
      throw .storage(error)
    }
  }

  package func load(
    from folder: String, train: Int?, test: Int?
  ) throws(DatasetError) -> ImageDataset {
    ImageDataset(
      name: name,
      train: try part(files.train, "training", in: folder, count: train),
      test: try part(files.test, "test", in: folder, count: test),
      classes: classes, mean: mean, standardDeviation: standardDeviation)
  }

  private func part(
    _ files: ArraySlice<DatasetOrigin.File>, _ word: String, in folder: String, count: Int?
  ) throws(DatasetError) -> ImageSet {
    let available = self.count(files)
    let count = count ?? available
    guard count <= available else {
      throw .tooFew(name: name, part: word, asked: count, available: available)
    }
    var (pixels, classes): ([UInt8], [UInt8]) = ([], [])
    pixels.reserveCapacity(count * Self.channels * Self.plane)
    classes.reserveCapacity(count)
    for file in files where classes.count < count {
      let wanted = min(count - classes.count, file.size / record)
      try read("\(folder)/\(file.name)", size: file.size, first: wanted, &pixels, &classes)
    }
    return ImageSet(
      pixels: pixels, labels: classes, channels: Self.channels, height: Self.side,
      width: Self.side)
  }

  /// Appends the first images of a file, of which all must be of the right length.
  private func read(
    _ path: String, size: Int, first count: Int, _ pixels: inout [UInt8], _ classes: inout [UInt8]
  ) throws(DatasetError) {
    let bytes: [UInt8]
    let found: Int
    do throws(StorageError) {
      found = try Files.status(path)?.size ?? 0
      bytes = found < size ? [] : try Files.prefix(path, count: count * record)
    } catch {
      throw .storage(error)
    }
    guard found >= size, bytes.count == count * record else {
      throw .truncated(file: path, offset: min(found, size), expected: size)
    }
    guard found == size else { throw .oversized(file: path, offset: size) }
    for image in 0..<count {
      let label = image * record + labels - 1
      guard Int(bytes[label]) < self.classes else {
        throw .labelOutOfRange(
          file: path, offset: label, label: Int(bytes[label]), classes: self.classes)
      }
      classes.append(bytes[label])
      for pixel in label + 1...label + Self.plane {
        for channel in 0..<Self.channels { pixels.append(bytes[pixel + channel * Self.plane]) }
      }
    }
  }
}
