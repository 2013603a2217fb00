import Optimizers
import Studies

/// A finished simulation of a study.
struct SimulatedCell {
  let source: SimulationSource
  let optimizer: OptimizerChoice
  let measurement: Measurement

  /// Every finished simulation, in file order.
  static func all(of results: StudyResults) -> [SimulatedCell] {
    zip(results.grid.places, results.states).compactMap { place, state in
      guard case .finished(let record) = state, let measurement = record.measurements.first else {
        return nil
      }
      let sweep = results.grid.study.sweeps[place.sweep]
      return SimulatedCell(
        source: SimulationSource(
          sweep: place.sweep, label: sweep.label, optimizer: sweep.optimizer,
          settings: sweep.settings(at: place.coordinates), seed: place.cell.seeds.initialization),
        optimizer: place.cell.optimizer, measurement: measurement)
    }
  }
}

/// Where the numbers of a row are from.
public struct SimulationSource: Hashable, Sendable {
  /// The index of its sweep.
  public let sweep: Int
  public let label: String
  public let optimizer: String
  /// Its value on each axis of its sweep.
  public let settings: [Setting]
  public let seed: Int

  public init(sweep: Int, label: String, optimizer: String, settings: [Setting], seed: Int) {
    (self.sweep, self.label, self.optimizer) = (sweep, label, optimizer)
    (self.settings, self.seed) = (settings, seed)
  }
}
