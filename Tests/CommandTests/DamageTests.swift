import Foundation
import Testing

/// What damage, refusing disks and leftovers make commands say, and that they keep what there is.
@Suite struct DamageTests {
  private let inertia: Inertia

  init() throws {
    inertia = try Inertia()
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
  }

  private func digests() throws -> String {
    try inertia.folder.read("results/tiny/digests.txt")
  }

  @Test(arguments: [
    "ENOSPC:write.record_temporary:1", "EIO:synchronize.record_temporary:2", "EIO:read.claim:3",
    "EACCES:create.claim_temporary:1", "EMFILE:create.record_temporary:3", "EROFS:rename.table:2",
    "EIO:synchronize.folder:8", "ENOSPC:link.record:1",
  ])
  func `a refused system call is one message, and the same command goes on from there`(
    fault: String
  ) throws {
    let run = try inertia.run(
      "run", "tiny.yaml", "--jobs", "1",
      environment: [
        "INERTIA_FAULT": fault, "INERTIA_FAULT_TRACE": "\(inertia.folder.path)/trace",
      ])
    #expect(run.status == 1)
    #expect(run.errors.split(separator: "\n").count { $0.hasPrefix("Error: ") } == 1)
    let refused = try #require(fault.split(separator: ":").first)
    let words = [
      "ENOSPC": "No space left on device", "EIO": "Input/output error",
      "EACCES": "Permission denied", "EMFILE": "Too many open files",
      "EROFS": "Read-only file system",
    ]
    let expected = try #require(words[String(refused)])
    #expect(run.errors.contains(expected), "\(run.errors)")
    try inertia.succeed("run", "tiny.yaml")
    let other = try Inertia()
    try other.folder.write(TinyStudy().text, to: "tiny.yaml")
    try other.succeed("run", "tiny.yaml")
    #expect(try digests() == (try other.folder.read("results/tiny/digests.txt")))
    #expect(try inertia.folder.names(in: "results/work") == [])
  }

  @Test func `verify finds swapped records, and run trains both again`() throws {
    try inertia.succeed("run", "tiny.yaml")
    let before = try digests()
    let records = try inertia.folder.files(in: "results/cells").keys.sorted()
    let (one, two) = (records[0], records[1])
    for (from, to) in [(one, "swap"), (two, one), ("swap", two)] {
      try FileManager.default.moveItem(
        atPath: "\(inertia.folder.path)/results/cells/\(from)",
        toPath: "\(inertia.folder.path)/results/cells/\(to)")
    }
    let verified = try inertia.run("verify", "results/tiny")
    #expect(verified.status == 3 && verified.output.contains("10 records whole, 2 damaged"))
    #expect(verified.errors.contains("run the study again"))
    #expect(try inertia.succeed("run", "tiny.yaml").errors.contains("2 cells trained"))
    #expect(try digests() == before)
    // What was set aside is kept, and named.
    let after = try inertia.succeed("verify", "results/tiny").errors
    #expect(after.split(separator: "\n").count { $0.contains(".damaged-1") } == 2)
  }

  @Test func `verify lists what killed runs left, and run removes it`() throws {
    try inertia.succeed("run", "tiny.yaml")
    let record = try #require(try inertia.folder.files(in: "results/cells").keys.first)
    let id = String(record.split(separator: "/")[1].dropLast(3))
    try inertia.folder.write("x", to: "results/work/\(id).checkpoint")
    let verified = try inertia.succeed("verify", "results/tiny").errors
    #expect(verified.contains("leftover results/work/\(id).checkpoint: of a cell that is finished"))
    try inertia.succeed("run", "tiny.yaml")
    #expect(try inertia.folder.names(in: "results/work") == [])
  }

  @Test func `readers work while a study runs`() throws {
    try inertia.folder.write(TinyStudy.slow.text, to: "tiny.yaml")
    let run = try inertia.start(["run", "tiny.yaml", "--jobs", "2"])
    while try inertia.folder.files(in: "results/cells").isEmpty, run.process.isRunning {
      Thread.sleep(forTimeInterval: 0.01)
    }
    try inertia.succeed("status", "tiny.yaml")
    try inertia.succeed("export", "cells", "results/tiny")
    try inertia.succeed("report", "results/tiny", "--output", "page.html")
    #expect(try run.wait().status == 0)
  }

  @Test func `doctor passes a file system that links, and leaves nothing there`() throws {
    let doctor = try inertia.succeed("doctor", ".")
    #expect(doctor.output.split(separator: "\n").count { $0.hasPrefix("yes") } == 7)
    #expect(try inertia.run("doctor", "nowhere").status == 1)
    #expect(try inertia.folder.names(in: ".").filter { $0.hasPrefix("doctor") } == [])
  }

  /// Folders that released versions wrote, one for each format version of records.
  @Test(arguments: ["1"]) func `results of every released format are read`(version: String) throws {
    let released = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Released/\(version)").path
    try FileManager.default.copyItem(
      atPath: released, toPath: "\(inertia.folder.path)/results")
    let verified = try inertia.succeed("verify", "results/released")
    #expect(verified.output.contains("2 records whole"))
    #expect(verified.output.contains("2 of 2 digests agree"))
    let before = try inertia.folder.files(in: "results/cells")
    let run = try inertia.succeed("run", "results/released/study.yaml")
    #expect(run.errors.contains("nothing to train"))
    #expect(try inertia.folder.files(in: "results/cells") == before)
  }
}
