import Foundation
import Testing

/// Runs whose time is limited, or whose checkpoints are kept on the machine.
@Suite struct TimeLimitTests {
  private let inertia: Inertia

  init() throws { inertia = try Inertia() }

  /// Cells that take longer than any test waits.
  private static var endless: TinyStudy {
    var study = TinyStudy.slow
    (study.epochs, study.seeds) = (10_000, "[0]")
    return study
  }

  @Test func `a run stops in time, its cells saved`() throws {
    try inertia.folder.write(Self.endless.text, to: "endless.yaml")
    let begin = ContinuousClock.now
    let outcome = try inertia.run(
      "run", "endless.yaml", "--jobs", "2", "--time-limit", "0:20", "--checkpoint-every", "300")
    #expect(begin.duration(to: .now) < .seconds(20))
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains("2 taken further, 2 left, for want of time"))
    let names = try inertia.folder.names(in: "results/work")
    #expect(names.count == 2 && names.allSatisfy { $0.hasSuffix(".checkpoint") }, "\(names)")
    #expect(!inertia.folder.exists("results/tiny/tables"))
  }

  @Test func `a limit that leaves no time for a step is a mistake`() throws {
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    let outcome = try inertia.run("run", "tiny.yaml", "--time-limit", "0:10")
    #expect(outcome.status == 1 && outcome.errors.contains("give more time"))
    let job = try inertia.run(
      "run", "tiny.yaml", "--time-limit", "60",
      environment: ["SLURM_JOB_END_TIME": "\(Int(Date().timeIntervalSince1970) + 10)"])
    #expect(job.status == 1 && job.errors.contains("give more time"))
    let usage = try inertia.run("run", "tiny.yaml", "--time-limit", "soon")
    #expect(usage.status == 64 && usage.errors.contains("'soon'"))
    #expect(try inertia.folder.names(in: "results/cells").isEmpty)
    // What needs no time is done.
    try inertia.succeed("run", "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml", "--time-limit", "0:10")
  }

  @Test func `checkpoints on the machine continue a killed run, to the same bits`() throws {
    // Cells of several times the second before the first checkpoint.
    var study = TinyStudy.slow
    (study.epochs, study.seeds) = (60, "[0]")
    try inertia.folder.write(study.text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml", "--results", "undisturbed")
    let run = try inertia.start([
      "run", "tiny.yaml", "--jobs", "1", "--scratch", "scratch", "--checkpoint-every", "300",
    ])
    let kept = "scratch/inertia-\(geteuid())/work"
    func hasCheckpoint(_ folder: String) throws -> Bool {
      try inertia.folder.names(in: folder).contains { $0.hasSuffix(".checkpoint") }
    }
    let processes = try run.halt { try hasCheckpoint(kept) }
    // As when the machine fails. A worker that outlived its runner would save where others can go on.
    for process in processes.reversed() { kill(process, SIGKILL) }
    _ = try run.wait()
    try #require(try hasCheckpoint(kept) && !hasCheckpoint("results/work"))
    // With a list of cells a run cleans nothing up: what a cell had must go with it.
    let ids = try inertia.succeed("plan", "tiny.yaml", "--cells").output
      .split(separator: "\n").prefix(2).map { $0.prefix(16) }
    try inertia.folder.write(ids.joined(separator: "\n") + "\n", to: "cells.txt")
    let again = try inertia.succeed(
      "run", "tiny.yaml", "--scratch", "scratch", "--cells", "cells.txt")
    #expect(again.errors.contains("cells trained") || again.errors.contains("cell trained"))
    #expect(try inertia.folder.names(in: "results/work").isEmpty)
    try inertia.succeed("collect", "results/tiny")
    #expect(
      try inertia.folder.read("results/tiny/digests.txt")
        == inertia.folder.read("undisturbed/tiny/digests.txt"))
    #expect(try inertia.folder.names(in: kept).isEmpty)
  }

  @Test func `a run goes on without a folder for checkpoints that fails`() throws {
    var study = TinyStudy.slow
    study.seeds = "[0]"
    try inertia.folder.write(study.text, to: "tiny.yaml")
    // A file where the workers make their folder: saving fails, though the folder above it is ours.
    let path = "scratch/inertia-\(geteuid())/work"
    try inertia.folder.write("in the way", to: path)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700],
      ofItemAtPath: "\(inertia.folder.path)/scratch/inertia-\(geteuid())")
    let outcome = try inertia.succeed(
      "run", "tiny.yaml", "--jobs", "1", "--scratch", "scratch", "--checkpoint-every", "300")
    let warnings = outcome.errors.split(separator: "\n").filter {
      $0.contains("the run goes on without checkpoints there")
    }
    #expect(warnings.count == 1, "\(outcome.errors)")
    let usage = try inertia.run("run", "tiny.yaml", "--scratch", "")
    #expect(usage.status == 64 && usage.errors.contains("--scratch"))
  }

  @Test func `a list of cells is trained and nothing else, without tables`() throws {
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    let ids = try inertia.succeed("plan", "tiny.yaml", "--cells").output
      .split(separator: "\n").prefix(5).map { String($0.prefix(16)) }
    try inertia.folder.write(ids.joined(separator: "\n") + "\n", to: "cells.txt")
    try inertia.succeed("run", "tiny.yaml", "--cells", "cells.txt")
    let records = try inertia.folder.files(in: "results/cells").keys
      .map { String($0.split(separator: "/").last?.prefix(16) ?? "") }
    #expect(Set(records) == Set(ids))
    #expect(!inertia.folder.exists("results/tiny/tables"))
    try inertia.folder.write("0123456789abcdef\n\(ids[0])\n", to: "cells.txt")
    #expect(
      try inertia.succeed("run", "tiny.yaml", "--cells", "cells.txt").errors
        .contains("cells.txt: 1 of 2 cells not of tiny, left out"))
    try inertia.folder.write("\n0123456789abcdef\n\nx; rm\n", to: "cells.txt")
    let outcome = try inertia.run("run", "tiny.yaml", "--cells", "cells.txt")
    #expect(outcome.status == 1 && outcome.errors.contains("cells.txt:4: 'x; rm'"))
  }
}
