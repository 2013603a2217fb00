import Foundation
import Testing

/// The same digests whatever the number of workers and threads, and whatever dies on the way.
@Suite(.serialized) struct SameBitsTests {
  private func digests(
    _ study: TinyStudy, _ arguments: [String]
  ) throws -> String {
    let inertia = try Inertia()
    try inertia.folder.write(study.text, to: "tiny.yaml")
    let outcome = try inertia.start(["run", "tiny.yaml"] + arguments).wait()
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try inertia.folder.read("results/tiny/digests.txt")
  }

  @Test func `workers and threads change no bit`() throws {
    let study = TinyStudy()
    let reference = try digests(study, ["--jobs", "1"])
    #expect(reference.split(separator: "\n").count == 12)
    for arguments in [
      ["--jobs", "2"], ["--jobs", "4"], ["--jobs", "1", "--threads", "2"],
      ["--jobs", "2", "--threads", "2"],
    ] {
      #expect(try digests(study, arguments) == reference, "\(arguments)")
    }
  }

  @Test func `another executable as worker changes no bit`() throws {
    let inertia = try Inertia()
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    try inertia.folder.write(
      "#!/bin/sh\n: >started\nexec '\(Inertia.executable)' \"$@\"\n", to: "worker")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(inertia.folder.path)/worker")
    try inertia.succeed("run", "tiny.yaml", "--worker", "./worker")
    #expect(inertia.folder.exists("started"))
    #expect(
      try inertia.folder.read("results/tiny/digests.txt") == digests(TinyStudy(), ["--jobs", "1"]))
  }

  /// What is killed in the middle of a run.
  enum Victim: String, CaseIterable { case worker, runner, all }

  @Test(arguments: Victim.allCases) func `SIGKILL at any moment changes no bit`(victim: Victim)
    throws
  {
    let reference = try Self.slowDigests.get()
    var generator = SeededGenerator(state: 0x5EED ^ UInt64(victim.rawValue.utf8.count))
    for _ in 0..<2 {
      let inertia = try Inertia()
      try inertia.folder.write(TinyStudy.slow.text, to: "tiny.yaml")
      let run = try inertia.start(["run", "tiny.yaml", "--jobs", "2"])
      Thread.sleep(forTimeInterval: Double.random(in: 0.3...2.5, using: &generator))
      let workers = run.workers
      switch victim {
      case .worker:
        if let worker = workers.randomElement(using: &generator) { kill(worker, SIGKILL) }
      case .runner: kill(run.process.processIdentifier, SIGKILL)
      case .all: for pid in [run.process.processIdentifier] + workers { kill(pid, SIGKILL) }
      }
      _ = try run.wait()
      try inertia.succeed("run", "tiny.yaml", "--jobs", "2")
      #expect(try inertia.folder.read("results/tiny/digests.txt") == reference)
      try inertia.succeed("verify", "results/tiny")
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a stop takes two seconds at most, keeps the state and exits with 130`(signal: Int32) throws
  {
    let inertia = try Inertia()
    try inertia.folder.write(TinyStudy.slow.text, to: "tiny.yaml")
    let run = try inertia.start(["run", "tiny.yaml", "--jobs", "2"])
    // Long enough for a cell to be under way, short enough for some to be left.
    let work = "\(inertia.folder.path)/results/work"
    while try !inertia.folder.names(in: "results/work").contains(where: { $0.hasSuffix(".claim") })
    {
      Thread.sleep(forTimeInterval: 0.02)
      try #require(run.process.isRunning)
    }
    Thread.sleep(forTimeInterval: 0.4)
    let workers = run.workers
    let begin = ContinuousClock.now
    kill(run.process.processIdentifier, signal)
    let outcome = try run.wait()
    #expect(begin.duration(to: .now) < .seconds(2.5))
    #expect(outcome.status == 130)
    for worker in workers { #expect(kill(worker, 0) != 0, "worker \(worker) is left") }
    let left = try FileManager.default.contentsOfDirectory(atPath: work)
    #expect(!left.contains { $0.hasSuffix(".claim") })
    #expect(left.contains { $0.hasSuffix(".checkpoint") })
    try inertia.succeed("run", "tiny.yaml", "--jobs", "2")
    #expect(try inertia.folder.read("results/tiny/digests.txt") == Self.slowDigests.get())
  }

  @Test func `two runners share a folder`() throws {
    let inertia = try Inertia()
    try inertia.folder.write(TinyStudy.slow.text, to: "tiny.yaml")
    let runs = try (0..<2).map { _ in try inertia.start(["run", "tiny.yaml", "--jobs", "1"]) }
    for run in runs { #expect(try run.wait().status == 0) }
    #expect(try inertia.folder.read("results/tiny/digests.txt") == Self.slowDigests.get())
    #expect(try inertia.folder.files(in: "results/work").isEmpty)
  }

  /// The digests of the slow study, trained without any interruption.
  private static let slowDigests: Result<String, any Error> = Result {
    let inertia = try Inertia()
    try inertia.folder.write(TinyStudy.slow.text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml", "--jobs", "2")
    return try inertia.folder.read("results/tiny/digests.txt")
  }
}

/// SplitMix64: the same moments in every run of the tests.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
