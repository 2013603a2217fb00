import Datasets
import Networks
import Optimizers
import Studies
import Testing
import Training

/// Runs of whole cells on a few synthetic images.
@Suite struct TrainerTests {
  private static let request = (name: "synthetic-color", train: 22, test: 20)

  private func data(validation: Int = 0) throws -> TrainingData {
    let dataset = try DatasetCatalog.load(
      Self.request.name, train: Self.request.train, test: Self.request.test, environment: [:])
    return TrainingData(dataset, validation: validation)
  }

  private func cell(
    _ network: NetworkChoice = .resnet8, optimizer: String = "adai", learningRate: Double = 0.1,
    change: (inout TrainingSettings) -> Void = { _ in }
  ) throws -> Cell {
    var training = TrainingSettings(epochs: 3, batch: .images(8))
    change(&training)
    return Cell(
      dataset: DatasetIdentity(
        name: Self.request.name, train: Self.request.train, test: Self.request.test, digest: "",
        mean: [0, 0, 0], standardDeviation: [1, 1, 1], channels: 3, height: 12, width: 12,
        classes: 10),
      network: network, training: training,
      optimizer: try OptimizerChoice(
        name: optimizer, values: ["learning_rate": learningRate, "weight_decay": 5e-4]),
      seeds: Seeds(initialization: 0, order: 1, augmentation: 2))
  }

  private static let all = RecordOptions(
    finalWeights: true, bestWeights: true, optimizerState: true)

  private func record(_ cell: Cell, threads: Int = 1) throws -> CellRecord {
    let end = try train(
      cell, on: data(validation: cell.training.validation), keeping: Self.all, threads: threads,
      from: nil, save: { _ in }, report: { _ in .proceed })
    guard case .finished(let record) = end else { throw Unfinished() }
    return record
  }

  struct Unfinished: Error {}

  /// A record without what time it took.
  private func timeless(_ record: CellRecord) -> CellRecord {
    var record = record
    record.curves.removeAll { $0.name == "seconds" }
    return record
  }

  private func everything(_ network: NetworkChoice = .resnet8) throws -> Cell {
    try cell(network) {
      $0.schedule = Schedule(kind: .cosine, warmup: 1)
      $0.clip = .norm(1)
      $0.augmentation = Augmentation(crop: 2, flip: true)
      $0.validation = 3
    }
  }

  @Test func anInterruptionAtAnyStepChangesNoBit() throws {
    let cell = try everything()
    let reference = timeless(try record(cell))
    // 19 images in batches of 8: three steps in each of three epochs.
    for stop in 1..<9 {
      var steps = 0
      let first = try train(
        cell, on: data(validation: 3), keeping: Self.all, threads: 1, from: nil,
        save: { _ in },
        report: { _ in
          steps += 1
          return steps == stop ? .stop : .proceed
        })
      guard case .stopped(let checkpoint) = first else { throw Unfinished() }
      let second = try train(
        cell, on: data(validation: 3), keeping: Self.all, threads: 1, from: checkpoint,
        save: { _ in }, report: { _ in .proceed })
      guard case .finished(let continued) = second else { throw Unfinished() }
      #expect(timeless(continued) == reference, "stopped after step \(stop)")
    }
  }

  /// The state of every optimizer goes through a checkpoint, and into the record.
  @Test(arguments: OptimizerChoice.types.map { $0.name })
  func everyOptimizersStateIsKept(optimizer: String) throws {
    let cell = try cell(optimizer: optimizer, learningRate: 0.01)
    let reference = timeless(try record(cell))
    let first = try train(
      cell, on: data(), keeping: Self.all, threads: 1, from: nil, save: { _ in },
      report: { $0.epoch == 2 ? .stop : .proceed })
    guard case .stopped(let checkpoint) = first else { throw Unfinished() }
    let second = try train(
      cell, on: data(), keeping: Self.all, threads: 1, from: checkpoint, save: { _ in },
      report: { _ in .proceed })
    guard case .finished(let continued) = second else { throw Unfinished() }
    #expect(timeless(continued) == reference)
    #expect(reference.optimizerState.isEmpty == (optimizer == "sgd"))
    #expect(reference.optimizerState.allSatisfy { $0.values.contains { $0 != 0 } })
  }

  @Test func savingCheckpointsChangesNoBit() throws {
    let cell = try everything()
    var saved: [Checkpoint] = []
    let end = try train(
      cell, on: data(validation: 3), keeping: Self.all, threads: 1, from: nil,
      save: { saved.append($0) }, report: { _ in .checkpoint })
    guard case .finished(let record) = end else { throw Unfinished() }
    #expect(saved.count == 9)
    #expect(timeless(record) == timeless(try self.record(cell)))
  }

  /// Two threads, stopped within an epoch, and gone on with one.
  @Test(
    arguments: [
      NetworkChoice.vgg16(width: 4), .densenet121(width: 2), .googlenet(width: 12),
      .resnet50(width: 2), .resnet34(width: 2),
    ], [false, true])
  func threadsAndAnInterruptionChangeNoBit(network: NetworkChoice, varied: Bool) throws {
    var cell = try everything(network)
    if !varied { cell.training.augmentation = nil }
    let reference = timeless(try record(cell))
    var steps = 0
    let first = try train(
      cell, on: data(validation: 3), keeping: Self.all, threads: 2, from: nil, save: { _ in },
      report: { _ in
        steps += 1
        return steps == 5 ? .stop : .proceed
      })
    guard case .stopped(let checkpoint) = first else { throw Unfinished() }
    let second = try train(
      cell, on: data(validation: 3), keeping: Self.all, threads: 1, from: checkpoint,
      save: { _ in }, report: { _ in .proceed })
    guard case .finished(let continued) = second else { throw Unfinished() }
    #expect(timeless(continued) == reference)
    #expect(timeless(try record(cell, threads: 2)) == reference)
  }

  @Test func threadsChangeNoBit() throws {
    let cell = try everything()
    #expect(timeless(try record(cell, threads: 3)) == timeless(try record(cell)))
  }

  @Test(arguments: OptimizerChoice.types.map { $0.name })
  func aRecordHoldsWhatItShould(optimizer: String) throws {
    let record = try record(try cell(optimizer: optimizer, learningRate: 0.01))
    #expect(record.outcome == .completed)
    let curves = Dictionary(uniqueKeysWithValues: record.curves.map { ($0.name, $0.values) })
    #expect(curves["epoch"] == [1, 2, 3])
    #expect(curves["learning_rate"] == [0.01, 0.01, 0.01])
    let errors = try #require(curves["test_error"])
    #expect(record.finalTestError == errors.last)
    #expect(record.bestTestError == errors.min())
    #expect(record.bestEpoch == (errors.firstIndex(of: record.bestTestError) ?? -1) + 1)
    let correct = record.testCorrectFinal.reduce(0) { $0 + $1.nonzeroBitCount }
    #expect(record.finalTestError == Double(20 - correct) / 20)
    let names = record.finalWeights.map(\.name)
    #expect(
      names.prefix(5) == [
        "conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var",
      ])
    #expect(names.last == "fc.bias")
    #expect(record.bestWeights.map(\.name) == names)
    #expect((record.bestEpoch == 3) == (record.bestWeights == record.finalWeights))
    let vectors = [
      "sgd": 0, "momentum": 1, "nesterov": 1, "amsgrad": 3, "padam": 3, "adai": 3, "adaiw": 3,
      "adai_v2": 3,
    ]
    #expect(record.optimizerState.count == vectors[optimizer] ?? 2)
  }

  @Test func divergenceIsARecordWithItsEpochAndStep() throws {
    let record = try record(try cell(optimizer: "sgd", learningRate: 1e30))
    guard case .diverged(let epoch, let step) = record.outcome else { throw Unfinished() }
    #expect(epoch == 1 && (step ?? 0) > 1)
    #expect(record.finalTestError.isNaN && record.bestTestError.isNaN)
    #expect(record.bestEpoch == 0 && record.finalWeights.isEmpty)
    #expect(record.curves.allSatisfy { $0.values.isEmpty })
  }

  /// The weights are lost in the last step of an epoch: whoever stops then, or saves, has a run that is over.
  @Test func `a run that diverged in an evaluation is stopped no more`() throws {
    let lost = try cell(optimizer: "sgd", learningRate: 1e38) { $0.batch = .all }
    for directive in [StepDirective.stop, .checkpoint] {
      var saved = 0
      let end = try train(
        lost, on: data(), keeping: Self.all, threads: 1, from: nil, save: { _ in saved += 1 },
        report: { _ in directive })
      guard case .finished(let record) = end else { throw Unfinished() }
      #expect(record.outcome == .diverged(epoch: 1, step: nil) && saved == 0)
    }
  }

  @Test func aPerturbedCellStartsOneUnitAway() throws {
    let network = try NetworkChoice.lenet.network(
      input: Shape(channels: 1, height: 28, width: 28), classes: 10)
    #expect(network.parameterCount == 61_706)
    let plain = network.initialParameters(seed: 5)
    let moved = network.initialParameters(seed: 5, perturbation: 1)
    let different = plain.indices.filter { plain[$0] != moved[$0] }
    #expect(different.count == 1)
    #expect(different.allSatisfy { plain[$0].nextUp == moved[$0] })
  }

  /// What a study compares must start alike: at a seed, weights and batches know nothing of the optimizer.
  @Test func everyOptimizerSeesTheSameFirstBatch() throws {
    var losses: Set<Double> = []
    for optimizer in ["sgd", "momentum", "adam", "adai", "adaiw"] {
      _ = try train(
        try cell(optimizer: optimizer), on: data(), keeping: Self.all, threads: 1, from: nil,
        save: { _ in },
        report: {
          losses.insert($0.loss)
          return .stop
        })
    }
    #expect(losses.count == 1)
  }
}
