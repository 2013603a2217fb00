import Foundation
import HDF5
import Networks
import Optimizers
import Records
import Storage
import Studies
import Testing

@Suite struct StudyFileWriterTests {
  /// A study of two sweeps; every third cell diverged in its second epoch, one is missing and one failed.
  static func results(
    rates: Int = 3, decays: Int = 2, seeds: SeedGrid = .joint([0, 5]), epochs: Int = 3
  ) throws -> StudyResults {
    let study = Study(
      name: "made-up", about: "λ and η",
      dataset: DatasetRequest(name: "synthetic", train: 64, test: 10), network: .lenet,
      training: TrainingSettings(epochs: epochs, batch: .images(16)), seeds: seeds,
      sweeps: [
        Sweep(
          label: "adai", optimizer: "adai",
          axes: [
            Sweep.Axis(key: "learning_rate", values: (1...rates).map { Double($0) / 10 }),
            Sweep.Axis(key: "weight_decay", values: (0..<decays).map { Double($0) / 1000 }),
          ], fixed: ["beta0": 0.2]),
        Sweep(
          label: "momentum-0.9", optimizer: "momentum",
          axes: [
            Sweep.Axis(key: "learning_rate", values: [0.1]),
            Sweep.Axis(key: "weight_decay", values: [0]),
            Sweep.Axis(key: "momentum", values: [0.9, 0.99]),
          ], fixed: [:]),
      ], record: RecordOptions(), confirmationSeeds: [100, 101])
    let grid = try StudyGrid(study, dataset: Sample.dataset)
    let states = grid.places.enumerated().map { index, place -> CellState in
      switch index {
      case 1: .missing
      case 2: .failed(reason: "killed")
      default: .finished(record(place.cell, Double(index), diverged: index % 3 == 0, epochs))
      }
    }
    let confirmations = try grid.confirmation(sweep: 0, coordinates: [1, 0]).map { place in
      StudyResults.Confirmation(
        place: place, state: .finished(record(place.cell, 0.5, diverged: false, epochs)))
    }
    return StudyResults(grid: grid, states: states, confirmations: confirmations)
  }

  private static func record(
    _ cell: Cell, _ value: Double, diverged: Bool, _ epochs: Int
  ) -> CellRecord {
    let completed = diverged ? 1 : epochs
    let values = (1...completed).map { value + Double($0) / 1000 }
    return CellRecord(
      cell: cell, outcome: diverged ? .diverged(epoch: 2, step: 7) : .completed,
      finalTestError: diverged ? .nan : values[completed - 1], bestTestError: value, bestEpoch: 1,
      curves: ["train_loss", "test_error", "learning_rate"].map {
        Curve(name: $0, unit: "1", meaning: "the \($0)", values: values)
      },
      testCorrectFinal: [], testCorrectBest: [], finalWeights: [], bestWeights: [],
      optimizerState: [])
  }

  private func root(_ bytes: [UInt8]) throws -> HDF5Group {
    try HDF5File(image: bytes, name: "study.h5").root()
  }

  @Test func arraysHoldWhatIsKnown() throws {
    let results = try Self.results()
    let group = try root(try StudyFileWriter(results).bytes()).group("adai")
    #expect(
      try group.names == [
        "learning_rate", "weight_decay", "seed", "epoch", "final_test_error", "best_test_error",
        "best_epoch", "diverged_epoch", "diverged_step", "outcome", "cell", "train_loss",
        "test_error", "learning_rate_by_epoch", "confirmation",
      ])
    #expect(try group.read("learning_rate", as: Double.self).values == [0.1, 0.2, 0.3])
    #expect(try group.read("seed", as: Int64.self).values == [0, 5])
    #expect(try group.read("epoch", as: Int64.self).values == [1, 2, 3])
    let outcome = try group.read("outcome", as: Int8.self)
    #expect(outcome.shape == [3, 2, 2])
    #expect(outcome.values == [2, 0, 3, 2, 1, 1, 2, 1, 1, 2, 1, 1])
    #expect(
      try group.readTexts("cell").values == results.grid.places.prefix(12).map(\.id.hex))
    let error = try group.read("test_error", as: Double.self)
    #expect(error.shape == [3, 2, 2, 3])
    #expect(error.values[12..<15].elementsEqual([4.001, 4.002, 4.003]))
    #expect(error.values[9] == 3.001 && error.values[10].isNaN && error.values[11].isNaN)
    #expect(error.values[3..<9].allSatisfy { $0.isNaN })
    let final = try group.read("final_test_error", as: Double.self).values
    #expect(final[0].isNaN && final[1].isNaN && final[4] == 4.003)
    #expect(try group.attributes().number("beta0", as: Double.self) == 0.2)
    #expect(
      try group.attributes(of: "outcome").text("flag_meanings")
        == "missing completed diverged failed")
  }

  @Test func otherSweptHyperparametersAreDimensionsInFileOrder() throws {
    let bytes = try StudyFileWriter(try Self.results()).bytes()
    let group = try root(bytes).group("momentum-0.9")
    #expect(
      try group.names.prefix(5)
        == ["learning_rate", "weight_decay", "momentum", "seed", "epoch"])
    #expect(try group.read("test_error", as: Double.self).shape == [1, 1, 2, 2, 3])
    #expect(try group.attributes(of: "momentum").number("_Netcdf4Dimid", as: Int32.self) == 8)
  }

  @Test func wordsAreTheMeaningsOfTheirValues() throws {
    let study = try StudyReader.read(
      text: """
        study: words
        dataset: {name: synthetic, train: 64, test: 10}
        network: {name: lenet}
        training: {epochs: 1, batch: 16}
        seeds: [0]
        optimizers:
          - {name: adamw, learning_rate: 0.1, weight_decay: 0, weight_decay_kind: [decoupled_by_schedule, decoupled]}
        """, file: "words.yaml")
    let grid = try StudyGrid(study, dataset: Sample.dataset)
    let results = StudyResults(grid: grid, states: grid.places.map { _ in .missing })
    let group = try root(try StudyFileWriter(results).bytes()).group("adamw")
    let attributes = try group.attributes(of: "weight_decay_kind")
    let values = try group.read("weight_decay_kind", as: Double.self).values
    #expect(try attributes.text("flag_meanings") == "decoupled_by_schedule decoupled")
    #expect(try attributes.numbers("flag_values", as: Double.self) == values)
    #expect(try !group.attributes(of: "learning_rate").contains("flag_meanings"))
  }

  @Test func crossedSeedsAreThreeDimensions() throws {
    let results = try Self.results(
      seeds: .crossed(initialization: [0, 1], order: [2, 3, 4], augmentation: [5]))
    let group = try root(try StudyFileWriter(results).bytes()).group("adai")
    #expect(
      try group.names.prefix(6)
        == ["learning_rate", "weight_decay", "init", "order", "augmentation", "epoch"])
    let cells = try group.readTexts("cell")
    #expect(cells.shape == [3, 2, 2, 3, 1])
    #expect(cells.values == results.grid.places.filter { $0.sweep == 0 }.map(\.id.hex))
  }

  @Test func confirmationsHaveTheirOwnGroup() throws {
    let inner = try root(try StudyFileWriter(try Self.results()).bytes())
      .group("adai").group("confirmation")
    #expect(try inner.read("seed", as: Int64.self).values == [100, 101])
    #expect(try inner.read("test_error", as: Double.self).shape == [2, 3])
    #expect(try inner.attributes().number("learning_rate", as: Double.self) == 0.2)
    #expect(try inner.attributes().number("weight_decay", as: Double.self) == 0)
  }

  @Test func theSameResultsGiveTheSameBytes() throws {
    let folder = try ResultsFolder()
    let writer = StudyFileWriter(try Self.results(rates: 20, decays: 20, epochs: 10))
    try writer.write(to: "\(folder.path)/study.h5")
    #expect(try Files.read("\(folder.path)/study.h5", limit: 1 << 26) == writer.bytes())
    #expect(try Files.list(folder.path) == ["study.h5"])
  }
}
