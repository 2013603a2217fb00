/// When a worker saves the state of the cell it trains.
///
/// Saving costs at most 2 % of the time (the next save comes no sooner than fifty times what the last
/// one took), and states are at most five minutes apart, or a quarter of the time there is.
public struct CheckpointPolicy<Instant: InstantProtocol>: Sendable
where Instant.Duration == Duration {
  /// The shortest time between two saves, however cheap they are.
  public static var shortest: Duration { .seconds(1) }
  /// The longest, however dear.
  public static var longest: Duration { .seconds(300) }

  private let shortest: Duration
  private let longest: Duration
  private var last: Instant
  private var pause: Duration

  /// A policy for a run that begins, or continues, at this instant.
  ///
  /// - Parameters:
  ///   - shortest: the shortest time between two saves.
  ///   - timeLeft: how long the run may go on: should it be cut off all the same, then it has got somewhere.
  public init(start: Instant, shortest: Duration = Self.shortest, timeLeft: Duration? = nil) {
    last = start
    longest = min(Self.longest, timeLeft.map { $0 / 4 } ?? Self.longest)
    self.shortest = min(shortest, longest)
    pause = self.shortest
  }

  /// Whether it is time for a save.
  public func isDue(at now: Instant) -> Bool { last.duration(to: now) >= pause }

  /// Takes note of a save that ended at this instant and took so long.
  public mutating func saved(at now: Instant, taking cost: Duration) {
    last = now
    pause = min(longest, max(shortest, cost * 50))
  }
}
