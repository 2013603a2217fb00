import Storage

/// A runner's claim on a cell: the content of `work/<id>.claim`.
public struct Claim: Hashable, Codable, Sendable {
  public var owner: ProcessIdentity
  /// Counts up for as long as the owner works on the cell.
  public var heartbeat: Int

  public init(owner: ProcessIdentity, heartbeat: Int = 0) {
    (self.owner, self.heartbeat) = (owner, heartbeat)
  }
}

/// Tells which claims are stale, by what it knows of their owners and by its own clock.
///
/// A claim is stale when its owner is known dead, or when its heartbeat has not moved for the lease.
/// Clocks of different machines are never compared.
public struct ClaimJudge<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
  /// How long a heartbeat may stand still.
  public var lease: Duration
  /// Who judges.
  public var observer: ProcessIdentity
  /// The last change seen of each claim that was ever judged.
  private var seen: [String: (claim: Claim?, since: Instant)] = [:]

  public init(lease: Duration = .seconds(120), observer: ProcessIdentity = .current) {
    (self.lease, self.observer) = (lease, observer)
  }

  /// Whether the claim found under `name` at this instant is stale; `nil` is one that cannot be read.
  public mutating func isStale(_ claim: Claim?, named name: String, at now: Instant) -> Bool {
    if let claim, claim.owner.life(seenBy: observer) == .dead { return true }
    guard let last = seen[name], last.claim == claim else {
      seen[name] = (claim, now)
      return false
    }
    return last.since.duration(to: now) >= lease
  }
}
