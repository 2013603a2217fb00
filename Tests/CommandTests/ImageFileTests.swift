import Foundation
import Testing

/// Users' own HDF5 files of images, made by ImageFiles/make_files.py.
@Suite struct ImageFileTests {
  private static let folder =
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "ImageFiles").path()
  private let inertia: Inertia

  init() throws { inertia = try Inertia() }

  private func copy(_ name: String, to other: String = "data/mine.h5") throws {
    let target = URL(filePath: "\(inertia.folder.path)/\(other)")
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(contentsOf: URL(filePath: "\(Self.folder)/\(name).h5")).write(to: target)
  }

  private let study = """
    study: mine
    dataset:
      name: mine
      file: ../data/mine.h5
      train: 5
    network: {name: mlp, hidden: []}
    training: {epochs: 1, batch: 2}
    seeds: [0]
    optimizers: [{name: sgd, learning_rate: 0.1, weight_decay: 0}]
    """

  /// The digests are those of the arrays in make_files.py, by hashlib.
  @Test(arguments: [
    (
      "color",
      "3 classes, SHA-256 74dc78ff8193b6430c148388e5df2466ca61ef8006cb3f5facdc8037d6fef957",
      "3 × 5 × 4", "of each class: 2\n"
    ),
    (
      "grey",
      "10 classes, SHA-256 2fba877e989374c19423d7b01d5610cce83d8f1b7919fcb56697d64cb9ec000d",
      "1 × 5 × 4", "of each class: 2, 2, 2, 0, 0, 0, 0, 0, 0, 0\n"
    ),
  ])
  func `pixels and labels are those of Python`(
    name: String, words: String, shape: String, counts: String
  ) throws {
    try copy(name)
    let text = try inertia.succeed("data", "verify", "data/mine.h5").output
    #expect(text.hasPrefix("data/mine.h5: 6 training and 3 test images, \(words)\n"), "\(text)")
    #expect(text.contains("an image: \(shape) (channels") && text.hasSuffix(counts), "\(text)")
  }

  /// What each file is refused for; nothing is trained.
  @Test(arguments: [
    ("soft-loop", "/train: it is a link to elsewhere"),
    ("hard-loop", "'/train/images'"),
    ("external-link", "/train: it is a link to elsewhere"),
    ("external-storage", "/train/images: its data are in another file"),
    ("virtual", "/train/images: it is a virtual dataset"),
    ("huge", "it claims more values than its bytes can hold"),
    ("chunk", "/train/images: its chunks are larger than"),
    ("filter", "/train/images: it is stored through the filter 32000 (lzf)"),
    ("float", "/train/images: it does not hold whole numbers, which must be uint8"),
    ("channels-first", "/train/images: its shape 6×3×5×8 has the channels first; they come last"),
    ("scale", "the attributes mean and sd: they are of pixels divided by 255"),
    ("label", "/train/labels: the label -1 of image 4 is not in 0 to 255"),
    ("test-label", "/test/labels: the label 2 of image 0 is not in 0 to 1"),
    ("count", "/train/labels: it has the shape 5, but there are 6 images"),
    ("shape", "/test/images: its images differ in shape"),
    ("constant", "all training pixels of channel 0 are the same"),
    ("missing", "/train/labels: there is no such group or dataset"),
    ("truncated", "truncated file"),
    ("text", "file signature not found"),
  ])
  func `a file that cannot be used is refused`(name: String, words: String) throws {
    try copy(name)
    // What links lead to is there.
    try copy("color", to: "data/color.h5")
    try inertia.folder.write(study, to: "studies/mine.yaml")
    let outcome = try inertia.run("run", "studies/mine.yaml")
    #expect(outcome.status == 1 && outcome.output.isEmpty)
    #expect(
      outcome.errors.hasPrefix(
        "Error: studies/mine.yaml:4: 'file' cannot be used: studies/../data/mine.h5: "),
      "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(!inertia.folder.exists("results"))
  }

  /// Every damage to the file's own structure is refused in one message, or changes numbers only.
  @Test func `a damaged file ends no more than the process that reads it`() throws {
    let whole = try Data(contentsOf: URL(filePath: "\(Self.folder)/color.h5"))
    let path = URL(filePath: "\(inertia.folder.path)/mine.h5")
    for place in stride(from: 8, to: whole.count, by: 211) {
      var spoilt = whole
      for offset in place..<min(place + 4, whole.count) { spoilt[offset] ^= 0xFF }
      try spoilt.write(to: path)
      let outcome = try inertia.run("data", "verify", "mine.h5")
      #expect([0, 1].contains(outcome.status), "byte \(place): \(outcome.errors)")
      #expect(
        outcome.status == 0
          || outcome.errors.hasPrefix("Error: mine.h5: ")
            && outcome.errors.split(separator: "\n").count == 1,
        "byte \(place): \(outcome.errors)")
    }
  }

  /// The reading process ends itself: a pipe that nobody writes to is never opened.
  @Test func `reading takes no longer than it may`() throws {
    let pipe = "\(inertia.folder.path)/pipe"
    let made = unsafe mkfifo(pipe, 0o600)
    try #require(made == 0)
    let reading = try inertia.start(["read-images", "--seconds", "1", "--", "pipe"])
    reading.process.waitUntilExit()
    #expect(reading.process.terminationReason == .uncaughtSignal)
    #expect(reading.process.terminationStatus == SIGALRM)
  }

  /// A study of a user's file runs, and its results need the file no more; an edited file gives other cells.
  @Test func `a study reads a file relative to itself`() throws {
    try copy("color")
    try inertia.folder.write(study, to: "studies/mine.yaml")
    try inertia.succeed("run", "studies/mine.yaml")
    let digests = try inertia.folder.read("results/mine/digests.txt")
    let tables = try inertia.folder.files(in: "results/mine/tables")
    try FileManager.default.removeItem(atPath: "\(inertia.folder.path)/data")
    try inertia.succeed("collect", "results/mine")
    try inertia.succeed("report", "results/mine")
    try inertia.succeed("verify", "results/mine")
    try inertia.succeed("export", "cells", "results/mine")
    #expect(try inertia.folder.files(in: "results/mine/tables") == tables)
    #expect(try inertia.folder.read("results/mine/digests.txt") == digests)
    let missing = try inertia.run("run", "studies/mine.yaml")
    #expect(missing.status == 1 && missing.errors.contains("studies/mine.yaml:4: "))
    try copy("grey")
    try inertia.succeed("run", "studies/mine.yaml")
    let others = try inertia.folder.read("results/mine/digests.txt")
    #expect(others.prefix(16) != digests.prefix(16))
  }

  @Test func `a user's file does not take a known name`() throws {
    try copy("color")
    try inertia.folder.write(
      study.replacing("name: mine", with: "name: cifar-10"), to: "studies/mine.yaml")
    let outcome = try inertia.run("plan", "studies/mine.yaml")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("studies/mine.yaml:4: 'file' cannot be used: there is a dataset"))
  }

  /// What the folder says of its images is not believed if it is damaged, nor if another study is beside it.
  @Test func `the kept identity is checked`() throws {
    try copy("color")
    try inertia.folder.write(study, to: "studies/mine.yaml")
    try inertia.succeed("run", "studies/mine.yaml")
    let kept = try inertia.folder.read("results/mine/dataset.json")
    try inertia.folder.write(kept.replacing("5,", with: "five,"), to: "results/mine/dataset.json")
    let outcome = try inertia.run("collect", "results/mine")
    #expect(outcome.status == 1 && outcome.errors.contains("results/mine/dataset.json: "))
    try inertia.folder.write(
      kept.replacing("\"train\":5", with: "\"train\":4"), to: "results/mine/dataset.json")
    // The study asks for five images, so it looks for them, where its copy's file is not.
    let other = try inertia.run("collect", "results/mine")
    #expect(other.status == 1 && other.errors.contains("results/mine/study.yaml:4: "))
  }
}
