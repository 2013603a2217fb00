import Foundation
import Testing

/// A study beside a published table, and pictures as PNG.
@Suite struct PublishedCommandTests {
  private let study = TinyStudy(
    sgdRates: "[0.1]",
    extra:
      "published: {file: ../tables/table.csv, labels: [{ours: sgd, theirs: SGD M}], metric: final_test_error}"
  )

  @Test func `a published table stands beside the results wherever they go`() throws {
    let inertia = try Inertia()
    try inertia.folder.write(study.text, to: "studies/tiny.yaml")
    let missing = try inertia.run("run", "studies/tiny.yaml")
    #expect(missing.status == 1 && !inertia.folder.exists("results/tiny"))
    #expect(missing.errors.contains("studies/tiny.yaml: 'published': there is no file"))
    #expect(missing.errors.contains("tables/table.csv"))
    try inertia.folder.write(
      "label,mean,deviation,n\nAdai,4.5,0.1,3\nSGD M,5,,1\n", to: "tables/table.csv")
    try inertia.succeed("run", "studies/tiny.yaml")
    let table = try inertia.folder.read("results/tiny/tables/published.csv")
    #expect(table.contains("tiny,final_test_error,sgd,SGD M,2,2,"))
    #expect(
      try inertia.folder.read("results/tiny/report.html").contains("Beside what was published"))
    // The results hold a copy, so they stand alone.
    try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/tables")
    try inertia.succeed("collect", "results/tiny")
    #expect(try inertia.folder.read("results/tiny/tables/published.csv") == table)
  }

  @Test func `exports of collected records are those of the records`() throws {
    let inertia = try Inertia()
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml")
    let before = try inertia.succeed("export", "cells", "results/tiny").output
    try FileManager.default.removeItem(
      atPath: "\(inertia.folder.path)/results/tiny/collected.bin")
    #expect(try inertia.succeed("export", "cells", "results/tiny").output == before)
    #expect(before == (try inertia.folder.read("results/tiny/tables/cells.csv")))
  }

  @Test func `pictures become PNG where rsvg-convert is installed`() throws {
    let inertia = try Inertia()
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml")
    let arguments = ["export", "heatmap", "results/tiny", "--format", "png", "-o", "map.png"]
    let without = try inertia.start(arguments, environment: ["PATH": "/nonexistent"]).wait()
    #expect(without.status == 1 && without.errors.contains("rsvg-convert, which is not installed"))
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/rsvg-convert") else { return }
    let with = try inertia.start(arguments, environment: ["PATH": "/usr/bin"]).wait()
    #expect(with.status == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: "\(inertia.folder.path)/map.png")).starts(with: [
        0x89, 0x50, 0x4E, 0x47,
      ]))
    #expect(try inertia.start(Array(arguments.prefix(5))).wait().status == 64)
  }
}
