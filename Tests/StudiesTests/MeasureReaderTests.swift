import Studies
import Testing

@Suite struct MeasureReaderTests {
  private func read(_ measure: String) throws -> Study {
    try StudyReader.read(text: sampleStudy + "\nmeasure: \(measure)\n", file: "s.yaml")
  }

  @Test func hessianIsRead() throws {
    let study = try read(
      "{hessian: {top: 5, samples: 80, batch_norm: training, l2: true, trace: 9, at: [0, 2, final]}}"
    )
    var expected = HessianSettings(top: 5, samples: 80, epochs: [0, 2, 4])
    (expected.usesBatchStatistics, expected.includesL2, expected.probes) = (true, true, 9)
    #expect(study.measure == MeasureSettings(hessian: expected))
  }

  @Test func noiseIsRead() throws {
    let study = try read(
      "{noise: {batches: [1, 10], draws: 50, samples: 80, parameters: 7, top: 3}}")
    let expected = NoiseSettings(
      batches: [1, 10], draws: 50, samples: 80, parameters: 7, top: 3, epochs: [4])
    #expect(study.measure == MeasureSettings(noise: expected))
  }

  /// What is measured is not what a cell is.
  @Test func cellsDoNotDependOnIt() throws {
    let plain = try StudyReader.read(text: sampleStudy, file: "s.yaml")
    var measured = try read("{hessian: {top: 5, samples: 80}}")
    #expect(plain.measure == nil && measured != plain)
    measured.measure = nil
    #expect(measured == plain)
  }

  @Test(arguments: [
    "{hessian: {top: 0, samples: 80}}", "{hessian: {top: 5, samples: 81}}", "{hessian: {top: 5}}",
    "{hessian: {top: 5, samples: 80, at: [5]}}", "{hessian: {top: 5, samples: 80, at: [4, final]}}",
    "{hessian: {top: 5, samples: 80, batch_norm: on}}", "{spectrum: {top: 5}}",
    "{noise: {batches: [81], draws: 50, samples: 80, parameters: 7, top: 3}}",
    "{noise: {batches: [1], draws: 39, samples: 80, parameters: 7, top: 3}}",
  ])
  func mistakesAreRefused(measure: String) {
    #expect(throws: StudyError.self) { try read(measure) }
  }

  /// A decoupled decay is no term of the loss.
  @Test(arguments: [
    (entry: "{name: adaiw, learning_rate: 1, weight_decay: 1e-4}", isRefused: true),
    (entry: "{name: adai_v2, learning_rate: 1, weight_decay: 1e-4}", isRefused: true),
    (
      entry: "{name: adai_v2, learning_rate: 1, weight_decay: 1e-4, weight_decay_kind: coupled}",
      isRefused: false
    ),
    (
      entry:
        "{name: adai_v2, learning_rate: 1, weight_decay: 0, weight_decay_kind: [coupled, decoupled]}",
      isRefused: true
    ),
    (entry: "{name: momentum, learning_rate: 1, weight_decay: 1e-4}", isRefused: false),
  ])
  func l2NeedsACoupledDecay(entry: String, isRefused: Bool) throws {
    let text = """
      study: s
      dataset: {name: synthetic, train: 64, test: 64}
      network: {name: mlp, hidden: [4]}
      training: {epochs: 1, batch: 8}
      seeds: [0]
      optimizers: [\(entry)]
      measure:
        hessian: {top: 2, samples: 8, l2: true}
      """
    guard isRefused else {
      let study = try StudyReader.read(text: text, file: "s.yaml")
      #expect(study.measure?.hessian?.includesL2 == true)
      return
    }
    let error = #expect(throws: StudyError.self) {
      try StudyReader.read(text: text, file: "s.yaml")
    }
    #expect(error?.line == 8 && error?.description.contains("decoupled") == true)
  }

  @Test func measuringNothingIsAMistake() {
    let text = """
      study: s
      dataset: {name: synthetic, train: 100, test: 20}
      network: {name: mlp, hidden: [8]}
      training: {epochs: 2, batch: 10}
      seeds: [0]
      optimizers: [{name: sgd, learning_rate: 1, weight_decay: 0}]
      measure: {}
      """
    let error = #expect(throws: StudyError.self) { try StudyReader.read(text: text, file: "x") }
    #expect(error?.description.hasPrefix("x:7: ") == true, "\(error?.description ?? "")")
  }
}
