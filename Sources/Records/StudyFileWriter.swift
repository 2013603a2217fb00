import HDF5
import Storage
import Studies

/// `study.h5`: what is known of a study's cells as labelled arrays, in the conventions of netCDF-4 and CF.
///
/// There is a group for each sweep, named by its label, so that `xarray.open_dataset("study.h5",
/// group="adai")` gives `test_error(learning_rate, weight_decay, seed, epoch)` and the others; a group
/// `confirmation` inside it if its best point was trained again. The same results give the same bytes.
public struct StudyFileWriter: Sendable {
  private let results: StudyResults

  public init(_ results: StudyResults) { self.results = results }

  /// Writes the file, or leaves the one that was there.
  ///
  /// - Throws: `StorageError` and `HDF5Error`.
  public func write(to path: String) throws {
    try Files.writeAtomically(path, try bytes())
  }

  /// The bytes of the file.
  public func bytes() throws(HDF5Error) -> [UInt8] {
    let file = try HDF5File()
    try write(to: try file.root())
    let image = try file.image()
    try file.close()
    return image
  }

  private func write(to root: borrowing HDF5Group) throws(HDF5Error) {
    let study = results.grid.study
    let attributes = try root.attributes()
    // Of fixed length, as netCDF's library reads it.
    try attributes.write(fixed: "version=2,inertia=1", "_NCProperties")
    try attributes.write("CF-1.10", "Conventions")
    try attributes.write(study.name, "title")
    try attributes.write(study.about, "comment")
    if study.simulation == nil {
      try attributes.write(study.network.name, "network")
      try attributes.write(study.dataset.name, "dataset")
    } else {
      try attributes.write(study.kind, "kind")
    }
    var dimensions = 0
    for (index, sweep) in study.sweeps.enumerated() {
      let group = try root.createGroup(sweep.label)
      try describe(sweep, try group.attributes())
      try StudyArrays(grid(of: index)).write(to: group, firstDimension: &dimensions)
      if let confirmation = confirmation(of: index) {
        let inner = try group.createGroup("confirmation")
        try describe(sweep, try inner.attributes(), at: confirmation.point)
        try StudyArrays(confirmation.table).write(to: inner, firstDimension: &dimensions)
      }
    }
  }

  /// The optimizer's name, and each hyperparameter that has one value in the group.
  private func describe(
    _ sweep: Sweep, _ attributes: borrowing HDF5Attributes, at point: [Int]? = nil
  ) throws(HDF5Error) {
    try attributes.write(sweep.optimizer, "optimizer")
    var values = sweep.fixed
    if let point {
      for (axis, index) in zip(sweep.axes, point) { values[axis.key] = axis.values[index] }
    }
    for (key, value) in values.sorted(by: { $0.key < $1.key }) { try attributes.write(value, key) }
  }

  private func grid(of index: Int) -> StudyTable {
    let study = results.grid.study
    let sweep = study.sweeps[index]
    var dimensions = sweep.axes.map { StudyTable.Dimension(axis: $0, of: sweep) }
    switch study.seeds {
    case .joint(let seeds):
      dimensions.append(StudyTable.Dimension(seeds, "seed", "seed of all random streams"))
    case .crossed(let initialization, let order, let augmentation):
      dimensions.append(
        StudyTable.Dimension(initialization, "init", "seed of the initial weights"))
      dimensions.append(
        StudyTable.Dimension(order, "order", "seed of the order of the images and of dropout"))
      dimensions.append(
        StudyTable.Dimension(augmentation, "augmentation", "seed of crops and flips"))
    }
    var table = StudyTable(
      dimensions: dimensions, epochs: study.simulation == nil ? study.training.epochs : 0)
    let seeds = study.seeds.seeds.count
    for (place, state) in zip(results.grid.places, results.states) where place.sweep == index {
      let point = zip(place.coordinates, sweep.axes).reduce(0) { $0 * $1.1.values.count + $1.0 }
      table.set(point * seeds + place.seed, place.id, state)
    }
    return table
  }

  private func confirmation(of index: Int) -> (table: StudyTable, point: [Int])? {
    let study = results.grid.study
    let confirmations = results.confirmations.filter { $0.place.sweep == index }
    guard let point = confirmations.first?.place.coordinates else { return nil }
    let seeds = study.confirmationSeeds
    var table = StudyTable(
      dimensions: [StudyTable.Dimension(seeds, "seed", "seed of all random streams")],
      epochs: study.training.epochs)
    for confirmation in confirmations {
      table.set(confirmation.place.seed, confirmation.place.id, confirmation.state)
    }
    return (table, point)
  }
}
