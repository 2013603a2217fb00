/// When a worker saves the state of the cell it trains.
///
/// Saving costs at most 2 % of the time (the next save comes no sooner than fifty times what the last
/// one took), and states are at most five minutes apart.
public struct CheckpointPolicy<Instant: InstantProtocol>: Sendable
where Instant.Duration == Duration {
  /// The shortest time between two saves, however cheap they are.
  public static var shortest: Duration { .seconds(1) }
  /// The longest, however dear.
  public static var longest: Duration { .seconds(300) }

  private var last: Instant
  private var pause = Self.shortest

  /// A policy for a run that begins, or continues, at this instant.
  public init(start: Instant) { last = start }

  /// Whether it is time for a save.
  public func isDue(at now: Instant) -> Bool { last.duration(to: now) >= pause }

  /// Takes note of a save that ended at this instant and took so long.
  public mutating func saved(at now: Instant, taking cost: Duration) {
    last = now
    pause = min(Self.longest, max(Self.shortest, cost * 50))
  }
}
