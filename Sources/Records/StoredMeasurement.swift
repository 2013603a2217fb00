import Studies

/// A measurement as its file holds it, with what was asked and where it was made.
public struct StoredMeasurement: Hashable, Sendable {
  /// The first 16 hex digits of the SHA-256 of ``task``.
  public let id: Cell.ID
  /// What was asked, as canonical JSON.
  public let task: String
  /// The cell it is of, as canonical JSON.
  public let cell: String
  public let measurement: Measurement
  public let provenance: Provenance

  /// The id of the cell it is of.
  public var cellID: Cell.ID { Cell.ID(hashing: cell) }

  /// The SHA-256 of the numbers.
  public var sha256: String { RecordDigests.measurements([measurement]) }

  init(task: String, cell: String, _ measurement: Measurement, _ provenance: Provenance) {
    (id, self.task, self.cell) = (Cell.ID(hashing: task), task, cell)
    (self.measurement, self.provenance) = (measurement, provenance)
  }

  init(_ task: MeasurementTask, _ measurement: Measurement, _ provenance: Provenance) {
    self.init(
      task: task.canonicalJSON, cell: task.cell.canonicalJSON, measurement, provenance)
  }
}
