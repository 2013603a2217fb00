import Diffusion
import Networks
import Optimizers

/// One run of an optimizer: everything that can change its result, and nothing else.
public struct Cell: Hashable, Sendable {
  /// What the optimizer is run on.
  public var work: Work
  public var optimizer: OptimizerChoice
  public var seeds: Seeds
  /// The numerics version: raised whenever a change moves a bit of any result.
  public var numerics: Int

  /// The numerics version of training in this source.
  public static let currentNumerics = 2

  /// The numerics version of a simulation in this source.
  public static func currentNumerics(of simulation: Simulation) -> Int {
    switch simulation {
    case .saddle, .networkSaddle: 3
    case .escape, .networkEscape, .convergence: 2
    }
  }

  public init(
    dataset: DatasetIdentity, network: NetworkChoice, training: TrainingSettings,
    optimizer: OptimizerChoice, seeds: Seeds, numerics: Int = Cell.currentNumerics
  ) {
    work = .training(TrainingRun(dataset: dataset, network: network, training: training))
    (self.optimizer, self.seeds, self.numerics) = (optimizer, seeds, numerics)
  }

  public init(
    simulation: Simulation, dataset: DatasetIdentity? = nil, optimizer: OptimizerChoice, seed: Int,
    numerics: Int? = nil
  ) {
    work = .simulation(simulation, on: dataset)
    (self.optimizer, seeds) = (optimizer, Seeds(all: seed))
    self.numerics = numerics ?? Self.currentNumerics(of: simulation)
  }

  /// What an optimizer is run on.
  public enum Work: Hashable, Sendable {
    case training(TrainingRun)
    case simulation(Simulation, on: DatasetIdentity?)
  }

  /// The training of a network.
  public struct TrainingRun: Hashable, Sendable {
    public var dataset: DatasetIdentity
    public var network: NetworkChoice
    public var training: TrainingSettings
  }

  /// The simulation, if it is one.
  public var simulation: Simulation? {
    if case .simulation(let simulation, _) = work { simulation } else { nil }
  }

  /// The images it uses; `nil` for a simulation without.
  public var images: DatasetIdentity? {
    switch work {
    case .training(let run): run.dataset
    case .simulation(_, let dataset): dataset
    }
  }
}

// What a training run has; asking a simulation for it is a mistake.
extension Cell {
  public var dataset: DatasetIdentity {
    get {
      guard let images else { preconditionFailure("a simulation uses no images") }
      return images
    }
    set { run.dataset = newValue }
  }
  public var network: NetworkChoice {
    get { run.network }
    set { run.network = newValue }
  }
  public var training: TrainingSettings {
    get { run.training }
    set { run.training = newValue }
  }

  private var run: TrainingRun {
    get {
      guard case .training(let run) = work else {
        preconditionFailure("a simulation trains no network")
      }
      return run
    }
    set { work = .training(newValue) }
  }
}

extension Cell {
  /// The name of a cell: the first 16 hex digits of the SHA-256 of its canonical JSON.
  public struct ID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Sixteen lower-case hex digits.
    public let hex: String

    /// The id of these digits, or `nil` if they are not sixteen lower-case hex digits.
    public init?(_ hex: String) {
      guard hex.utf8.count == 16, hex.allSatisfy({ "0123456789abcdef".contains($0) }) else {
        return nil
      }
      self.hex = hex
    }

    public var description: String { hex }

    public static func < (lhs: ID, rhs: ID) -> Bool { lhs.hex < rhs.hex }
  }
}

/// A dataset as far as it can change a result.
public struct DatasetIdentity: Hashable, Sendable {
  public var name: String
  /// How many training images are used, the first of the file; those held out for validation included.
  public var train: Int
  /// How many test images are used, the first of the file.
  public var test: Int
  /// The SHA-256 of the decoded pixels and labels used, 64 hex digits.
  public var digest: String
  /// What is subtracted from x/255, per channel.
  public var mean: [Double]
  /// What the difference is divided by, per channel.
  public var standardDeviation: [Double]
  public var channels: Int
  public var height: Int
  public var width: Int
  public var classes: Int

  public init(
    name: String, train: Int, test: Int, digest: String, mean: [Double],
    standardDeviation: [Double], channels: Int, height: Int, width: Int, classes: Int
  ) {
    (self.name, self.train, self.test, self.digest) = (name, train, test, digest)
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
    (self.channels, self.height, self.width, self.classes) = (channels, height, width, classes)
  }
}
