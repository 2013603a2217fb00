import Datasets
import Foundation
import Testing

/// A reading process that goes wrong in every way gives one clear message.
@Suite struct ImageFileReaderTests {
  /// What reading a file comes to with this shell script as the reading process.
  private func error(_ script: String) throws -> String? {
    var message: String?
    try withTemporaryFolder { folder in
      try Data("file".utf8).write(to: URL(filePath: "\(folder)/mine.h5"))
      let reader = ImageFileReader(program: "/bin/sh", arguments: ["-c", script, "reader"])
      let error = #expect(throws: DatasetError.self) {
        try reader.load("\(folder)/mine.h5", name: "mine", train: nil, test: 2)
      }
      message = error?.description.replacingOccurrences(of: "\(folder)/", with: "")
    }
    return message
  }

  private let harm = "; the file is damaged, or made to do harm"

  @Test func crashesAndHangsAreNamed() throws {
    #expect(try error("kill -SEGV $$") == "mine.h5: reading it crashed (signal 11)\(harm)")
    // Threads of a test block this signal, and children inherit that.
    let alarm =
      "import os, signal as s; s.pthread_sigmask(s.SIG_UNBLOCK, [14]); os.kill(os.getpid(), 14)"
    #expect(
      try error("exec python3 -c '\(alarm)'")
        == "mine.h5: reading it took more than 30 seconds\(harm)")
    #expect(try error("exit 3") == "mine.h5: reading it failed (status 3)\(harm)")
    #expect(try error("echo trap >&2; exit 1") == "mine.h5: reading it failed (status 1)\(harm)")
  }

  @Test func itsOwnMessageIsPassedOn() throws {
    #expect(
      try error("echo \"Error: $6: /train: no such group\" >&2; exit 1")
        == "mine.h5: /train: no such group")
  }

  /// A header with these counts and classes, and so many bytes after it.
  private func answer(
    train: Int = 2, test: Int = 2, classes: Int = 2, sd: String = "0.5", bytes: Int = 20
  ) -> String {
    let header = """
      {"channels":1,"classes":\(classes),"digest":"","height":2,"mean":[0.5],"name":"",\
      "standardDeviation":[\(sd)],"test":\(test),"train":\(train),"width":2}
      """
    let length = String(header.utf8.count, radix: 8)
    return "printf '\\\(length)\\0\\0\\0\\0\\0\\0\\0%s' '\(header)'; head -c \(bytes) /dev/zero"
  }

  @Test func whatItHandsOverIsChecked() throws {
    let nonsense = "mine.h5: reading it gave what cannot be\(harm)"
    #expect(try error("") == nonsense)
    #expect(try error("head -c 100 /dev/zero") == nonsense)
    #expect(try error("printf '\\1\\0\\0\\0\\0\\0\\0\\377'") == nonsense)
    #expect(try error(answer(bytes: 19)) == nonsense)
    #expect(try error(answer(bytes: 21)) == nonsense)
    #expect(try error(answer(train: -1)) == nonsense)
    #expect(try error(answer(train: 1 << 60)) == nonsense)
    #expect(try error(answer(classes: 257)) == nonsense)
    #expect(try error(answer(sd: "0"))?.contains("mean and sd") == true)
    #expect(try error(answer(sd: "1,1"))?.contains("mean and sd") == true)
    #expect(
      try error(answer(classes: 1, bytes: 19) + "; printf '\\1'")
        == "mine.h5: a label is not below 1")
    // One that never stops is stopped.
    #expect(try error(answer() + "; cat /dev/zero") != nil)
  }

  @Test func filesThatAreNotThereAreNamed() throws {
    let reader = ImageFileReader(program: "/bin/false", arguments: [])
    for path in ["/no/such.h5", "/tmp"] {
      let error = #expect(throws: DatasetError.self) {
        try reader.load(path, name: "mine", train: nil, test: nil)
      }
      #expect(error?.description.hasPrefix("cannot open '\(path)'") == true)
    }
  }

  @Test func plainAnswersBecomeImages() throws {
    try withTemporaryFolder { folder in
      try Data("file".utf8).write(to: URL(filePath: "\(folder)/mine.h5"))
      let script = answer(bytes: 0) + "; printf 'abcdABCD\\0\\1efghEFGH\\1\\1'"
      let reader = ImageFileReader(program: "/bin/sh", arguments: ["-c", script, "reader"])
      let dataset = try reader.load("\(folder)/mine.h5", name: "mine", train: nil, test: nil)
      #expect(Array(dataset.train.pixels) == Array("abcdABCD".utf8))
      #expect(Array(dataset.train.labels) == [0, 1])
      #expect(Array(dataset.test.pixels) == Array("efghEFGH".utf8))
      #expect(Array(dataset.test.labels) == [1, 1])
      #expect((dataset.name, dataset.classes, dataset.mean) == ("mine", 2, [0.5]))
    }
  }
}
