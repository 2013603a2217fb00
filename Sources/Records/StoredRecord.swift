import Studies

/// A record as a results folder holds it: perhaps without all its weights, with the digests of all.
public struct StoredRecord: Hashable, Sendable {
  /// What is kept; weights that are not are empty.
  public let record: CellRecord
  public let provenance: Provenance
  public let digests: RecordDigests
  /// What is kept besides the curves; everything for a diverged cell, which has nothing to keep.
  public let keeps: RecordOptions

  init(
    _ record: CellRecord, _ provenance: Provenance, _ digests: RecordDigests, keeps: RecordOptions
  ) {
    (self.record, self.provenance) = (record, provenance)
    (self.digests, self.keeps) = (digests, keeps)
  }

  /// A record that was just made, without what is not to be kept.
  ///
  /// A simulation has no weights, and keeps whatever may be asked for.
  ///
  /// - Precondition: a completed training run's record has its final weights, which the digest is over, and, if they are
  ///   to be kept, the best epoch's.
  public init(_ record: CellRecord, _ provenance: Provenance, keeping options: RecordOptions) {
    let completed = record.outcome == .completed && record.cell.simulation == nil
    precondition(!completed || !record.finalWeights.isEmpty, "a completed record has weights")
    precondition(
      !completed || !options.bestWeights || !record.bestWeights.isEmpty,
      "the best weights are there to be kept")
    var kept = record
    if !options.finalWeights { kept.finalWeights = [] }
    if !options.bestWeights { kept.bestWeights = [] }
    if !options.optimizerState { kept.optimizerState = [] }
    self.init(
      kept, provenance, RecordDigests(record), keeps: completed ? options : .everything)
  }

  /// This record with what another of the same cell keeps and this one does not.
  func adding(_ other: StoredRecord) -> StoredRecord {
    var record = record
    if !keeps.finalWeights { record.finalWeights = other.record.finalWeights }
    if !keeps.bestWeights { record.bestWeights = other.record.bestWeights }
    if !keeps.optimizerState { record.optimizerState = other.record.optimizerState }
    return StoredRecord(record, provenance, digests, keeps: keeps.union(other.keeps))
  }
}
