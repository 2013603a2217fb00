import Datasets
import Foundation
import Testing

/// Small relatives of CIFAR: files of three images, the labels of an image given.
private func relative(labels: Int, classes: Int, files: [String: [UInt8]] = [:]) -> CIFARDataset {
  let size = 3 * (labels + 3072)
  return CIFARDataset(
    name: "relative", summary: "a test", classes: classes, mean: [0.5, 0.5, 0.5],
    standardDeviation: [0.25, 0.25, 0.25], labels: labels, trainingFiles: 2,
    origin: DatasetOrigin(
      folder: "https://example.org",
      files: ["a.bin", "b.bin", "c.bin"].map {
        DatasetOrigin.File($0, size: size, sha256: files[$0].map { sha256($0) } ?? "")
      },
      archive: DatasetOrigin.Archive(
        DatasetOrigin.File("relative.tar.gz", size: 1 << 20, sha256: ""), folder: "relative",
        mostBytes: 1 << 20)))
}

/// Images of a file, from a number on: image n has the label n modulo 3 behind other ones, and pixels from a
/// generator.
private func records(_ numbers: Range<Int>, labels: Int) -> [UInt8] {
  var bytes: [UInt8] = []
  for number in numbers {
    bytes += [UInt8](repeating: 99, count: labels - 1)
    bytes.append(UInt8(number % 3))
    for pixel in 0..<3072 {
      let value: Int = (number * 3072 + pixel) &* 2_654_435_761
      bytes.append(UInt8(truncatingIfNeeded: value >> 7))
    }
  }
  return bytes
}

private func write(_ files: [String: [UInt8]], in folder: String) throws {
  for (name, bytes) in files {
    try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
  }
}

@Suite struct CIFARDatasetTests {
  private func files(labels: Int) -> [String: [UInt8]] {
    [
      "a.bin": records(0..<3, labels: labels), "b.bin": records(3..<6, labels: labels),
      "c.bin": records(6..<9, labels: labels),
    ]
  }

  @Test(arguments: [1, 2]) func pixelsAndLabelsAreThoseOfTheFiles(labels: Int) throws {
    try withTemporaryFolder { folder in
      try write(files(labels: labels), in: folder)
      let dataset = try relative(labels: labels, classes: 3).load(
        from: folder, train: 5, test: nil)
      #expect(Array(dataset.train.labels) == [0, 1, 2, 0, 1])
      #expect(Array(dataset.test.labels) == [0, 1, 2])
      #expect(dataset.train.pixels.count == 5 * 3072)
      #expect((dataset.train.height, dataset.train.width, dataset.train.channels) == (32, 32, 3))
      // Image 4 is the second of b.bin; row 7, column 20, blue.
      let pixels = records(4..<5, labels: labels).dropFirst(labels)
      let place = pixels.startIndex + 2 * 1024 + 7 * 32 + 20
      #expect(dataset.train.pixels[4 * 3072 + (7 * 32 + 20) * 3 + 2] == pixels[place])
      #expect(
        throws: DatasetError.tooFew(name: "relative", part: "training", asked: 7, available: 6)
      ) { try relative(labels: labels, classes: 3).load(from: folder, train: 7, test: 1) }
    }
  }

  @Test func damageIsNamedWithItsPlace() throws {
    let whole = records(3..<6, labels: 1)
    let cases: [(bytes: [UInt8], message: String)] = [
      (
        Array(whole.dropLast()),
        "byte 9218: the file ends here, but announces 9219 bytes; get it again"
      ),
      (
        Array(whole.dropLast(3073)),
        "byte 6146: the file ends here, but announces 9219 bytes; get it again"
      ),
      ([], "byte 0: the file ends here, but announces 9219 bytes; get it again"),
      (whole + [0], "byte 9219: the file goes on after all it announces; get it again"),
      (whole + whole, "byte 9219: the file goes on after all it announces; get it again"),
      (
        Array(whole.prefix(3073)) + [3] + Array(whole.dropFirst(3074)),
        "byte 3073: the label 3 is not in 0 to 2"
      ),
    ]
    for (bytes, message) in cases {
      try withTemporaryFolder { folder in
        try write(files(labels: 1).merging(["b.bin": bytes]) { $1 }, in: folder)
        let error = #expect(throws: DatasetError.self) {
          try relative(labels: 1, classes: 3).load(from: folder, train: nil, test: nil)
        }
        #expect(error?.description == "\(folder)/b.bin: \(message)")
      }
    }
  }

  @Test func verifyingFindsEveryOtherByte() throws {
    try withTemporaryFolder { folder in
      var files = files(labels: 1)
      let published = relative(labels: 1, classes: 3, files: files)
      try write(files, in: folder)
      let verified = try published.verify(in: folder)
      #expect(verified.isPublished && verified.dataset.train.count == 6)
      files["c.bin"]?[100] ^= 1
      try write(files, in: folder)
      let error = #expect(throws: DatasetError.self) { try published.verify(in: folder) }
      #expect(
        error?.description.contains("\(folder)/c.bin is not the published file: its SHA-256 is")
          == true)
    }
  }

  /// The archive is checked, unpacked and removed; what is there already is not fetched.
  @Test func archivesAreFetchedAndUnpacked() throws {
    try withTemporaryFolder { folder in
      let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"]
      let files = files(labels: 2)
      let source = "\(folder)/source"
      try FileManager.default.createDirectory(
        atPath: "\(source)/relative", withIntermediateDirectories: true)
      try write(files, in: "\(source)/relative")
      try run("/usr/bin/env", "tar", "-czf", "\(source)/r.tar.gz", "-C", source, "relative")
      let archive = try Data(contentsOf: URL(filePath: "\(source)/r.tar.gz"))
      func origin(_ digest: String, names: [String] = ["a.bin", "c.bin"]) -> DatasetOrigin {
        DatasetOrigin(
          folder: "",
          files: names.map {
            DatasetOrigin.File($0, size: 9222, sha256: sha256(files[$0] ?? []))
          },
          archive: DatasetOrigin.Archive(
            DatasetOrigin.File("r.tar.gz", size: archive.count, sha256: digest),
            folder: "relative", mostBytes: 1 << 16))
      }
      func fetch(_ origin: DatasetOrigin) throws -> [Bool] {
        var fetched: [Bool] = []
        try DatasetFetcher.fetch(
          origin, from: "file://\(source)", into: "\(folder)/data", environment: environment
        ) { fetched.append($0.wasFetched) }
        return fetched
      }
      #expect(throws: FetchError.self) { try fetch(origin(sha256(Data()))) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/data").isEmpty)
      #expect(try fetch(origin(sha256(archive))) == [true, true])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/data").sorted() == [
          "a.bin", "c.bin",
        ])
      #expect(try Array(Data(contentsOf: URL(filePath: "\(folder)/data/c.bin"))) == files["c.bin"])
      try FileManager.default.removeItem(atPath: "\(source)/r.tar.gz")
      #expect(try fetch(origin(sha256(archive))) == [false, false])
      try archive.write(to: URL(filePath: "\(source)/r.tar.gz"))
      let error = #expect(throws: FetchError.self) {
        try fetch(origin(sha256(archive), names: ["a.bin", "d.bin"]))
      }
      #expect(error?.description.contains("does not hold the published 'd.bin'") == true)
    }
  }
}
