import Diffusion
import Networks
import Optimizers

/// What a study file says, read and checked.
public struct Study: Hashable, Sendable {
  /// The name of its folder under results/.
  public var name: String
  /// What it is for, in words; may be empty.
  public var about: String
  /// What its optimizers are run on.
  public var work: Work
  public var seeds: SeedGrid
  public var sweeps: [Sweep]
  public var record: RecordOptions
  /// Fresh seeds with which each sweep's best cell is trained again after the grid; empty for none.
  public var confirmationSeeds: [Int]
  /// What is measured of the trained cells; `nil` for nothing.
  public var measure: MeasureSettings?
  /// What the study is meant to show; empty for nothing in particular.
  public var claims: [Claim]
  /// The published table that its results are put beside; no part of a cell.
  public var published: PublishedReference?

  public init(
    name: String, about: String, dataset: DatasetRequest, network: NetworkChoice,
    training: TrainingSettings, seeds: SeedGrid, sweeps: [Sweep], record: RecordOptions,
    confirmationSeeds: [Int], measure: MeasureSettings? = nil, claims: [Claim] = [],
    published: PublishedReference? = nil
  ) {
    (self.name, self.about, self.seeds, self.sweeps) = (name, about, seeds, sweeps)
    work = .training(TrainingPlan(dataset: dataset, network: network, training: training))
    (self.record, self.confirmationSeeds, self.claims) = (record, confirmationSeeds, claims)
    (self.measure, self.published) = (measure, published)
  }

  /// A study of a simulation, whose records keep no weights.
  public init(
    name: String, about: String, simulation: Simulation, dataset: DatasetRequest? = nil,
    seeds: [Int], sweeps: [Sweep], claims: [Claim] = []
  ) {
    precondition((dataset != nil) == simulation.usesImages)
    (self.name, self.about, self.seeds, self.sweeps) = (name, about, .joint(seeds), sweeps)
    work = .simulation(simulation, on: dataset)
    record = RecordOptions(finalWeights: false)
    (confirmationSeeds, self.claims) = ([], claims)
  }

  /// What optimizers are run on.
  public enum Work: Hashable, Sendable {
    case training(TrainingPlan)
    case simulation(Simulation, on: DatasetRequest?)
  }

  /// The training of a network on a dataset.
  public struct TrainingPlan: Hashable, Sendable {
    public var dataset: DatasetRequest
    public var network: NetworkChoice
    public var training: TrainingSettings
  }

  /// The simulation, if it is one.
  public var simulation: Simulation? {
    if case .simulation(let simulation, _) = work { simulation } else { nil }
  }

  /// The images it uses; `nil` for a simulation without.
  public var images: DatasetRequest? {
    switch work {
    case .training(let plan): plan.dataset
    case .simulation(_, let dataset): dataset
    }
  }

  /// Its kind, as study files write it.
  public var kind: String { simulation?.kind ?? "train" }
}

// What a study that trains has; asking another for it is a mistake.
extension Study {
  public var dataset: DatasetRequest {
    get {
      guard let images else { preconditionFailure("a simulation uses no images") }
      return images
    }
    set { plan.dataset = newValue }
  }
  public var network: NetworkChoice {
    get { plan.network }
    set { plan.network = newValue }
  }
  public var training: TrainingSettings {
    get { plan.training }
    set { plan.training = newValue }
  }

  private var plan: TrainingPlan {
    get {
      guard case .training(let plan) = work else {
        preconditionFailure("a simulation trains no network")
      }
      return plan
    }
    set { work = .training(newValue) }
  }
}

/// Which images of which dataset a study uses.
public struct DatasetRequest: Hashable, Sendable {
  public var name: String
  /// The number of training images, the first of the file; `nil` for all.
  public var train: Int?
  /// The number of test images, the first of the file; `nil` for all.
  public var test: Int?
  /// The user's own file that has them; `nil` for a dataset that inertia knows.
  public var file: File?

  /// A file that a study names.
  public struct File: Hashable, Sendable {
    /// Relative to the study file, unless it starts with a slash.
    public var path: String
    /// The line of the study file that names it.
    public var line: Int

    public init(path: String, line: Int) { (self.path, self.line) = (path, line) }
  }

  public init(name: String, train: Int?, test: Int?, file: File? = nil) {
    (self.name, self.train, self.test, self.file) = (name, train, test, file)
  }
}

/// An entry of `optimizers:`: one optimizer over a grid of its hyperparameters.
public struct Sweep: Hashable, Sendable {
  /// The label in tables and in study.h5; the optimizer's name unless the file gives another.
  public var label: String
  /// The optimizer's name.
  public var optimizer: String
  /// What varies: learning rate and weight decay first, always, then the other swept hyperparameters in file order.
  public var axes: [Axis]
  /// The hyperparameters given one value, by key.
  public var fixed: [String: Double]

  /// A hyperparameter and the values it takes, in file order, none twice.
  public struct Axis: Hashable, Sendable {
    public var key: String
    public var values: [Double]

    public init(key: String, values: [Double]) { (self.key, self.values) = (key, values) }
  }

  public init(label: String, optimizer: String, axes: [Axis], fixed: [String: Double]) {
    (self.label, self.optimizer, self.axes, self.fixed) = (label, optimizer, axes, fixed)
  }
}

/// What a record keeps beyond its curves.
public struct RecordOptions: Hashable, Sendable {
  /// Keep the weights after the last epoch.
  public var finalWeights: Bool
  /// Keep the weights of the best epoch.
  public var bestWeights: Bool
  /// Keep the optimizer's state after the last epoch.
  public var optimizerState: Bool

  public init(finalWeights: Bool = true, bestWeights: Bool = false, optimizerState: Bool = false) {
    (self.finalWeights, self.bestWeights) = (finalWeights, bestWeights)
    self.optimizerState = optimizerState
  }
}
