import Records
import Storage
import Studies

/// The cells of a run: which are to be trained, who trains them, and which are settled.
///
/// It holds this runner's claims. Every decision is made from what the folder holds at that moment, since
/// other runners may share it.
actor WorkQueue {
  private let records: RecordStore
  private let work: WorkFolder
  private let keeping: RecordOptions
  private let report: @Sendable (RunEvent) async -> Void
  private let owner = ProcessIdentity.current
  private let clock = ContinuousClock()
  private var judge: ClaimJudge<ContinuousClock.Instant>
  private var allowance: Int

  /// Cells that nobody here works on, in file order.
  private var pending: [StudyGrid.Place]
  /// The claims held, by cell.
  private var held: [Cell.ID: Claim] = [:]
  private(set) var summary = RunSummary()

  init(
    _ places: [StudyGrid.Place], keeping: RecordOptions, records: RecordStore, work: WorkFolder,
    options: RunOptions, report: @escaping @Sendable (RunEvent) async -> Void
  ) {
    (self.records, self.work, self.keeping, self.report) = (records, work, keeping, report)
    judge = ClaimJudge(lease: options.lease)
    allowance = options.limit ?? .max
    pending = places
  }

  /// What a worker that asks for a cell is told.
  enum Answer: Sendable {
    case train(StudyGrid.Place)
    /// Nothing now, but this many cells of other runners may become free.
    case later(others: Int)
    /// Nothing any more. A cell that fails is tried again by the worker slot it failed in.
    case done
  }

  /// Claims the next cell that nobody has.
  ///
  /// - Throws: `StorageError` if the folder cannot be read or written.
  func next() async throws -> Answer {
    guard allowance > 0 else { return .done }
    var index = 0
    while index < pending.count {
      let place = pending[index]
      if try records.holds(place.id, keeping) {
        pending.remove(at: index)
        await report(.settledElsewhere(place, failed: false))
        // Reporting lets other workers ask, who change the list.
        index = 0
      } else if let note = try work.failure(of: place.id), note.isFinal {
        pending.remove(at: index)
        summary.failed += 1
        await report(.settledElsewhere(place, failed: true))
        index = 0
      } else if try claim(place.id) {
        pending.remove(at: index)
        // It may have been finished, or have failed, and been released since the first look.
        if try records.holds(place.id, keeping) {
          try release(place.id)
          await report(.settledElsewhere(place, failed: false))
          index = 0
        } else if let note = try work.failure(of: place.id), note.isFinal {
          try release(place.id)
          summary.failed += 1
          await report(.settledElsewhere(place, failed: true))
          index = 0
        } else {
          allowance -= 1
          return .train(place)
        }
      } else {
        index += 1
      }
    }
    return pending.isEmpty ? .done : .later(others: pending.count)
  }

  private func claim(_ id: Cell.ID) throws -> Bool {
    let mine = Claim(owner: owner)
    if try !work.create(mine, on: id) {
      let theirs = try work.claim(on: id)
      let now = clock.now
      guard judge.isStale(theirs, named: id.hex, at: now),
        try work.takeOver(
          id, from: theirs, with: mine, judging: { judge.isStale($0, named: $1, at: now) })
      else { return false }
    }
    held[id] = mine
    return true
  }

  private func release(_ id: Cell.ID) throws {
    held[id] = nil
    try work.release(id, by: owner)
  }

  /// A worker published the cell's record.
  func finish(_ place: StudyGrid.Place) throws {
    summary.trained += 1
    try work.forgetFailure(of: place.id)
    try release(place.id)
  }

  /// A worker could not train the cell, or died of it: it is tried again, or failed for good.
  func fail(_ place: StudyGrid.Place, reason: String, log: [String]) throws -> FailureNote {
    let note = try work.addFailure(of: place.id, reason: reason, log: log)
    try release(place.id)
    if note.isFinal {
      summary.failed += 1
    } else {
      allowance += 1
      pending.insert(place, at: 0)
    }
    return note
  }

  /// A cell was not finished, through no fault of its own.
  func giveBack(_ place: StudyGrid.Place) throws {
    try release(place.id)
    allowance += 1
    pending.insert(place, at: 0)
  }

  /// Gives a cell back where another error is on its way, which says more than one from here.
  func giveBackIfPossible(_ place: StudyGrid.Place) {
    do {
      try giveBack(place)
    } catch {
      // The claim stays in the folder; it is stale once this process has ended.
    }
  }

  /// Moves the heartbeat of every claim held; one that was taken over meanwhile is no longer held.
  func beat() {
    for (id, claim) in held {
      do {
        guard try work.claim(on: id)?.owner == owner else {
          held[id] = nil
          continue
        }
        let next = Claim(owner: owner, heartbeat: claim.heartbeat + 1)
        try work.renew(next, on: id)
        held[id] = next
      } catch {
        // The next beat tries again. A folder that stays unwritable shows when a worker saves to it.
      }
    }
  }

  /// The cells that are not settled.
  var left: Int { pending.count + held.count }
}
