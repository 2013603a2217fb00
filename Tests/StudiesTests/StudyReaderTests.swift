import Foundation
import Networks
import Optimizers
import Studies
import Testing

let studiesFolder = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(path: "studies")

/// A small study, one key a line, to spoil.
let sampleStudy = """
  study: sample
  about: What it is for.
  dataset: {name: synthetic, train: 100, test: 50}
  network: {name: mlp, hidden: [8]}
  training:
    epochs: 4
    batch: 10
    schedule: {kind: steps, at: [1, 3], factor: 0.5, warmup: 2}
    clip: {norm: 1}
    augment: {crop: 2, flip: true}
    validation: 20
    perturb: {ulps: 1}
  seeds: [0, 1]
  optimizers:
    - name: adai
      label: adai-b
      learning_rate: [0.1, 1]
      weight_decay: 0
      beta2: [0.9, 0.99]
      beta0: 0.2
    - {name: sgd, learning_rate: {per_decade: 2, from: 1e-4, to: 1}, weight_decay: [0, 1e-4]}
  record: {weights: final+best, optimizer_state: final}
  confirm: {seeds: [7, 8]}
  claims:
    - {claim: lower_mean, of: adai-b, than: sgd}
    - {claim: larger_area, of: sgd, than: [adai-b], metric: test_loss, within: 0.1}
  """

@Suite struct StudyReaderTests {
  @Test func everyKeyIsRead() throws {
    var training = TrainingSettings(epochs: 4, batch: .images(10))
    training.schedule = Schedule(kind: .steps(at: [1, 3], factor: 0.5), warmup: 2)
    training.clip = .norm(1)
    training.augmentation = Augmentation(crop: 2, flip: true)
    training.validation = 20
    training.perturbation = 1
    let expected = Study(
      name: "sample", about: "What it is for.",
      dataset: DatasetRequest(name: "synthetic", train: 100, test: 50),
      network: .mlp(hidden: [8]), training: training, seeds: .joint([0, 1]),
      sweeps: [
        Sweep(
          label: "adai-b", optimizer: "adai",
          axes: [
            Sweep.Axis(key: "learning_rate", values: [0.1, 1]),
            Sweep.Axis(key: "weight_decay", values: [0]),
            Sweep.Axis(key: "beta2", values: [0.9, 0.99]),
          ], fixed: ["beta0": 0.2]),
        Sweep(
          label: "sgd", optimizer: "sgd",
          axes: [
            Sweep.Axis(
              key: "learning_rate",
              values: [1e-4, 3.2e-4, 1e-3, 3.2e-3, 0.01, 0.032, 0.1, 0.32, 1]),
            Sweep.Axis(key: "weight_decay", values: [0, 1e-4]),
          ], fixed: [:]),
      ],
      record: RecordOptions(finalWeights: true, bestWeights: true, optimizerState: true),
      confirmationSeeds: [7, 8],
      claims: [
        Claim(
          kind: .lowerMean, metric: "final_test_error", subject: "adai-b", rivals: ["sgd"]),
        Claim(
          kind: .largerArea(.within(0.1)), metric: "test_loss", subject: "sgd",
          rivals: ["adai-b"]),
      ])
    let study = try StudyReader.read(text: sampleStudy, file: "sample.yaml")
    #expect(study == expected)
    #expect(study.cellCount == 2 * (4 + 18))
    #expect(try StudyGrid(study, dataset: sampleDataset).places.count == study.cellCount)
  }

  @Test func otherChoices() throws {
    func study(_ changes: (String, String)...) throws -> Study {
      let text = changes.reduce(sampleStudy) { $0.replacing($1.0, with: $1.1) }
      #expect(text != sampleStudy)
      return try StudyReader.read(text: text, file: "sample.yaml")
    }
    #expect(try study(("batch: 10", "batch: all")).training.batch == .all)
    #expect(try study(("{norm: 1}", "{value: 0.5}")).training.clip == .value(0.5))
    #expect(
      try study(("{kind: steps, at: [1, 3], factor: 0.5, warmup: 2}", "{kind: cosine}"))
        .training.schedule == Schedule(kind: .cosine))
    #expect(try study(("{name: mlp, hidden: [8]}", "{name: lenet}")).network == .lenet)
    #expect(try study(("hidden: [8]", "hidden: []")).network == .mlp(hidden: []))
    #expect(try study(("crop: 2, flip: true", "crop: 0")).training.augmentation == nil)
    #expect(try study(("weights: final+best", "weights: none")).record.finalWeights == false)
    #expect(try study(("weights: final+best", "weights: best")).record.finalWeights == false)
    #expect(try study(("weights: final+best", "weights: best")).record.bestWeights)
    #expect(
      try study(("seeds: [0, 1]", "seeds: {init: [0, 1], order: [2], augmentation: [4294967295]}"))
        .seeds
        == .crossed(initialization: [0, 1], order: [2], augmentation: [4_294_967_295]))
    #expect(
      try study((", train: 100, test: 50", "")).dataset
        == DatasetRequest(name: "synthetic", train: nil, test: nil))
    #expect(
      try study(("record: {weights: final+best, optimizer_state: final}", "")).record == .init())
    #expect(try study(("confirm: {seeds: [7, 8]}", "")).confirmationSeeds == [])
  }

  /// What does not change a cell does not change its id.
  @Test func notationDoesNotMatter() throws {
    func ids(_ text: String) throws -> [Cell.ID] {
      try StudyGrid(
        try StudyReader.read(text: text, file: "sample.yaml"), dataset: sampleDataset
      ).places.map(\.id)
    }
    let expected = try ids(sampleStudy)
    for (old, new) in [
      ("learning_rate: [0.1, 1]", "learning_rate: [1.0e-1, 1.0]  # a comment"),
      ("  epochs: 4\n  batch: 10\n", "  batch: 1e1\n  epochs: 4.0\n"),
      ("  beta2: [0.9, 0.99]\n    beta0: 0.2", "  beta0: 0.2\n    beta2: [0.9, 0.99]"),
      ("weight_decay: 0\n", "weight_decay: -0.0\n"), ("adai-b", "other"),
      ("study: sample", "study: other"), ("weights: final+best", "weights: none"),
      ("confirm: {seeds: [7, 8]}", ""), ("claim: lower_mean", "claim: no_larger_deviation"),
      ("claims:\n  - {claim: lower_mean, of: adai-b, than: sgd}\n", "claims:\n"),
    ] {
      let text = sampleStudy.replacing(old, with: new)
      #expect(text != sampleStudy, "\(old)")
      #expect(try ids(text) == expected, "\(new)")
    }
  }

  @Test(arguments: [
    (1, "1e-3", "1", [1e-3, 1e-2, 1e-1, 1]), (2, "3e-4", "0.01", [3e-4, 9.5e-4, 3e-3, 9.5e-3]),
    (3, "0.1", "1", [0.1, 0.22, 0.46, 1]), (1, "0.5", "4.9", [0.5]),
    (4, "1", "10", [1, 1.8, 3.2, 5.6, 10]), (1, "1.05", "200", [1.05, 11, 110]),
  ])
  func rangesAreRoundNumbers(perDecade: Int, from: String, to: String, values: [Double]) throws {
    let text = sampleStudy.replacing(
      "per_decade: 2, from: 1e-4, to: 1", with: "per_decade: \(perDecade), from: \(from), to: \(to)"
    )
    let study = try StudyReader.read(text: text, file: "sample.yaml")
    #expect(study.sweeps[1].axes[0].values == values)
  }

  @Test func studiesOfThisRepositoryAreRead() throws {
    for name in [
      "quick", "smoke", "tiny", "tiny-lenet", "tiny-saddle", "tiny-escape", "tiny-network-escape",
      "tiny-network-saddle",
    ] {
      let path = studiesFolder.appending(path: "\(name).yaml").path()
      let study = try StudyReader.read(path: path)
      #expect(study.name == name)
      if name == "quick" { #expect(study.cellCount == 225) }
    }
  }

  /// No beginning of a study makes the reader crash, and each that it refuses names the file.
  @Test func truncatedStudiesAreReadOrRefused() throws {
    let bytes = Array(try Data(contentsOf: studiesFolder.appending(path: "quick.yaml")))
    var refused = 0
    for length in 0..<bytes.count {
      let text = String(decoding: bytes.prefix(length), as: UTF8.self)
      do throws(StudyError) {
        _ = try StudyReader.read(text: text, file: "quick.yaml")
      } catch {
        refused += 1
        #expect(error.description.hasPrefix("quick.yaml:"))
      }
    }
    #expect(refused > bytes.count / 2)
  }

  @Test func unreadableFilesAreRefused() throws {
    let missing = #expect(throws: StudyError.self) { try StudyReader.read(path: "/no/such.yaml") }
    #expect(missing?.description.hasPrefix("/no/such.yaml: ") == true)
    let folder = FileManager.default.temporaryDirectory.appending(path: "study-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let file = folder.appending(path: "x.yaml")
    try Data([0x73, 0xFF, 0xFE]).write(to: file)
    #expect(throws: StudyError(file: file.path(), line: nil, problem: .notUTF8)) {
      try StudyReader.read(path: file.path())
    }
    try Data(repeating: 0x20, count: StudyFormat.largestFile + 1).write(to: file)
    #expect(
      throws: StudyError(
        file: file.path(), line: nil, problem: .tooLarge(limit: StudyFormat.largestFile))
    ) { try StudyReader.read(path: file.path()) }
  }

  /// The schema for editors has the keys that the reader knows, level by level.
  @Test func schemaHasTheReadersKeys() throws {
    let text = try String(
      contentsOf: studiesFolder.appending(path: "study.schema.json"), encoding: .utf8)
    guard case .object(let schema) = try JSONValue(parsing: text),
      case .object(let definitions) = schema["$defs"]
    else { throw SchemaError() }
    func keys(_ value: JSONValue) -> [String]? {
      guard case .object(let object) = value, case .object(let properties) = object["properties"],
        object["additionalProperties"] == .bool(false)
      else { return nil }
      return properties.keys.sorted()
    }
    var levels = definitions.compactMapValues(keys)
    levels["study"] = keys(.object(schema))
    #expect(levels == StudyFormat.levels.mapValues { $0.sorted() })
  }

  private struct SchemaError: Error {}
}
