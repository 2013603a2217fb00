import Foundation
import Testing

/// The built program, run in a folder of its own.
struct Inertia: Sendable {
  /// What a command left.
  struct Outcome: Sendable {
    let status: Int32
    let output: String
    let errors: String
  }

  /// A command that is running.
  final class Running: Sendable {
    let process: Process
    fileprivate let output: FileHandle
    fileprivate let errors: FileHandle

    fileprivate init(_ process: Process, _ output: FileHandle, _ errors: FileHandle) {
      (self.process, self.output, self.errors) = (process, output, errors)
    }

    func wait() throws -> Outcome {
      process.waitUntilExit()
      let (output, errors) = (try text(of: output), try text(of: errors))
      return Outcome(status: process.terminationStatus, output: output, errors: errors)
    }

    /// Its children, as the kernel lists them: each belongs to the thread that started it.
    var workers: [Int32] {
      let tasks = "/proc/\(process.processIdentifier)/task"
      do {
        return try FileManager.default.contentsOfDirectory(atPath: tasks).flatMap { thread in
          let list = FileManager.default.contents(atPath: "\(tasks)/\(thread)/children")
          return String(decoding: list ?? Data(), as: UTF8.self).split(separator: " ")
            .compactMap { Int32($0) }
        }
      } catch {
        return []
      }
    }

    /// Halts it and its workers in a moment in which this holds, so that it goes on to; returns them all.
    func halt(when holds: () throws -> Bool) throws -> [Int32] {
      while process.isRunning {
        let all = [process.processIdentifier] + workers
        for one in all { kill(one, SIGSTOP) }
        if try holds() { return all }
        for one in all { kill(one, SIGCONT) }
        Thread.sleep(forTimeInterval: 0.002)
      }
      throw CocoaError(.featureUnsupported, userInfo: ["ended": try wait().errors])
    }

    /// Halts it in such a moment and lets it go on with an interrupt, as from Ctrl-C.
    func interrupt(when holds: () throws -> Bool) throws -> Outcome {
      let all = try halt(when: holds)
      process.interrupt()
      for one in all { kill(one, SIGCONT) }
      return try wait()
    }

    private func text(of file: FileHandle) throws -> String {
      try file.seek(toOffset: 0)
      return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }
  }

  /// The root of this repository.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Next to the tests' own executable, wherever that was built; `INERTIA_BINARY` overrides.
  static let executable: String = {
    if let path = ProcessInfo.processInfo.environment["INERTIA_BINARY"] { return path }
    let places = CommandLine.arguments + [Bundle.main.executablePath ?? "", Bundle.main.bundlePath]
    for place in places where place.contains(".build/") {
      var folder = URL(fileURLWithPath: place)
      while folder.path.contains(".build/") {
        let candidate = folder.appendingPathComponent("inertia").path
        if FileManager.default.isExecutableFile(atPath: candidate), !isFolder(candidate) {
          return candidate
        }
        folder.deleteLastPathComponent()
      }
    }
    return "inertia"
  }()

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Starts a command in the folder.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    var all = ProcessInfo.processInfo.environment
    all["INERTIA_DATA"] = nil
    process.environment = all.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: nobody need read them meanwhile.
    let (output, errors) = (try folder.scratch(), try folder.scratch())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    return Running(process, output, errors)
  }

  /// Runs a command to its end.
  @discardableResult
  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try start(arguments, environment: environment).wait()
  }

  /// Runs a command that is to succeed.
  @discardableResult
  func succeed(_ arguments: String..., location: SourceLocation = #_sourceLocation) throws
    -> Outcome
  {
    let outcome = try start(arguments).wait()
    try #require(
      outcome.status == 0, "\(arguments): \(outcome.errors)", sourceLocation: location)
    return outcome
  }
}

/// A folder that is removed when its owner ends.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "inertia-commands-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      FileHandle.standardError.write(Data("cannot remove \(path): \(error)\n".utf8))
    }
  }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")), as: UTF8.self)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

  /// The names in a folder; none if it is absent.
  func names(in folder: String) throws -> [String] {
    exists(folder) ? try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)") : []
  }

  /// Every file under a folder, with its content, by path.
  func files(in folder: String) throws -> [String: Data] {
    guard exists(folder) else { return [:] }
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: "\(path)/\(folder)") {
      let path = "\(path)/\(folder)/\(name)"
      if !isFolder(path) {
        files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
      }
    }
    return files
  }

  /// A file for a command's output, which has no name.
  fileprivate func scratch() throws -> FileHandle {
    let path = "\(path)/.scratch-\(UUID().uuidString)"
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forUpdatingAtPath: path)
    else { throw CocoaError(.fileNoSuchFile) }
    try FileManager.default.removeItem(atPath: path)
    return file
  }
}

private func isFolder(_ path: String) -> Bool {
  do {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return attributes[.type] as? FileAttributeType == .typeDirectory
  } catch {
    return false
  }
}
