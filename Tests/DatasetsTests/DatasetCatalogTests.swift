import Datasets
import Foundation
import Testing

@Suite struct DatasetCatalogTests {
  @Test func plainAndCompressedFilesAreRead() throws {
    try withTemporaryFolder { data in
      let folder = try writeDataset(in: data)
      let environment = ["INERTIA_DATA": data]
      let plain = try DatasetCatalog.load(
        "mnist", train: nil, test: nil, environment: environment)
      #expect(Array(plain.train.labels) == [0, 1, 2])
      #expect(
        Array(plain.train.pixels) == (0..<3).flatMap { Array(repeating: UInt8($0), count: 784) })
      #expect(plain.test.count == 2)
      #expect((plain.train.height, plain.train.width, plain.train.channels) == (28, 28, 1))
      #expect(plain.mean == [0.1307] && plain.standardDeviation == [0.3081])
      #expect(try DatasetCatalog.verify("mnist", environment: environment).isPublished == false)
      try run("/usr/bin/env", "gzip", "-r", folder)
      #expect(
        try DatasetCatalog.load("mnist", train: 3, test: 2, environment: environment) == plain)
      // Beside a file as published, one unpacked by hand is not read, and `verify` sees what is.
      try Data(labels(4)).write(to: URL(filePath: "\(folder)/train-labels-idx1-ubyte"))
      #expect(
        try DatasetCatalog.load("mnist", train: 3, test: 2, environment: environment) == plain)
      let error = #expect(throws: DatasetError.self) {
        try DatasetCatalog.verify("mnist", environment: environment)
      }
      guard case .wrongFile("\(folder)/train-images-idx3-ubyte.gz", _, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      let first = try DatasetCatalog.load("mnist", train: 2, test: 1, environment: environment)
      #expect(first.train == plain.train.prefix(2))
      #expect(first.test == plain.test.prefix(1))
    }
  }

  /// `hashlib.sha256(struct.pack("<6Q", 3, 2, 1, 28, 28, 10) + pixels + labels + …)` in Python.
  @Test func digestIsThatOfPython() throws {
    #expect(throws: DatasetError.notRead(name: "imagenet")) {
      try DatasetCatalog.load("imagenet", train: 1, test: 1, environment: [:])
    }
    try withTemporaryFolder { data in
      _ = try writeDataset(in: data)
      let dataset = try DatasetCatalog.load(
        "mnist", train: nil, test: nil, environment: ["INERTIA_DATA": data])
      #expect(
        dataset.digest == "edaa809c8db187bff876e4cab96f4f0cc53be1b9af6d774f33f54a681f7047d4")
    }
  }

  /// What each spoilt file says, after its path.
  @Test func damageIsNamedWithItsPlace() throws {
    let cases: [(file: String, bytes: [UInt8], message: String)] = [
      (
        "train-images-idx3-ubyte", Array(images(3).dropLast()),
        "byte 2367: the file ends here, but announces 2368 bytes; get it again"
      ),
      (
        "train-images-idx3-ubyte", Array(images(3).prefix(10)),
        "byte 10: the file ends here, but announces 16 bytes; get it again"
      ),
      (
        "train-images-idx3-ubyte", [],
        "byte 0: the file ends here, but announces 16 bytes; get it again"
      ),
      (
        "train-images-idx3-ubyte", images(3) + [0],
        "byte 2368: the file goes on after all it announces; get it again"
      ),
      (
        "train-images-idx3-ubyte", labels(3) + images(3),
        "byte 0: the file starts with 0x00000801, not with 0x00000803"
      ),
      (
        "train-images-idx3-ubyte", bigEndian([0x803, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF]),
        "byte 4: the file announces 4294967295×4294967295×4294967295 values, which this dataset cannot have"
      ),
      (
        "train-images-idx3-ubyte", bigEndian([0x803, 0, 28, 28]),
        "byte 4: the file announces 0×28×28 values, which this dataset cannot have"
      ),
      (
        "train-images-idx3-ubyte", images(3, side: 14),
        "byte 4: the file announces 3×14×14 values, which this dataset cannot have"
      ),
      (
        "train-labels-idx1-ubyte", bigEndian([0x801, 3]) + [0, 10, 1],
        "byte 9: the label 10 is not in 0 to 9"
      ),
    ]
    for (file, bytes, message) in cases {
      try withTemporaryFolder { data in
        let folder = try writeDataset(in: data, changing: [file: bytes])
        let error = #expect(throws: DatasetError.self) {
          try DatasetCatalog.load(
            "mnist", train: nil, test: nil, environment: ["INERTIA_DATA": data])
        }
        #expect(error?.description == "\(folder)/\(file): \(message)")
      }
    }
    try withTemporaryFolder { data in
      let folder = try writeDataset(in: data, changing: ["t10k-labels-idx1-ubyte": labels(3)])
      #expect(
        throws: DatasetError.countMismatch(
          images: "\(folder)/t10k-images-idx3-ubyte", count: 2,
          labels: "\(folder)/t10k-labels-idx1-ubyte", labelCount: 3)
      ) {
        try DatasetCatalog.load(
          "mnist", train: 1, test: 1, environment: ["INERTIA_DATA": data])
      }
    }
  }

  /// Every beginning of a compressed file, and every byte of it flipped, is refused or read as before.
  @Test func damagedCompressionIsNoticed() throws {
    try withTemporaryFolder { data in
      let folder = try writeDataset(in: data)
      try run("/usr/bin/env", "gzip", "-n", "-r", folder)
      let file = URL(filePath: "\(folder)/train-labels-idx1-ubyte.gz")
      let whole = try Data(contentsOf: file)
      let environment = ["INERTIA_DATA": data]
      let expected = try DatasetCatalog.load(
        "mnist", train: nil, test: nil, environment: environment)
      for length in 0..<whole.count {
        try whole.prefix(length).write(to: file)
        #expect(throws: DatasetError.self, "\(length) bytes") {
          try DatasetCatalog.load("mnist", train: nil, test: nil, environment: environment)
        }
      }
      for index in whole.indices {
        var spoilt = whole
        spoilt[index] ^= 0x10
        try spoilt.write(to: file)
        do {
          let read = try DatasetCatalog.load(
            "mnist", train: nil, test: nil, environment: environment)
          // Some bits, of the header and after the last block, mean nothing for the content.
          #expect(read == expected, "byte \(index)")
        } catch is DatasetError {}
      }
    }
  }

  /// A file that would decompress to a thousand times its size is not decompressed further than needed.
  @Test func decompressionIsCapped() throws {
    try withTemporaryFolder { data in
      let folder = try writeDataset(
        in: data,
        changing: [
          "train-images-idx3-ubyte": images(3) + Array(repeating: 0, count: 50_000_000)
        ])
      try run("/usr/bin/env", "gzip", "-1", "-r", folder)
      let before = try secondsOfThisThread()
      #expect(
        throws: DatasetError.oversized(file: "\(folder)/train-images-idx3-ubyte.gz", offset: 2368)
      ) {
        try DatasetCatalog.load(
          "mnist", train: nil, test: nil, environment: ["INERTIA_DATA": data])
      }
      #expect(try secondsOfThisThread() - before < 0.1)
    }
  }

  /// What this thread has had of a core: however busy the machine is, that is the same.
  private func secondsOfThisThread() throws -> Double {
    var time = timespec()
    let status = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    try #require(status == 0)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  @Test func missingDatasetsSayHowToGetThem() throws {
    let environment = ["INERTIA_DATA": "/no/such"]
    let error = #expect(throws: DatasetError.self) {
      try DatasetCatalog.load("mnist", train: 1, test: 1, environment: environment)
    }
    #expect(
      error?.description
        == "the dataset 'mnist' is not in /no/such/mnist; set INERTIA_DATA to a folder for datasets and "
        + "run: inertia data fetch mnist")
    let unset = #expect(throws: DatasetError.self) {
      try DatasetCatalog.load("mnist", train: 1, test: 1, environment: [:])
    }
    #expect(unset?.description.contains("$INERTIA_DATA/mnist") == true)
    let unknown = #expect(throws: DatasetError.self) {
      try DatasetCatalog.load("cifar", train: 1, test: 1, environment: [:])
    }
    #expect(
      unknown?.description
        == "there is no dataset 'cifar'; there are: fashion-mnist, mnist, cifar-10, cifar-100, "
        + "synthetic, synthetic-color, imagenet"
    )
    try withTemporaryFolder { data in
      _ = try writeDataset(in: data)
      #expect(
        throws: DatasetError.tooFew(name: "mnist", part: "training", asked: 4, available: 3)
      ) {
        try DatasetCatalog.load("mnist", train: 4, test: 1, environment: ["INERTIA_DATA": data])
      }
      #expect(
        throws: DatasetError.tooFew(name: "mnist", part: "test", asked: 3, available: 2)
      ) {
        try DatasetCatalog.load("mnist", train: 1, test: 3, environment: ["INERTIA_DATA": data])
      }
    }
  }

  @Test func listingsSayWhereThingsAre() throws {
    try withTemporaryFolder { data in
      let folder = try writeDataset(in: data)
      let listings = DatasetCatalog.list(environment: ["INERTIA_DATA": data])
      #expect(listings.map(\.name) == DatasetCatalog.names)
      #expect(listings[1].location == .folder(folder))
      #expect(listings[4].location == .computed)
      let elsewhere = DatasetCatalog.list(environment: ["INERTIA_DATA": "/no/such"])
      guard case .missing(let error) = elsewhere[1].location else {
        Issue.record("mnist is not missing: \(elsewhere[1].location)")
        return
      }
      #expect(error.description.contains("inertia data fetch mnist"))
    }
  }
}

/// The package dataset-fashion-mnist, where it is installed.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
struct FashionMNISTTests {
  @Test func firstTenThousandLoadQuickly() throws {
    let clock = ContinuousClock()
    var dataset: ImageDataset?
    // The best of three, since the machine may be doing something else.
    let durations = try (0..<3).map { _ in
      try clock.measure {
        dataset = try DatasetCatalog.load(
          "fashion-mnist", train: 10_000, test: 10_000, environment: [:])
      }
    }
    #expect(durations.contains { $0 < .milliseconds(500) }, "\(durations)")
    #expect(dataset.map { Array($0.train.labels.prefix(8)) } == [9, 0, 0, 3, 0, 2, 7, 2])
    #expect(dataset?.digest == "d8fcf7c08d2802c8529b69de60ce44b0f7ba31cb00b40ed89d65e09b9093a998")
  }

  @Test func allOfItIsThePublishedOne() throws {
    let verified = try DatasetCatalog.verify("fashion-mnist", environment: [:])
    let dataset = verified.dataset
    #expect(verified.isPublished)
    #expect((dataset.train.count, dataset.test.count) == (60_000, 10_000))
    // The constants of normalisation are the mean and deviation of the training pixels.
    let (sum, squares) = dataset.train.pixels.reduce(into: (0, 0)) {
      $0.0 += Int($1)
      $0.1 += Int($1) * Int($1)
    }
    let count = Double(dataset.train.pixels.count)
    let mean = Double(sum) / count / 255
    let variance = Double(squares) / count / 255 / 255 - mean * mean
    #expect(abs(mean - dataset.mean[0]) < 1e-4)
    #expect(abs(variance.squareRoot() - dataset.standardDeviation[0]) < 1e-4)
  }
}
