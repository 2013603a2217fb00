import Foundation
import Testing

/// What is measured of trained cells, by `run` and by `measure`.
@Suite struct MeasureTests {
  let inertia: Inertia

  init() throws { inertia = try Inertia() }

  /// Three cells, each measured before and after training.
  private func study(
    name: String = "tiny", epochs: Int = 2, weights: String = "final", measure: Bool = true
  ) -> String {
    let asked = measure ? "measure: {hessian: {top: 3, samples: 64, at: [0, final]}}" : ""
    return TinyStudy(
      name: name, epochs: epochs, decays: "[0]", seeds: "[0]",
      extra: "record: {weights: \(weights)}\n\(asked)"
    ).text
  }

  private func run(_ text: String, results: String = "results") throws -> String {
    try inertia.folder.write(text, to: "study.yaml")
    return try inertia.succeed("run", "study.yaml", "--results", results).errors
  }

  /// The numbers that `measure --top` prints, in the cells' order.
  private func eigenvalues(_ arguments: String...) throws -> [[Double]] {
    let output = try inertia.start(["measure"] + arguments).wait()
    try #require(output.status == 0, "\(output.errors)")
    return output.output.split(separator: "\n").map { line in
      line.split(separator: " ").dropFirst().compactMap { Double($0) }
    }
  }

  @Test func `a run measures once what its study asks`() throws {
    #expect(try run(study()).contains("(6 of 6)"))
    let list = try inertia.folder.read("results/tiny/measurements.txt")
    #expect(list.split(separator: "\n").count == 6)
    #expect(inertia.folder.exists("results/tiny/tables/spectra.csv"))
    #expect(try inertia.folder.read("results/tiny/report.html").contains("Curvature"))
    #expect(!(try run(study()).contains("measured")))
    #expect(try inertia.succeed("plan", "study.yaml").output.contains("6 of 6 measurements"))
    #expect(try inertia.succeed("status", "study.yaml").output.contains("6 of 6 measurements done"))
    let json = try inertia.succeed("status", "study.yaml", "--json").output
    let value = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(value["measurements"] as? [String: Int] == ["done": 6, "missing": 0])
    let verified = try inertia.succeed("verify", "results/tiny").output
    #expect(verified.contains("6 measurements whole, 0 damaged, 0 missing"))
    #expect(verified.contains("6 of 6 measurements agree"))
  }

  @Test func `a damaged measurement is named, set aside and measured again`() throws {
    _ = try run(study())
    let before = try inertia.folder.read("results/tiny/measurements.txt")
    let name = try #require(
      try inertia.folder.files(in: "results/measurements").keys.sorted().first)
    let path = "\(inertia.folder.path)/results/measurements/\(name)"
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[1000] ^= 1
    try bytes.write(to: URL(filePath: path))
    let verified = try inertia.run("verify", "results/tiny")
    #expect(verified.status == 3 && verified.errors.contains(name))
    #expect(verified.output.contains("5 measurements whole, 1 damaged, 0 missing"))
    #expect(verified.output.contains("5 of 6 measurements agree"))
    let errors = try run(study())
    #expect(errors.contains(name) && errors.contains("(1 of 1)"))
    #expect(try inertia.folder.read("results/tiny/measurements.txt") == before)
    #expect(inertia.folder.exists("results/measurements/\(name).damaged-1"))
    try inertia.succeed("verify", "results/tiny")
  }

  @Test func `a measurement that is gone, or is not the published one, is a difference`() throws {
    _ = try run(study())
    let list = try inertia.folder.read("results/tiny/measurements.txt")
    let last = try #require(list.dropLast().last)
    try inertia.folder.write(
      list.dropLast(2) + (last == "0" ? "1" : "0") + "\n", to: "results/tiny/measurements.txt")
    let other = try inertia.run("verify", "results/tiny")
    #expect(other.status == 3 && other.output.contains("5 of 6 measurements agree"))
    #expect(other.errors.contains("has other numbers"))
    try inertia.folder.write(list, to: "results/tiny/measurements.txt")
    let name = try #require(try inertia.folder.files(in: "results/measurements").keys.first)
    try FileManager.default.removeItem(
      atPath: "\(inertia.folder.path)/results/measurements/\(name)")
    let gone = try inertia.run("verify", "results/tiny")
    #expect(gone.status == 3 && gone.output.contains("5 measurements whole, 0 damaged, 1 missing"))
    try inertia.folder.write("x\n", to: "results/tiny/measurements.txt")
    let malformed = try inertia.run("verify", "results/tiny")
    #expect(malformed.status == 1 && malformed.errors.contains("measurements.txt:1:"))
  }

  @Test func `weights that were not kept are trained again`() throws {
    _ = try run(study(measure: false))
    _ = try run(study(weights: "none", measure: false), results: "none")
    let kept = try eigenvalues("results/tiny", "--top", "3", "--samples", "64")
    let trained = try eigenvalues("none/tiny", "--top", "3", "--samples", "64")
    #expect(kept.count == 3 && kept == trained)
    #expect(try inertia.succeed("verify", "results/tiny").output.contains("3 measurements whole"))
  }

  @Test func `a study that measures no more loses the list and the pictures`() throws {
    _ = try run(study())
    for name in ["measurements.txt", "figures/spectra.svg", "tables/spectra.csv"] {
      #expect(inertia.folder.exists("results/tiny/\(name)"), "\(name)")
    }
    _ = try run(study(measure: false))
    for name in ["measurements.txt", "figures/spectra.svg", "tables/spectra.csv"] {
      #expect(!inertia.folder.exists("results/tiny/\(name)"), "\(name)")
    }
  }

  /// After one epoch of two, a cell has the weights with which the same cell of one epoch ends.
  @Test func `an epoch in between has the weights it had`() throws {
    _ = try run(study(measure: false))
    _ = try run(study(name: "short", epochs: 1, measure: false))
    let between = try eigenvalues("results/tiny", "--top", "2", "--samples", "64", "--at", "1")
    let short = try eigenvalues("results/short", "--top", "2", "--samples", "64")
    let final = try eigenvalues("results/tiny", "--top", "2", "--samples", "64")
    #expect(between.count == 3 && between == short && between != final)
  }

  @Test func `an interrupted measurement goes on to the same bits`() throws {
    _ = try run(study(), results: "whole")
    _ = try run(study(measure: false))
    try inertia.folder.write(study(), to: "results/tiny/study.yaml")
    let measuring = try inertia.start(["measure", "results/tiny", "--threads", "1"])
    let outcome = try measuring.interrupt {
      try !inertia.folder.files(in: "results/measurements").isEmpty
    }
    let there = try inertia.folder.files(in: "results/measurements").count
    try #require(outcome.status == 130 && there < 6, "it was over before it could be interrupted")
    #expect(!inertia.folder.exists("results/tiny/measurements.txt"))
    let rest = try inertia.succeed("measure", "results/tiny", "--threads", "2").errors
    #expect(rest.contains("\(6 - there) measurement"))
    #expect(
      try inertia.folder.read("results/tiny/measurements.txt")
        == inertia.folder.read("whole/tiny/measurements.txt"))
  }

  @Test func `measuring ends with the time that a run may take`() throws {
    let long = study().replacing("top: 3", with: "top: 1000")
    try inertia.folder.write(long, to: "study.yaml")
    let begin = ContinuousClock.now
    let outcome = try inertia.run("run", "study.yaml", "--jobs", "1", "--time-limit", "0:20")
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(begin.duration(to: .now) < .seconds(20))
    #expect(!inertia.folder.exists("results/tiny/tables"))
    // Nothing to train is left; too little time for a measurement is a mistake.
    let again = try inertia.run("run", "study.yaml", "--jobs", "1", "--time-limit", "0:06")
    #expect(again.status == 1 && again.errors.contains("give more time"), "\(again.errors)")
  }

  @Test func `measurements are merged and pruned with their cells`() throws {
    _ = try run(study())
    let text = study().replacing("[0.01, 0.1]", with: "[0.01]")
    #expect(try run(text, results: "b").contains("(4 of 4)"))
    let merged = try inertia.succeed("merge", "results", "--results", "b").errors
    #expect(merged.contains("2 measurements added, 4 here already"))
    let listed = try inertia.succeed("prune", "--results", "b")
    #expect(listed.output.split(separator: "\n").count == 3)
    #expect(try inertia.folder.files(in: "b/measurements").count == 6)
    try inertia.succeed("prune", "--results", "b", "--yes")
    #expect(try inertia.folder.files(in: "b/measurements").count == 4)
    try inertia.succeed("verify", "b/tiny")
  }

  @Test func `mistakes are refused`() throws {
    _ = try run(study(measure: false))
    for arguments in [
      ["--top", "0"], ["--top", "x"], ["--top", "2", "--at", "3"], ["--top", "2", "--at", "-1"],
      ["--top", "2", "--samples", "0"], ["--threads", "0"],
    ] {
      let outcome = try inertia.start(["measure", "results/tiny"] + arguments).wait()
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
    }
    let nothing = try inertia.run("measure", "results/tiny")
    #expect(nothing.status == 1 && nothing.errors.contains("--top"))
    let nowhere = try inertia.run("measure", "nowhere", "--top", "2")
    #expect(nowhere.status == 1 && nowhere.errors.contains("nowhere"))
    let unknown = try inertia.run(
      "measure", "results/tiny", "--top", "2", "--only", "optimizer=none")
    #expect(unknown.status == 1 && unknown.errors.contains("none"))
    #expect(try inertia.folder.files(in: "results/measurements").isEmpty)
  }
}
