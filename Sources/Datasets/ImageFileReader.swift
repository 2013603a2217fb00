import Foundation
import Storage

/// Reads a user's own images through another process, which may be ended by what is in the file.
///
/// Nothing but plain numbers comes from there, and they are checked here.
public struct ImageFileReader: Sendable {
  private let program: String
  private let arguments: [String]

  /// - Parameters:
  ///   - program: what hands over a file as ``ImageFile/stream(train:test:to:)`` does.
  ///   - arguments: what it is given before `--seconds S [--train N] [--test N] -- PATH`; the last is the
  ///     time after which it is to end itself.
  public init(program: String, arguments: [String]) {
    (self.program, self.arguments) = (program, arguments)
  }

  /// The first images of a file; all, where no number is given.
  ///
  /// - Throws: ``DatasetError``, with one message however the other process ends.
  public func load(
    _ path: String, name: String, train: Int?, test: Int?
  ) throws(DatasetError) -> ImageDataset {
    let size: Int
    do throws(StorageError) {
      guard let status = try Files.status(path), !status.isFolder else {
        throw StorageError(.open, path, errno: try Files.status(path) == nil ? ENOENT : EISDIR)
      }
      size = status.size
    } catch {
      throw .storage(error)
    }
    // A slow disk gives some megabytes a second.
    var options = ["--seconds", "\(30 + size >> 22)"]
    if let train { options += ["--train", "\(train)"] }
    if let test { options += ["--test", "\(test)"] }
    var (header, bytes) = try run(options + ["--", path], path)
    func refuse(_ reason: String) -> DatasetError { .refused(file: path, reason: reason) }
    header.name = name
    if header.mean.isEmpty, header.standardDeviation.isEmpty {
      try header.measure(bytes, path)
    }
    guard
      header.mean.count == header.channels, header.standardDeviation.count == header.channels,
      header.mean.allSatisfy(\.isFinite),
      header.standardDeviation.allSatisfy({ $0.isFinite && $0 > 0 })
    else {
      throw refuse("the attributes mean and sd must have a number for each channel, and sd no 0")
    }
    let dataset = ImageDataset(header, ImageBytes(bytes))
    for set in [dataset.train, dataset.test]
    where set.labels.contains(where: { $0 >= header.classes }) {
      throw refuse("a label is not below \(header.classes)")
    }
    return dataset
  }

  /// What the program hands over: exactly as many bytes as its header announces.
  private func run(
    _ options: [String], _ path: String
  ) throws(DatasetError) -> (ImageHeader, [UInt8]) {
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: program)
    process.arguments = arguments + options
    // No filter is loaded from outside, even if the program forgot to say so.
    process.environment = ProcessInfo.processInfo.environment.merging([
      "HDF5_PLUGIN_PRELOAD": "::", "SWIFT_BACKTRACE": "enable=no",
    ]) { $1 }
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (output, errors)
    var header: ImageHeader?
    var bytes: [UInt8] = []
    var message = ""
    do {
      try process.run()
      var expected = 8 + ImageHeader.mostBytes
      // One byte too many is noticed.
      while bytes.count <= expected,
        let more = try output.fileHandleForReading.read(upToCount: 1 << 20), !more.isEmpty
      {
        bytes += more
        if header == nil, let (found, length) = ImageHeader.first(of: bytes) {
          guard found.isPlausible else { break }
          (header, expected) = (found, found.size)
          bytes.removeFirst(length)
          bytes.reserveCapacity(expected + 1)
        }
      }
      // What still writes ends by that.
      try output.fileHandleForReading.close()
      message = String(
        decoding: try errors.fileHandleForReading.read(upToCount: 4096) ?? Data(), as: UTF8.self)
      process.waitUntilExit()
    } catch {
      throw .unreadable(file: path, how: "failed (\(error.localizedDescription))")
    }
    switch (process.terminationReason, process.terminationStatus) {
    case (.exit, 0):
      guard let header, bytes.count == header.size else {
        throw .unreadable(file: path, how: "gave what cannot be")
      }
      return (header, bytes)
    case (.exit, 1) where message.hasPrefix("Error: "):
      let reason = message.dropFirst("Error: ".count).prefix { $0 != "\n" }
      throw .refused(
        file: path,
        reason: String(reason.hasPrefix("\(path): ") ? reason.dropFirst(path.count + 2) : reason))
    case (.uncaughtSignal, SIGALRM), (.uncaughtSignal, SIGXCPU):
      throw .unreadable(file: path, how: "took more than \(options[1]) seconds")
    case (.uncaughtSignal, let signal):
      throw .unreadable(file: path, how: "crashed (signal \(signal))")
    case (_, let status):
      throw .unreadable(file: path, how: "failed (status \(status))")
    }
  }
}

extension ImageHeader {
  /// Whether its numbers are in their ranges, so that nothing overflows.
  fileprivate var isPlausible: Bool {
    let sides = 1...ImageFile.largestSide
    let counts = 1...ImageFile.mostImages
    guard sides ~= height, sides ~= width, 1...ImageFile.mostChannels ~= channels,
      counts ~= train, counts ~= test, 1...ImageFile.mostClasses ~= classes
    else { return false }
    return size <= 3 * ImageFile.mostBytes
  }

  /// Fills in the mean and the deviation (divided by the number of pixels) of each channel of the training
  /// images, which the bytes begin with; x/255 is what is averaged.
  fileprivate mutating func measure(_ bytes: [UInt8], _ path: String) throws(DatasetError) {
    let pixels = train * height * width
    for channel in 0..<channels {
      var (sum, squares) = (0, 0)
      for pixel in 0..<pixels {
        let value = Int(bytes[pixel * channels + channel])
        sum += value
        squares += value * value
      }
      let average = Double(sum) / Double(pixels)
      let variance = Double(squares) / Double(pixels) - average * average
      guard variance > 0 else {
        throw .refused(
          file: path,
          reason: "all training pixels of channel \(channel) are the same; say how they become"
            + " numbers with the attributes mean and sd")
      }
      mean.append(average / 255)
      standardDeviation.append(variance.squareRoot() / 255)
    }
  }
}
