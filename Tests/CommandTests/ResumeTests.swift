import Foundation
import Testing

/// What is trained, and what is not trained again.
@Suite struct ResumeTests {
  let inertia: Inertia

  init() throws { inertia = try Inertia() }

  private func run(_ text: String, name: String = "tiny.yaml") throws -> String {
    try inertia.folder.write(text, to: name)
    return try inertia.succeed("run", name).errors
  }

  private func digests(_ name: String = "tiny") throws -> [Substring] {
    try inertia.folder.read("results/\(name)/digests.txt").split(separator: "\n")
  }

  @Test func `a second run trains nothing and changes nothing`() throws {
    #expect(try run(TinyStudy().text).contains("12 cells trained"))
    let before = try inertia.folder.files(in: "results")
    #expect(try run(TinyStudy().text).contains("nothing to train"))
    #expect(try inertia.folder.files(in: "results") == before)
  }

  @Test func `one learning rate more trains exactly the new cells`() throws {
    _ = try run(TinyStudy().text)
    let before = Set(try digests())
    let errors = try run(TinyStudy(sgdRates: "[0.01, 0.1, 1]").text)
    #expect(errors.contains("4 cells trained"))
    #expect(try digests().count == 16)
    #expect(before.isSubset(of: Set(try digests())))
  }

  @Test func `a study that asks for best weights starts afresh from a checkpoint without`() throws {
    var study = TinyStudy.slow
    (study.epochs, study.seeds) = (40, "[0]")
    try inertia.folder.write(study.text, to: "tiny.yaml")
    let run = try inertia.start(["run", "tiny.yaml", "--checkpoint-every", "1"])
    func hasCheckpoint() throws -> Bool {
      try inertia.folder.files(in: "results/work").keys.contains { $0.hasSuffix(".checkpoint") }
    }
    #expect(try run.interrupt(when: hasCheckpoint).status == 130)
    #expect(try hasCheckpoint())
    study.extra = "record: {weights: final+best}"
    try inertia.folder.write(study.text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml")
    try inertia.succeed("verify", "results/tiny")
  }

  @Test func `a comment, another key order and 1.0 for 1 rerun nothing`() throws {
    _ = try run(TinyStudy(sgdRates: "[1, 0.1]").text)
    let before = try digests()
    let other = """
      # The same study, said otherwise.
      training: {batch: 32, epochs: 2}
      study: tiny
      optimizers:
        - {weight_decay: [0.0, 0.001], learning_rate: [1.0, 1e-1], name: sgd}
        - {name: adai, learning_rate: [0.1], weight_decay: [0, 1e-3]}
      seeds: [0, 1]
      network: {hidden: [16], name: mlp}
      dataset: {test: 256, name: synthetic, train: 512}
      """
    #expect(try run(other).contains("nothing to train"))
    #expect(try digests() == before)
  }

  @Test func `a second study uses the cells it shares`() throws {
    _ = try run(TinyStudy().text)
    let other = TinyStudy(name: "other", adaiRates: "[0.1, 0.3]")
    #expect(try run(other.text, name: "other.yaml").contains("4 cells trained"))
    #expect(Set(try digests()).isSubset(of: Set(try digests("other"))))
  }

  @Test func `a damaged record is named, set aside and trained again`() throws {
    _ = try run(TinyStudy().text)
    let before = try digests()
    let record = try #require(
      try inertia.folder.files(in: "results/cells").keys.sorted().first)
    let path = "\(inertia.folder.path)/results/cells/\(record)"
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.seek(toOffset: 1000)
    try file.write(contentsOf: Data([0xA5, 0x5A]))
    try file.close()
    let id = String(record.split(separator: "/")[1].dropLast(3))
    let verified = try inertia.run("verify", "results/tiny")
    #expect(verified.status == 3 && verified.errors.contains(id))
    let errors = try run(TinyStudy().text)
    #expect(errors.contains(id) && errors.contains("1 cell trained"))
    #expect(try digests() == before)
  }

  @Test func `a limit and a selection train only so much`() throws {
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    let limited = try inertia.succeed("run", "tiny.yaml", "--limit", "2").errors
    #expect(limited.contains("2 cells trained") && limited.contains("10 left"))
    #expect(!inertia.folder.exists("results/tiny/digests.txt"))
    #expect(inertia.folder.exists("results/tiny/tables/heatmap.csv"))
    let selected = try inertia.succeed(
      "run", "tiny.yaml", "--only", "optimizer=adai", "--only", "seed=1"
    ).errors
    #expect(selected.contains("2 cells trained"))
    #expect(try inertia.succeed("run", "tiny.yaml").errors.contains("8 cells trained"))
  }

  @Test func `each optimizer's best point is confirmed with fresh seeds`() throws {
    let study = TinyStudy(extra: "confirm: {seeds: [7, 8]}")
    try inertia.folder.write(study.text, to: "tiny.yaml")
    func last(_ text: String) -> [Substring] {
      text.split(separator: "\n").last?.split(separator: " ") ?? []
    }
    // Which points will be confirmed is not known yet; that there will be two for each optimizer is.
    #expect(
      try last(inertia.succeed("status", "tiny.yaml").output) == ["tiny", "0", "0", "0", "0", "16"])
    let plan = try inertia.succeed("plan", "tiny.yaml").output
    #expect(plan.contains("tiny: 16 cells\n") && plan.contains("16 missing; 16 to train"))
    #expect(try run(study.text).contains("16 cells trained"))
    #expect(try digests().count == 16)
    #expect(
      try last(inertia.succeed("status", "tiny.yaml").output) == ["tiny", "16", "0", "0", "0", "0"])
    #expect(try inertia.succeed("plan", "tiny.yaml").output.contains("16 done; 0 to train"))
    #expect(try inertia.folder.read("results/tiny/tables/variance.csv").contains("confirmation"))
    #expect(try run(study.text).contains("nothing to train"))
    // Neither the grid nor what may confirm it has this.
    let nothing = try inertia.run(
      "run", "tiny.yaml", "--only", "optimizer=adai", "--only", "learning_rate=0.01")
    #expect(nothing.status == 1 && nothing.errors.contains("no cell of the study has"))
    // More points leave the best one open again; what confirmed it is still the study's.
    var extended = study
    extended.sgdRates = "[0.1, 0.01, 0.02]"
    try inertia.folder.write(extended.text, to: "results/tiny/study.yaml")
    #expect(try inertia.succeed("prune").output.isEmpty)
  }

  /// Each cell's own command trains that cell and no other, whatever its seed and its label.
  @Test func `show says how a cell is trained again`() throws {
    let study = TinyStudy(
      adaiRates: "[0.1]", decays: "[0]", extra: "confirm: {seeds: [7]}"
    ).text.replacing("seeds: [0, 1]", with: "seeds: [0]")
    let text = study.replacing(
      "optimizers:",
      with:
        "optimizers:\n  - {name: adai, label: adai-2, learning_rate: [0.1], weight_decay: 0, beta2: 0.9}"
    )
    #expect(try run(text).contains("7 cells trained"))
    let plan = try inertia.succeed("plan", "tiny.yaml", "--cells").output.split(separator: "\n")
    let done = plan.filter { $0.contains(" done ") }
    #expect(done.count == 7)
    for line in done {
      let id = String(line.prefix(16))
      let shown = try inertia.succeed("show", "results/tiny", id).output
      let command = try #require(shown.split(separator: "\n").last).split(separator: " ")
      try #require(command.prefix(2) == ["inertia", "run"])
      #expect(try inertia.start(command.dropFirst().map(String.init)).wait().status == 0)
      let records = try inertia.folder.files(in: "again/cells").keys.map {
        String($0.split(separator: "/")[1].dropLast(3))
      }
      #expect(records == [id], "\(shown)")
      try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/again")
    }
  }

  @Test func `a pipe gets plain lines`() throws {
    let errors = try run(TinyStudy().text)
    #expect(!errors.contains("\u{1B}") && !errors.contains("\r"))
    #expect(errors.contains("tiny: 0 of 12 cells"))
  }

  @Test func `records can be merged and pruned`() throws {
    _ = try run(TinyStudy().text)
    try inertia.folder.write(TinyStudy(sgdRates: "[0.01]").text, to: "tiny.yaml")
    #expect(try inertia.succeed("run", "tiny.yaml", "--results", "b").errors.contains("8 cells"))
    try inertia.succeed("merge", "results", "--results", "b")
    #expect(try inertia.folder.files(in: "b/cells").count == 12)
    let listed = try inertia.succeed("prune", "--results", "b")
    #expect(listed.output.split(separator: "\n").count == 4)
    #expect(try inertia.folder.files(in: "b/cells").count == 12)
    try inertia.succeed("prune", "--results", "b", "--yes")
    #expect(try inertia.folder.files(in: "b/cells").count == 8)
  }
}
