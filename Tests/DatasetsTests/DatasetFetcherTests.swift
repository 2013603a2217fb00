import Datasets
import Foundation
import Testing

private let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"]

/// A server on this machine that can continue downloads, break off and lie; it ends with the value.
private struct Server: ~Copyable {
  private let process = Process()
  private let input = Pipe()
  let address: String

  init(folder: String) throws {
    let script = """
      import http.server, os, sys, threading
      class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
          name = self.path.strip('/')
          print(name, self.headers.get('Range'), file=open('requests', 'a'), flush=True)
          if name == 'endless':
            self.send_response(200); self.end_headers()
            try:
              while True: self.wfile.write(bytes(65536))
            except OSError: return
          kind, _, name = name.rpartition('-')
          if not os.path.exists(name): return self.send_error(404)
          data = open(name, 'rb').read()
          start = 0
          if 'Range' in self.headers and kind != 'plain':
            start = int(self.headers['Range'][6:-1])
            if start >= len(data): return self.send_error(416)
            self.send_response(206)
            self.send_header('Content-Range', f'bytes {start}-{len(data) - 1}/{len(data)}')
          else: self.send_response(200)
          self.send_header('Content-Length', str(len(data) - start))
          self.end_headers()
          self.wfile.write(data[start:len(data) // 2 if kind == 'broken' else None])
        def log_message(self, *_): pass
      threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
      os.chdir(sys.argv[1])
      server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
      print(server.server_port, flush=True)
      server.serve_forever()
      """
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, folder]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    address = "http://127.0.0.1:\(line.trimmingCharacters(in: .whitespacesAndNewlines))"
  }

  // It ends with its input; a signal it might have inherited as blocked.
  deinit { input.fileHandleForWriting.closeFile() }
}

@Suite struct DatasetFetcherTests {
  let content = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) })

  func withServer(_ body: (_ address: String, _ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try content.write(to: URL(filePath: "\(folder)/file"))
      let server = try Server(folder: folder)
      try body(server.address, folder)
    }
  }

  func download(_ address: String, limit: Int = 300_000) -> Download {
    Download(address: address, sha256: sha256(content), limit: limit)
  }

  @Test func filesAreFetchedOnce() throws {
    try withServer { address, folder in
      let path = "\(folder)/new/folder/copy"
      let download = download("\(address)/whole-file")
      #expect(try download.save(to: path, environment: environment))
      #expect(try Data(contentsOf: URL(filePath: path)) == content)
      #expect(try !download.save(to: path, environment: environment))
      let requests = try String(contentsOfFile: "\(folder)/requests", encoding: .utf8)
      #expect(requests == "whole-file None\n")
      #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    }
  }

  @Test func fileAddressesWorkToo() throws {
    try withTemporaryFolder { folder in
      try content.write(to: URL(filePath: "\(folder)/file"))
      let path = "\(folder)/copy"
      try content.prefix(1000).write(to: URL(filePath: path + ".part"))
      #expect(
        try download("file://\(folder)/file").save(to: path, environment: environment))
      #expect(try Data(contentsOf: URL(filePath: path)) == content)
    }
  }

  @Test func brokenDownloadsGoOn() throws {
    try withServer { address, folder in
      let path = "\(folder)/copy"
      let error = #expect(throws: FetchError.self) {
        try download("\(address)/broken-file").save(to: path, environment: environment)
      }
      guard case .failed(_, let status, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(status == 18)
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(try Data(contentsOf: URL(filePath: path + ".part")) == content.prefix(150_000))
      try download("\(address)/whole-file").save(to: path, environment: environment)
      #expect(try Data(contentsOf: URL(filePath: path)) == content)
      let requests = try String(contentsOfFile: "\(folder)/requests", encoding: .utf8)
      #expect(requests == "broken-file None\nwhole-file bytes=150000-\n")
    }
  }

  @Test func serversThatCannotContinueStartAgain() throws {
    try withServer { address, folder in
      let path = "\(folder)/copy"
      try content.prefix(1000).write(to: URL(filePath: path + ".part"))
      try download("\(address)/plain-file").save(to: path, environment: environment)
      #expect(try Data(contentsOf: URL(filePath: path)) == content)
    }
  }

  @Test func nothingOfAWrongFileIsKept() throws {
    try withServer { address, folder in
      let path = "\(folder)/copy"
      try Data("before".utf8).write(to: URL(filePath: path))
      let wrong = Download(
        address: "\(address)/whole-file", sha256: String(repeating: "0", count: 64), limit: 300_000)
      #expect(
        throws: FetchError.wrongDigest(
          address: wrong.address, expected: wrong.sha256, found: sha256(content))
      ) { try wrong.save(to: path, environment: environment) }
      #expect(try Data(contentsOf: URL(filePath: path)) == Data("before".utf8))
      #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    }
  }

  @Test(arguments: ["endless", "whole-file"])
  func longFilesAreCutOff(name: String) throws {
    try withServer { address, folder in
      let path = "\(folder)/copy"
      #expect(throws: FetchError.tooLarge(address: "\(address)/\(name)", limit: 100_000)) {
        try download("\(address)/\(name)", limit: 100_000).save(
          to: path, environment: environment)
      }
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    }
  }

  @Test func otherFailuresAreNamed() throws {
    try withServer { address, folder in
      let path = "\(folder)/copy"
      let missing = #expect(throws: FetchError.self) {
        try download("\(address)/whole-missing").save(to: path, environment: environment)
      }
      #expect(missing?.description.contains("404") == true)
      #expect(throws: FetchError.noCurl) {
        try download("\(address)/whole-file").save(to: path, environment: ["PATH": "/no/such"])
      }
      #expect(throws: FetchError.self) {
        try download("\(address)/whole-file").save(
          to: "\(folder)/file/x", environment: environment)
      }
    }
    for address in [
      "http://example.org/x", "ftp://example.org/x", "x", "", "file://host/x", "https:///x",
      "http://localhost.example.org/x", "--version",
    ] {
      #expect(throws: FetchError.badAddress(address)) {
        try download(address).save(to: "/no/such", environment: environment)
      }
    }
  }

  @Test func datasetsNeedAFolderAndASource() throws {
    #expect(throws: FetchError.noFolder) {
      try DatasetFetcher.fetch("mnist", environment: environment)
    }
    #expect(throws: FetchError.nothingToFetch(name: "synthetic")) {
      try DatasetFetcher.fetch("synthetic", environment: environment)
    }
    try withTemporaryFolder { folder in
      try Data(labels(3)).write(to: URL(filePath: "\(folder)/train-images-idx3-ubyte.gz"))
      let error = #expect(throws: FetchError.self) {
        try DatasetFetcher.fetch(
          "mnist", from: "file://\(folder)/",
          environment: environment.merging(["INERTIA_DATA": "\(folder)/data"]) { $1 })
      }
      guard case .wrongDigest = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/data/mnist").isEmpty)
    }
  }
}
