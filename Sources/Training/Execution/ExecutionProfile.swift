/// How long each layer of an executor has taken, in seconds, since it was made.
public struct ExecutionProfile: Sendable {
  /// The time of one layer.
  public struct Layer: Hashable, Sendable {
    /// Taking in changed parameters.
    public internal(set) var prepare = 0.0
    public internal(set) var forward = 0.0
    public internal(set) var backward = 0.0

    public var total: Double { prepare + forward + backward }
  }

  /// One for each node of the network; the first, the input, takes none.
  public internal(set) var layers: [Layer]
  /// Softmax cross-entropy and its gradient.
  public internal(set) var loss = 0.0
  /// How many training passes were measured.
  public internal(set) var passes = 0

  public mutating func setLayer(_ i: Int, _ l: Layer) { layers[i] = l }
  public mutating func setLoss(_ l: Double) { loss = l }
  init(nodes: Int) { layers = Array(repeating: Layer(), count: nodes) }

  /// Adds the time that `body` takes to what `keyPath` leads to.
  mutating func measure(_ keyPath: WritableKeyPath<Self, Double>, _ body: () -> Void) {
    let clock = ContinuousClock()
    let start = clock.now
    body()
    self[keyPath: keyPath] += start.duration(to: clock.now) / .seconds(1)
  }
}
