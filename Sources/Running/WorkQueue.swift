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
  private let patience: Duration?
  private let longestPause: Duration
  private var allowance: Int
  private let budget: TimeBudget<ContinuousClock.Instant>
  /// Where workers keep checkpoints in between, on this machine.
  private(set) var scratch: String?

  /// Cells that nobody here works on, in file order.
  private var pending: [StudyGrid.Place]
  /// Where in the list the next look begins; it goes round.
  private var position: Int
  /// The claims held, by cell.
  private var held: [Cell.ID: Claim] = [:]
  /// The cells whose state was saved here, and that are not finished.
  private var advanced: Set<Cell.ID> = []
  /// When a look first found nothing but cells of others; `nil` if the last one found something.
  private var waitingSince: ContinuousClock.Instant?
  /// Before when the folder is not looked at again.
  private var nextLook: ContinuousClock.Instant?
  private var pause = WorkQueue.shortestPause
  private var counts = RunSummary()

  static let shortestPause = Duration.seconds(1)

  var summary: RunSummary {
    var summary = counts
    summary.advanced = advanced.count
    return summary
  }

  init(
    _ places: [StudyGrid.Place], keeping: RecordOptions, records: RecordStore, work: WorkFolder,
    options: RunOptions, report: @escaping @Sendable (RunEvent) async -> Void
  ) {
    (self.records, self.work, self.keeping, self.report) = (records, work, keeping, report)
    judge = ClaimJudge(lease: options.lease)
    (patience, longestPause) = (options.patience, options.longestPause)
    allowance = options.limit ?? .max
    budget = TimeBudget(until: options.end)
    pending = places
    position = Int(options.beginning * Double(places.count))
  }

  /// What a worker that asks for a cell is told.
  enum Answer: Sendable {
    case train(StudyGrid.Place)
    /// Nothing now, but this many cells of other runners may become free: ask again soon.
    case later(others: Int)
    /// Nothing any more. A cell that fails is tried again by the worker slot it failed in.
    case done
  }

  /// Claims the next cell that nobody has.
  ///
  /// - Throws: `StorageError` if the folder cannot be read or written.
  func next() async throws -> Answer {
    guard allowance > 0 else { return .done }
    // A wait that outlasts the time there is ends below, at once.
    if let nextLook, clock.now < nextLook, budget.allowsStep(at: clock.now, evaluation: 0) {
      return .later(others: pending.count)
    }
    // Reporting lets other workers ask, who move the position on and see what this one then does not.
    var unseen = pending.count
    while unseen > 0, !pending.isEmpty {
      guard budget.allowsStep(at: clock.now, evaluation: 0) else {
        // What only waited for others is not short of time itself.
        if waitingSince == nil { counts.ranOutOfTime = true }
        return .done
      }
      unseen -= 1
      position = position < pending.count ? position : 0
      let place = pending[position]
      if let isFailed = try isFailedOrFinished(place) {
        pending.remove(at: position)
        await settle(place, isFailed: isFailed)
      } else if try claim(place.id) {
        pending.remove(at: position)
        // It may have been finished, or have failed, and been released since the first look.
        guard let isFailed = try isFailedOrFinished(place) else {
          allowance -= 1
          lookAtOnce()
          return .train(place)
        }
        try release(place.id)
        await settle(place, isFailed: isFailed)
      } else {
        position += 1
      }
    }
    return pending.isEmpty ? .done : wait()
  }

  /// What to answer when all cells left are with others.
  private func wait() -> Answer {
    let now = clock.now
    let since = waitingSince ?? now
    if let patience, since.duration(to: now) >= patience { return .done }
    (waitingSince, nextLook) = (since, now + pause)
    pause = min(pause * 2, longestPause)
    return .later(others: pending.count)
  }

  private func lookAtOnce() {
    (waitingSince, nextLook, pause) = (nil, nil, Self.shortestPause)
  }

  /// Whether a cell has failed for good; `false` if it is finished, `nil` if it is neither.
  private func isFailedOrFinished(_ place: StudyGrid.Place) throws -> Bool? {
    if try records.holds(place.id, keeping) { return false }
    return try work.failure(of: place.id)?.isFinal == true ? true : nil
  }

  private func settle(_ place: StudyGrid.Place, isFailed: Bool) async {
    if isFailed { counts.failed += 1 }
    advanced.remove(place.id)
    await report(.settledElsewhere(place, failed: isFailed))
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
    counts.trained += 1
    advanced.remove(place.id)
    try work.forgetFailure(of: place.id)
    try release(place.id)
  }

  /// A worker could not train the cell, or died of it: it is tried again, or failed for good.
  func fail(
    _ place: StudyGrid.Place, reason: String, log: [String], isCertain: Bool = false
  ) throws -> FailureNote {
    let note = try work.addFailure(
      of: place.id, reason: reason, log: log, isCertain: isCertain)
    try release(place.id)
    if note.isFinal {
      counts.failed += 1
      advanced.remove(place.id)
    } else {
      putBack(place)
    }
    return note
  }

  /// A cell was not finished, through no fault of its own.
  func giveBack(_ place: StudyGrid.Place) throws {
    try release(place.id)
    putBack(place)
  }

  /// There was no time for another step of a cell, which `hasAdvanced` by others before.
  func giveBack(_ place: StudyGrid.Place, hasAdvanced: Bool) throws {
    try giveBack(place)
    counts.ranOutOfTime = true
    if hasAdvanced { saved(place) }
  }

  /// The state of a cell was saved.
  func saved(_ place: StudyGrid.Place) { advanced.insert(place.id) }

  /// Makes the folder of this machine that checkpoints in between are kept in.
  func prepareScratch(in shared: String) async {
    do throws(StorageError) {
      scratch = try Files.makePrivateFolder(in: shared)
    } catch {
      await report(.lostScratch(reason: error.description))
    }
  }

  /// The folder for checkpoints in between was found unusable: no order names it any more.
  func loseScratch(reason: String) async {
    guard scratch != nil else { return }
    scratch = nil
    await report(.lostScratch(reason: reason))
  }

  /// Workers were stopped in the middle of a step.
  func runOutOfTime() { counts.ranOutOfTime = true }

  /// Puts a cell where it is looked at next.
  private func putBack(_ place: StudyGrid.Place) {
    allowance += 1
    position = min(position, pending.count)
    pending.insert(place, at: position)
    lookAtOnce()
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
