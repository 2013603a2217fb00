import ArgumentParser
import CPlatform
import Datasets
import Foundation

/// `inertia read-images`: what reads a user's file of images for other commands, in a process of its own.
struct ReadImages: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hand over the images of an HDF5 file; started by other commands.",
    shouldDisplay: false)

  @Option(help: "End after so many seconds, whatever happens.")
  var seconds: UInt32

  @Option var train: Int?
  @Option var test: Int?

  @Argument var file: String

  /// The memory it may use, in bytes.
  private static let memory: UInt = 2 << 30

  /// What starts this program as reader.
  static let reader = ImageFileReader(
    program: Bundle.main.executablePath ?? CommandLine.arguments[0], arguments: ["read-images"])

  func run() throws {
    platform_ignore_signal(SIGPIPE)
    _ = platform_signal_when_parent_ends(SIGKILL)
    guard platform_confine(Self.memory, seconds, seconds) == 0 else {
      throw CommandError.cannotConfine
    }
    try ImageFile(path: file).stream(train: train, test: test) {
      try FileHandle.standardOutput.write(contentsOf: Data($0))
    }
  }
}
