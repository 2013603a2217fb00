/// How long each layer of an executor has taken, in seconds, since it was made.
public struct ExecutionProfile: Sendable {
  /// The time of one layer.
  public struct Layer: Hashable, Sendable {
    /// Taking in changed parameters.
    public internal(set) var prepare = 0.0
    public internal(set) var forward = 0.0
    public internal(set) var backward = 0.0
  }

  /// One for each node of the network; the first, the input, takes none.
  public internal(set) var layers: [Layer]
  /// Softmax cross-entropy and its gradient.
  public internal(set) var loss = 0.0
  /// How many backward passes were measured.
  public internal(set) var passes = 0

  init(nodes: Int) { layers = Array(repeating: Layer(), count: nodes) }
}

/// The seconds that `body` takes.
@inline(__always)
func seconds(_ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  body()
  return start.duration(to: clock.now) / .seconds(1)
}
