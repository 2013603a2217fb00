import Foundation

/// The program curl, which knows https, certificates and proxies.
struct Curl {
  private let program: URL
  /// The only scheme it may use.
  private let scheme: String

  /// How a transfer ended.
  enum Result {
    case complete
    case tooLarge
    /// The server refused, perhaps because it cannot continue from there.
    case refused(status: Int32, reason: String)
    /// The transfer failed on its way.
    case broken(status: Int32, reason: String)
  }

  init(environment: [String: String], scheme: String) throws(FetchError) {
    let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    let candidates = folders.map { "\($0)/curl" }
    guard let path = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      throw .noCurl
    }
    (program, self.scheme) = (URL(filePath: path), scheme)
  }

  /// Appends what the address holds from byte `start` on to a file of that length.
  ///
  /// The bytes pass through here and are counted, since a server need not tell the truth about how many come.
  func append(
    _ address: String, to path: String, from start: Int, limit: Int
  ) throws(FetchError) -> Result {
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = program
    process.arguments = [
      "--disable", "--silent", "--show-error", "--fail", "--location", "--proto", "=\(scheme)",
      "--proto-redir", "=https", "--connect-timeout", "30", "--speed-limit", "1", "--speed-time",
      "60", "--continue-at", "\(start)", "--url", address,
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      let file = try appending(path)
      defer { file.closeFile() }
      try process.run()
      var length = start
      while let bytes = try output.fileHandleForReading.read(upToCount: 1 << 16), !bytes.isEmpty {
        length += bytes.count
        if length > limit {
          // Nobody reads on, so it ends; a signal it might have inherited as blocked.
          try output.fileHandleForReading.close()
          process.waitUntilExit()
          return .tooLarge
        }
        try file.write(contentsOf: bytes)
      }
      process.waitUntilExit()
      let status = process.terminationStatus
      if status == 0 { return .complete }
      let message = try errors.fileHandleForReading.readToEnd() ?? Data()
      let reason = String(decoding: message, as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      // 22: the server answered with an error; 33 and 36: it cannot continue from there.
      return [22, 33, 36].contains(status)
        ? .refused(status: status, reason: reason) : .broken(status: status, reason: reason)
    } catch {
      output.fileHandleForReading.closeFile()
      throw .local(path: path, reason: error.localizedDescription)
    }
  }

  /// The file, made if there is none, with its end as the place to write.
  private func appending(_ path: String) throws -> FileHandle {
    if !FileManager.default.fileExists(atPath: path) {
      try Data().write(to: URL(filePath: path))
    }
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
    return file
  }
}
