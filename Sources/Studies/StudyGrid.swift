import Optimizers

/// Every cell of a study, each with its place in the study's grid.
public struct StudyGrid: Hashable, Sendable {
  public let study: Study
  private let images: DatasetIdentity?
  /// The cells in file order: sweep, then each axis in turn, then seeds.
  public let places: [Place]

  /// A cell and where it stands.
  public struct Place: Hashable, Sendable {
    /// The index of its sweep.
    public let sweep: Int
    /// The index of its value on each axis of the sweep.
    public let coordinates: [Int]
    /// The index of its seeds in the study's seed grid, or in the confirmation seeds.
    public let seed: Int
    public let cell: Cell
    public let id: Cell.ID
  }

  /// The images used; asking a simulation without any for them is a mistake.
  public var dataset: DatasetIdentity {
    guard let images else { preconditionFailure("a simulation uses no images") }
    return images
  }

  /// - Parameter dataset: the images used; `nil` for a simulation without, and only there.
  /// - Throws: ``OptimizerError`` for a hyperparameter that is unknown or out of range.
  public init(_ study: Study, dataset: DatasetIdentity?) throws(OptimizerError) {
    precondition((dataset == nil) == (study.images == nil))
    (self.study, images) = (study, dataset)
    var places: [Place] = []
    for index in study.sweeps.indices {
      for coordinates in study.sweeps[index].points {
        for (seed, seeds) in study.seeds.seeds.enumerated() {
          places.append(
            try Place(study, dataset, sweep: index, coordinates, seed: seed, seeds: seeds))
        }
      }
    }
    self.places = places
  }

  /// The cell of each place if no weight were moved; none unless the study moves one.
  public func unperturbed() -> [Cell.ID] {
    guard study.simulation == nil, study.training.perturbation > 0 else { return [] }
    return places.map { place in
      var cell = place.cell
      cell.training.perturbation = 0
      return cell.id
    }
  }

  /// The places that train one point of a sweep again with the study's confirmation seeds.
  public func confirmation(
    sweep: Int, coordinates: [Int]
  ) throws(OptimizerError) -> [Place] {
    var places: [Place] = []
    for (index, seed) in study.confirmationSeeds.enumerated() {
      places.append(
        try Place(
          study, images, sweep: sweep, coordinates, seed: index, seeds: Seeds(all: seed)))
    }
    return places
  }

  /// The places that would confirm any point, the best of its sweep or not; none without confirmation seeds.
  public func confirmations() throws(OptimizerError) -> [Place] {
    guard !study.confirmationSeeds.isEmpty else { return [] }
    var places: [Place] = []
    for index in study.sweeps.indices {
      for coordinates in study.sweeps[index].points {
        places += try confirmation(sweep: index, coordinates: coordinates)
      }
    }
    return places
  }
}

extension StudyGrid.Place {
  fileprivate init(
    _ study: Study, _ dataset: DatasetIdentity?, sweep: Int, _ coordinates: [Int], seed: Int,
    seeds: Seeds
  ) throws(OptimizerError) {
    (self.sweep, self.coordinates, self.seed) = (sweep, coordinates, seed)
    let optimizer = try study.sweeps[sweep].optimizer(at: coordinates)
    if let simulation = study.simulation {
      cell = Cell(
        simulation: simulation, dataset: dataset, optimizer: optimizer, seed: seeds.initialization)
    } else {
      guard let dataset else { preconditionFailure("a study that trains has images") }
      cell = Cell(
        dataset: dataset, network: study.network, training: study.training, optimizer: optimizer,
        seeds: seeds)
    }
    id = cell.id
  }
}

extension Sweep {
  /// The coordinates of every point, the last axis fastest.
  public var points: [[Int]] {
    axes.reduce([[]]) { points, axis in
      points.flatMap { point in axis.values.indices.map { point + [$0] } }
    }
  }

  /// The optimizer at a point.
  public func optimizer(at coordinates: [Int]) throws(OptimizerError) -> OptimizerChoice {
    var values = fixed
    for (axis, index) in zip(axes, coordinates) { values[axis.key] = axis.values[index] }
    return try OptimizerChoice(name: optimizer, values: values)
  }
}
