import Foundation
import Testing

/// A mistake gives one clear message and the right status, and changes nothing.
@Suite struct BadInputTests {
  let inertia: Inertia

  init() throws { inertia = try Inertia() }

  private func expectMistake(
    _ text: String, saying words: String..., environment: [String: String] = [:],
    location: SourceLocation = #_sourceLocation
  ) throws {
    try inertia.folder.write(text, to: "bad.yaml")
    let before = try inertia.folder.files(in: ".")
    for command in ["plan", "run"] {
      let outcome = try inertia.run(command, "bad.yaml", environment: environment)
      #expect(outcome.status == 1, "\(outcome.errors)", sourceLocation: location)
      #expect(outcome.output.isEmpty, sourceLocation: location)
      #expect(outcome.errors.hasPrefix("Error: "), "\(outcome.errors)", sourceLocation: location)
      #expect(
        outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)",
        sourceLocation: location)
      for word in words {
        #expect(outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: location)
      }
    }
    #expect(try inertia.folder.files(in: ".") == before, sourceLocation: location)
  }

  @Test func `an unknown key`() throws {
    try expectMistake(
      TinyStudy().text.replacing("weight_decay", with: "wieght_decay"), saying: "bad.yaml:7",
      "wieght_decay")
  }

  @Test func `a wrong type`() throws {
    try expectMistake(TinyStudy(sgdRates: "[fast]").text, saying: "bad.yaml:7", "fast")
  }

  @Test func `an empty grid`() throws {
    try expectMistake(TinyStudy(sgdRates: "[]").text, saying: "bad.yaml:7", "learning_rate")
  }

  @Test func `a negative rate`() throws {
    try expectMistake(TinyStudy(sgdRates: "[-0.1]").text, saying: "bad.yaml:7", "-0.1")
  }

  @Test func `a duplicate seed`() throws {
    try expectMistake(TinyStudy(seeds: "[0, 1, 0]").text, saying: "bad.yaml:5", "0")
  }

  @Test func `an alias bomb`() throws {
    let bomb =
      "a: &a [x, x, x, x, x, x, x, x, x]\n"
      + zip("bcdefghi", "abcdefgh").map { name, last in
        "\(name): &\(name) [\(Array(repeating: "*\(last)", count: 9).joined(separator: ", "))]\n"
      }.joined()
    try expectMistake(bomb, saying: "bad.yaml")
  }

  @Test func `deep nesting`() throws {
    let depth = 20_000
    let nest = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    try expectMistake("study: \(nest)\n", saying: "bad.yaml")
  }

  @Test func `a file that is not there`() throws {
    let outcome = try inertia.run("run", "absent.yaml")
    #expect(outcome.status == 1 && outcome.errors.contains("absent.yaml"))
    #expect(try inertia.folder.files(in: ".").isEmpty)
  }

  private static let onImages = TinyStudy().text.replacing("name: synthetic", with: "name: mnist")
    .replacing("mnist", with: "fashion-mnist")

  @Test func `a truncated dataset`() throws {
    let name = "data/fashion-mnist/train-images-idx3-ubyte"
    for part in ["train", "t10k"] {
      try inertia.folder.write("short", to: "data/fashion-mnist/\(part)-images-idx3-ubyte")
      try inertia.folder.write("short", to: "data/fashion-mnist/\(part)-labels-idx1-ubyte")
    }
    try expectMistake(
      Self.onImages, saying: name, environment: ["INERTIA_DATA": "\(inertia.folder.path)/data"])
  }

  @Test func `an unknown dataset`() throws {
    try expectMistake(
      TinyStudy().text.replacing("name: synthetic", with: "name: nowhere"), saying: "nowhere")
  }

  @Test func `more images than there are`() throws {
    try expectMistake(TinyStudy(train: 9_000_000).text, saying: "9000000")
  }

  /// The dataset's own number of images counts where the study names none.
  @Test func `a batch, or held-out images, beyond all there are`() throws {
    func study(_ training: String) -> String {
      TinyStudy().text.replacing("train: 512, ", with: "")
        .replacing("batch: 32", with: training)
    }
    try expectMistake(study("batch: 10001"), saying: "bad.yaml", "'batch'", "10000", "10001")
    try expectMistake(
      study("batch: 9000, validation: 1001"), saying: "bad.yaml", "'batch'", "8999", "9000")
    try expectMistake(
      study("batch: 32, validation: 10000"), saying: "bad.yaml", "'validation'", "10000")
  }

  @Test func `more samples than images are trained on`() throws {
    let all = TinyStudy().text.replacing("train: 512, ", with: "")
    for measure in ["hessian: {top: 1", "noise: {batches: [1], draws: 40, parameters: 2, top: 2"] {
      try expectMistake(
        all + "measure: {\(measure), samples: 10001, at: [final]}}\n", saying: "bad.yaml",
        "'samples'", "at most the 10000 images", "10001")
    }
  }

  @Test func `a saddle of a network that cannot be sought`() throws {
    func study(_ network: String) -> String {
      """
      study: pass
      kind: saddle
      dataset: {name: synthetic, train: 30, test: 1}
      saddle: {loss: network, \(network), l2: 0.1, descent: 1, batch: 1, times: [1], replicas: 1}
      seeds: [0]
      optimizers: [{name: sgd, learning_rate: 1, weight_decay: 0}]
      """
    }
    try expectMistake(
      study("hidden: 2, pool: 7, directions: [1, -65]"), saying: "bad.yaml", "'directions'",
      "-65 is beyond the network's 64 parameters")
    try expectMistake(
      study("hidden: 100, pool: 7, directions: [1]"), saying: "bad.yaml", "'hidden'",
      "2710 parameters", "at most 2000")
    try expectMistake(
      study("hidden: 2, pool: 5, directions: [1]"), saying: "bad.yaml", "'pool'",
      "5 does not divide images of 28 x 28 pixels")
  }

  @Test func `a results folder that cannot be written`() throws {
    // A file in its place: permissions do not stop root, who runs tests in containers.
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    try inertia.folder.write("not a folder", to: "results")
    let outcome = try inertia.run("run", "tiny.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("results"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try inertia.folder.read("results") == "not a folder")
  }

  @Test func `a results folder of another format version`() throws {
    try inertia.folder.write(TinyStudy(adaiRates: "[0.1]").text, to: "tiny.yaml")
    try inertia.succeed("run", "tiny.yaml", "--limit", "2")
    let record = try #require(try inertia.folder.files(in: "results/cells").keys.sorted().first)
    let path = "\(inertia.folder.path)/results/cells/\(record)"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // The version follows the magic line, in eight digits; see FileBlock.
    let version = 8..<16
    #expect(String(decoding: bytes[version], as: UTF8.self) == "00000001")
    bytes.replaceSubrange(version, with: Data("00000099".utf8))
    try bytes.write(to: URL(fileURLWithPath: path))
    let before = try inertia.folder.files(in: "results")
    let outcome = try inertia.run("run", "tiny.yaml")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("version 99"), "\(outcome.errors)")
    #expect(try inertia.folder.files(in: "results") == before)
  }

  @Test func `a name that another study has`() throws {
    try inertia.folder.write(TinyStudy(adaiRates: "[0.1]").text, to: "one.yaml")
    try inertia.succeed("run", "one.yaml", "--limit", "1")
    let other = TinyStudy().text.replacing("{name: mlp, hidden: [16]}", with: "{name: lenet}")
    try expectMistake(other, saying: "bad.yaml", "'tiny'", "results/tiny", "rename", "--results")
  }

  @Test(arguments: [
    (["run"], "study"), (["run", "a.yaml", "--jobs", "0"], "--jobs"),
    (["export", "pie", "results/tiny"], "pie"), (["fly"], "fly"),
    (["run", "a.yaml", "--jobs", "two"], "two"),
  ])
  func `bad usage exits with 64`(arguments: [String], word: String) throws {
    let outcome = try inertia.start(arguments).wait()
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(word), "\(outcome.errors)")
  }

  @Test func `a selection of what is not there`() throws {
    try inertia.folder.write(TinyStudy().text, to: "tiny.yaml")
    for (only, words) in [
      ("learning_rate=7", "7"), ("colour=red", "colour"), ("nonsense", "KEY=VALUE"),
    ] {
      let outcome = try inertia.run("run", "tiny.yaml", "--only", only)
      #expect(outcome.status == 1 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    #expect(!inertia.folder.exists("results"))
  }

  @Test func `results that are none`() throws {
    for arguments in [
      ["collect", "nowhere"], ["export", "cells", "nowhere"], ["verify", "nowhere"],
      ["show", "nowhere", "abc"], ["report", "nowhere"],
    ] {
      let outcome = try inertia.start(arguments).wait()
      #expect(outcome.status == 1 && outcome.errors.contains("nowhere"), "\(outcome.errors)")
    }
    #expect(try inertia.folder.files(in: ".").isEmpty)
  }
}
