import ArgumentParser
import Datasets
import Foundation

/// `inertia data`.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "List, fetch and check datasets.",
    discussion: """
      Datasets are looked for in the folder of their name in $INERTIA_DATA, then where a system \
      package puts them.

      For example:
        inertia data list
        inertia data fetch fashion-mnist
        inertia data verify fashion-mnist
      """,
    subcommands: [DataList.self, DataFetch.self, DataVerify.self], defaultSubcommand: DataList.self)
}

/// `inertia data list`.
struct DataList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Say which datasets there are, and where.")

  func run() throws {
    let listings = DatasetCatalog.list(environment: ProcessInfo.processInfo.environment)
    let width = listings.map(\.name.count).max() ?? 0
    for listing in listings {
      let location =
        switch listing.location {
        case .computed: "computed; needs no files"
        case .folder(let path): path
        case .missing(let error): error.description
        }
      put("\(listing.name.padded(to: width))  \(listing.summary)")
      put("\(String(repeating: " ", count: width))  \(location)")
    }
  }
}

/// `inertia data fetch`.
struct DataFetch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Fetch a dataset into $INERTIA_DATA, checked by its SHA-256.",
    discussion: """
      What has arrived is kept when the connection breaks; the same command goes on from there.

      For example:
        INERTIA_DATA=~/data inertia data fetch fashion-mnist
      """)

  @Argument(help: "The dataset.")
  var name: String

  @Option(help: "Fetch from this folder's address (https or file) instead of the published one.")
  var from: String?

  func run() throws {
    try DatasetFetcher.fetch(
      name, from: from, environment: ProcessInfo.processInfo.environment
    ) { item in
      complain("\(item.path): \(item.wasFetched ? "fetched" : "here already")")
    }
  }
}

/// `inertia data verify`.
struct DataVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read a dataset whole, and compare it with the published one.",
    discussion: """
      For example:
        inertia data verify cifar-10
        inertia data verify data/mine.h5
      """)

  @Argument(help: "The dataset, or the path of an HDF5 file of images.")
  var name: String

  func run() throws {
    let isFile =
      !DatasetCatalog.names.contains(name) && FileManager.default.fileExists(atPath: name)
    let verified =
      isFile
      ? VerifiedDataset(
        dataset: try ReadImages.reader.load(name, name: name, train: nil, test: nil),
        isPublished: false)
      : try DatasetCatalog.verify(name, environment: ProcessInfo.processInfo.environment)
    let dataset = verified.dataset
    func list(_ numbers: [Double]) -> String {
      numbers.map { fixed($0, 4) }.joined(separator: ", ")
    }
    put(
      """
      \(name): \(dataset.train.count) training and \(dataset.test.count) test images, \
      \(dataset.classes) classes, SHA-256 \(dataset.digest)\(verified.isPublished ? ", as published" : "")
      an image: \(dataset.train.channels) × \(dataset.train.height) × \(dataset.train.width) \
      (channels × height × width); x/255 has the mean \(list(dataset.mean)) taken off and is divided by \
      \(list(dataset.standardDeviation))
      training images of each class: \(Self.counts(of: dataset.train, dataset.classes))
      """)
    if !isFile, !verified.isPublished, DatasetCatalog.outline(name) != nil {
      complain(
        "nothing is known to compare these files with; inertia data fetch \(name) fetches published ones"
      )
    }
  }

  /// How many images each class has: `6000`, or one after another from class 0 if they differ.
  private static func counts(of images: ImageSet, _ classes: Int) -> String {
    var counts = [Int](repeating: 0, count: classes)
    for label in images.labels { counts[Int(label)] += 1 }
    return Set(counts).count == 1
      ? "\(counts[0])" : counts.map { "\($0)" }.joined(separator: ", ")
  }
}
