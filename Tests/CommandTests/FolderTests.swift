import Foundation
import Testing

/// What commands make of a results folder that is unfinished, incomplete or not one at all.
@Suite struct FolderTests {
  private let inertia: Inertia

  init() throws {
    inertia = try Inertia()
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
  }

  @Test func `prune keeps the cells of an unfinished study`() throws {
    let run = try inertia.start(["run", "tiny.yaml", "--jobs", "1"])
    while try inertia.folder.files(in: "results/cells").count < 2, run.process.isRunning {
      Thread.sleep(forTimeInterval: 0.01)
    }
    kill(run.process.processIdentifier, SIGKILL)
    _ = try run.wait()
    let records = Set(try inertia.folder.files(in: "results/cells").keys)
    #expect(records.count >= 2)
    try inertia.succeed("prune", "--yes")
    // Its worker may have finished one more before it saw that it was alone.
    #expect(records.isSubset(of: try inertia.folder.files(in: "results/cells").keys))
  }

  @Test func `verify misses records that are gone`() throws {
    try inertia.succeed("run", "tiny.yaml")
    let record = try #require(try inertia.folder.files(in: "results/cells").keys.first)
    try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/results/cells/\(record)")
    let outcome = try inertia.run("verify", "results/tiny")
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("11 records whole, 0 damaged, 1 missing"))
    #expect(outcome.output.contains("11 of 12 digests agree"))
    #expect(outcome.errors.contains("has no record here"))
  }

  @Test func `a folder is known by its path, and a renamed one refused`() throws {
    try inertia.succeed("run", "tiny.yaml", "--limit", "1")
    let (there, here) = ("results/tiny", "results/tiny/.")
    let cells = try inertia.succeed("export", "cells", there).output
    #expect(cells.contains("completed") || cells.contains("diverged"))
    #expect(try inertia.succeed("export", "cells", here).output == cells)
    try FileManager.default.moveItem(
      atPath: "\(inertia.folder.path)/results/tiny",
      toPath: "\(inertia.folder.path)/results/renamed")
    let outcome = try inertia.run("collect", "results/renamed")
    #expect(outcome.status == 1 && outcome.errors.contains("must be called tiny"))
    #expect(!inertia.folder.exists("results/tiny"))
  }

  /// The runs beside which the table of sources lays those of a study that moves a weight.
  @Test func `prune keeps the cells of which a study trains twins`() throws {
    let moved = TinyStudy().text.replacing("training: {", with: "training: {perturb: {ulps: 1}, ")
    try inertia.folder.write(moved, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml", "--limit", "1")
    try inertia.folder.write(TinyStudy(name: "plain").text, to: "plain.yaml")
    try inertia.succeed("run", "plain.yaml", "--limit", "2")
    try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/results/plain")
    #expect(try inertia.succeed("prune").output.isEmpty)
  }

  @Test func `prune finds notes of failures of no study`() throws {
    try inertia.succeed("run", "tiny.yaml", "--limit", "1")
    let id = try inertia.succeed("plan", "tiny.yaml", "--cells").output.split(separator: "\n")
      .first { $0.contains("missing") }.map { String($0.prefix(16)) }
    let own = "results/work/\(try #require(id)).failed.json"
    let other = "results/work/0123456789abcdef.failed.json"
    for path in [own, other] {
      try inertia.folder.write(#"{"attempts": 2, "log": [], "reason": "x"}"#, to: path)
    }
    let outcome = try inertia.succeed("prune", "--yes")
    #expect(outcome.output == "\(other)\n", "\(outcome.output)")
    #expect(outcome.errors.contains("1 note of a failure that no study names"))
    #expect(inertia.folder.exists(own) && !inertia.folder.exists(other))
  }

  @Test func `an empty path of a folder is no folder`() throws {
    for command in [["run", "tiny.yaml"], ["prune", "--yes"], ["merge", "results"]] {
      let outcome = try inertia.start(command + ["--results", ""]).wait()
      #expect(
        outcome.status == 64 && outcome.errors.contains("--results takes the path of a folder"))
    }
    try inertia.succeed("run", "tiny.yaml", "--limit", "1")
    let folder = try inertia.run("plan", "results/tiny")
    #expect(
      folder.status == 1
        && folder.errors.contains("is a folder; give a study file, such as results/tiny/study.yaml")
    )
  }

  @Test func `nothing to merge and nothing selected are mistakes`() throws {
    let merge = try inertia.run("merge", "nowhere/results")
    #expect(merge.status == 1 && merge.errors.contains("not a results folder"))
    let only = try inertia.run("run", "tiny.yaml", "--only", "seed=77")
    #expect(only.status == 1 && !inertia.folder.exists("results"))
  }
}
