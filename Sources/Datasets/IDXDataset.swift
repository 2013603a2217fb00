import Storage

/// A dataset in four IDX files: images and labels for training and for test.
package struct IDXDataset: FileDataset {
  package let name: String
  package let summary: String
  let classes: Int
  let mean: Double
  let standardDeviation: Double
  /// Where a system package puts it, if one does.
  package let packagedFolder: String?
  /// How to get it.
  package let remedy: String
  /// The digest of the whole dataset as published, if known.
  package let digest: String?
  /// Where its files are to be had.
  package let origin: DatasetOrigin

  static let all = [fashionMNIST, mnist]

  static let fashionMNIST = IDXDataset(
    name: "fashion-mnist",
    summary: "photographs of clothes, 28×28 grey, 60,000 for training and 10,000 for test",
    classes: 10, mean: 0.2860, standardDeviation: 0.3530,
    packagedFolder: "/usr/share/datasets/fashion-mnist",
    remedy: "install it with: apt-get install dataset-fashion-mnist",
    digest: "5cfcf064c005b5c6fbc0b6cf04f559c331616e1f95dc97e6ad0c507ce5eff7d9",
    origin: DatasetOrigin(
      folder: "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
      files: [
        DatasetOrigin.File(
          "train-images-idx3-ubyte.gz", size: 26_421_880,
          sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        DatasetOrigin.File(
          "train-labels-idx1-ubyte.gz", size: 29_515,
          sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        DatasetOrigin.File(
          "t10k-images-idx3-ubyte.gz", size: 4_422_102,
          sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        DatasetOrigin.File(
          "t10k-labels-idx1-ubyte.gz", size: 5_148,
          sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
      ]))

  static let mnist = IDXDataset(
    name: "mnist",
    summary: "handwritten digits, 28×28 grey, 60,000 for training and 10,000 for test",
    classes: 10, mean: 0.1307, standardDeviation: 0.3081,
    packagedFolder: nil,
    remedy: "set INERTIA_DATA to a folder for datasets and run: inertia data fetch mnist",
    digest: nil,
    origin: DatasetOrigin(
      folder: "https://storage.googleapis.com/cvdf-datasets/mnist",
      files: [
        DatasetOrigin.File(
          "train-images-idx3-ubyte.gz", size: 9_912_422,
          sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        DatasetOrigin.File(
          "train-labels-idx1-ubyte.gz", size: 28_881,
          sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        DatasetOrigin.File(
          "t10k-images-idx3-ubyte.gz", size: 1_648_877,
          sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        DatasetOrigin.File(
          "t10k-labels-idx1-ubyte.gz", size: 4_542,
          sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
      ]))
}

extension IDXDataset {
  package var outline: DatasetOutline {
    DatasetOutline(
      name: name, train: 60_000, test: 10_000, channels: 1, height: 28, width: 28,
      classes: classes, mean: [mean], standardDeviation: [standardDeviation])
  }

  package func isComplete(in folder: String) throws(DatasetError) -> Bool {
    for file in Self.fileNames where try path(of: file, in: folder) == nil { return false }
    return true
  }

  /// The first images of the files in a folder; all, where no number is given.
  package func load(
    from folder: String, train: Int?, test: Int?
  ) throws(DatasetError) -> ImageDataset {
    ImageDataset(
      name: name, train: try part("train", "training", in: folder, count: train),
      test: try part("t10k", "test", in: folder, count: test), classes: classes,
      mean: [mean], standardDeviation: [standardDeviation])
  }

  private static let fileNames = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
  ]

  /// The path of a file, if there is one: as it is published, compressed, or else unpacked.
  private func path(of file: String, in folder: String) throws(DatasetError) -> String? {
    do throws(StorageError) {
      for path in ["\(folder)/\(file).gz", "\(folder)/\(file)"]
      where try Files.status(path) != nil {
        return path
      }
      return nil
    } catch {
      throw .storage(error)
    }
  }

  private func open(
    _ file: String, in folder: String, magic: UInt32
  ) throws(DatasetError) -> IDXFile {
    guard let path = try path(of: file, in: folder) else {
      throw .missing(name: name, folders: [folder], remedy: remedy)
    }
    return try IDXFile(path: path, magic: magic)
  }

  private func part(
    _ prefix: String, _ word: String, in folder: String, count: Int?
  ) throws(DatasetError) -> ImageSet {
    let images = try open("\(prefix)-images-idx3-ubyte", in: folder, magic: IDXFile.images)
    let labels = try open("\(prefix)-labels-idx1-ubyte", in: folder, magic: IDXFile.labels)
    let available = images.dimensions[0]
    guard labels.dimensions[0] == available else {
      throw .countMismatch(
        images: images.path, count: available, labels: labels.path,
        labelCount: labels.dimensions[0])
    }
    guard images.dimensions[1] == 28, images.dimensions[2] == 28 else {
      throw .wrongDimensions(file: images.path, dimensions: images.dimensions)
    }
    let count = count ?? available
    guard count <= available else {
      throw .tooFew(name: name, part: word, asked: count, available: available)
    }
    let values = try labels.elements(first: count)
    if let index = values.firstIndex(where: { Int($0) >= classes }) {
      throw .labelOutOfRange(
        file: labels.path, offset: labels.headerLength + index, label: Int(values[index]),
        classes: classes)
    }
    return ImageSet(
      pixels: try images.elements(first: count), labels: values, channels: 1, height: 28,
      width: 28)
  }
}
