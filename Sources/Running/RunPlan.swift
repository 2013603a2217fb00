import Records
import Studies

/// What a results folder holds of some places of a study, and so what is left to do.
public struct RunPlan: Sendable {
  public let places: [StudyGrid.Place]
  /// What is known of each place, in the same order.
  public let states: [PlaceState]

  /// Looks at names, lengths and user blocks only, and changes nothing.
  ///
  /// - Throws: `StorageError` if the folder cannot be read.
  public init(
    _ places: [StudyGrid.Place], keeping options: RecordOptions, records: RecordStore,
    work: WorkFolder
  ) throws {
    let names = Set(try work.names())
    self.places = places
    states = try places.map { place in
      if let hasDiverged = try records.hasDiverged(place.id, keeping: options) {
        return .finished(hasDiverged: hasDiverged)
      }
      if names.contains("\(place.id).failed.json"), let note = try work.failure(of: place.id),
        note.isFinal
      {
        return .failed(note)
      }
      // A dead owner's claim is worth nothing; another machine's may be.
      if names.contains("\(place.id).claim"), let claim = try work.claim(on: place.id),
        claim.owner.life() != .dead
      {
        return .running(claim)
      }
      return names.contains("\(place.id).checkpoint") ? .interrupted : .missing
    }
  }

  /// The number of places in a state for which `condition` holds.
  public func count(where condition: (PlaceState) -> Bool) -> Int {
    states.reduce(0) { condition($1) ? $0 + 1 : $0 }
  }

  /// How many places are still to be trained: neither finished nor failed for good.
  public var left: Int {
    count {
      switch $0 {
      case .finished, .failed: false
      case .running, .interrupted, .missing: true
      }
    }
  }
}

/// What is known of a place of a study without opening its record.
public enum PlaceState: Hashable, Sendable {
  /// It has a record that holds what the study asks for.
  case finished(hasDiverged: Bool)
  /// It failed as often as it may.
  case failed(FailureNote)
  /// Somebody works on it, or did within the lease.
  case running(Claim)
  /// It was begun; a checkpoint is kept.
  case interrupted
  case missing
}
