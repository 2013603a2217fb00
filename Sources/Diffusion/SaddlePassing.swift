import Optimizers

/// An optimizer that leaves a quadratic saddle under gradient noise.
///
/// The loss is ½ Σᵢ Hᵢ θᵢ², a start is θ = 0, and each step sees the gradient Hᵢ θᵢ + √(|Hᵢ| / B) ξᵢ with normal ξᵢ:
/// the noise covariance |H| / B of equation 3 of Xie et al., ICML 2022, in the eigenbasis of H.
public struct SaddlePassing: Hashable, Sendable {
  /// Hᵢ, none of them 0.
  public var curvatures: [Double]
  /// B: each is simulated; greater than 0, not necessarily whole.
  public var batches: [Double]
  /// The steps after which displacements are recorded, increasing; the last ends the simulation.
  public var times: [Int]
  /// Steps before the start in which θ is held at the saddle, so that momenta become stationary; 0 for momenta of 0.
  public var warmup: Int
  /// The number of independent runs.
  public var replicas: Int

  public init(
    curvatures: [Double], batches: [Double], times: [Int], warmup: Int = 0, replicas: Int
  ) {
    precondition(!curvatures.isEmpty && !batches.isEmpty && !times.isEmpty && replicas > 0)
    (self.curvatures, self.batches, self.times) = (curvatures, batches, times)
    (self.warmup, self.replicas) = (warmup, replicas)
  }

  /// Simulates it, batch size by batch size.
  ///
  /// - Parameter proceed: asked now and then, with the part of the work done, whether to go on.
  /// - Throws: ``SimulationError/stopped`` if not.
  public func run(
    _ optimizer: OptimizerChoice, seed: Int, threads: Int = 1,
    proceed: @Sendable (Double) -> Bool = { _ in true }
  ) throws(SimulationError) -> [SaddleDisplacement] {
    var displacements: [SaddleDisplacement] = []
    for (point, batch) in batches.enumerated() {
      let done = Double(point) / Double(batches.count)
      let share = Double(batches.count)
      let sums = try blocks(
        blockCount(replicas: replicas), threads: threads, proceed: { proceed(done + $0 / share) }
      ) { block, pulse in
        optimizer.simulatedRule(
          for: SaddleBlock(
            saddle: self, batch: batch, point: point, block: block, seed: seed, pulse: pulse))
      }
      displacements.append(SaddleDisplacement(sums, replicas: replicas))
    }
    return displacements
  }
}

/// The simulation of one block of replicas.
private struct SaddleBlock: RuleVisitor {
  typealias Vector = Lanes
  let saddle: SaddlePassing
  let batch: Double
  let point: Int
  let block: Int
  let seed: Int
  let pulse: Pulse

  @inline(__always)
  func visit<Rule: UpdateRule>(_ rule: Rule) -> SaddleSums where Rule.Vector == Lanes {
    let n = saddle.curvatures.count
    let zeros = [Lanes](repeating: .zero, count: n)
    let curvatures = saddle.curvatures.map { Lanes(repeating: $0) }
    let amplitudes = saddle.curvatures.map {
      Lanes(repeating: ($0.magnitude / batch).squareRoot())
    }
    var tally = SaddleTally(times: saddle.times.count, directions: n)
    let momentumSlot = Rule.Memory.names.firstIndex(of: "m")
    let last = saddle.times.last ?? 0
    var pulse = pulse
    for first in groups(ofBlock: block, replicas: saddle.replicas) {
      var deviates = NormalDeviates(seed: seed, point: point, first: first)
      var rule = rule
      var (position, slope) = (zeros, zeros)
      tally.begin(weight: weights(first: first, replicas: saddle.replicas))
      var memories = [Rule.Memory](repeating: freshMemory(rule), count: n)
      // Spans, since the loop over steps would ask at each element whether an array is its only owner.
      var theta = position.mutableSpan
      var gradient = slope.mutableSpan
      var memory = memories.mutableSpan
      var row = 0
      for now in 1 - saddle.warmup..<last + 1 {
        rule.advance()
        for i in 0..<n {
          gradient[i] = (amplitudes[i] * deviates.next()).addingProduct(curvatures[i], theta[i])
        }
        step(rule, &theta, along: gradient, memory: &memory, schedule: 1)
        if now <= 0 {
          for i in 0..<n { theta[i] = .zero }
          if now == 0, let momentumSlot {
            for i in 0..<n {
              memory[i].write { slot, value in
                if slot == momentumSlot { tally.start(i, momentum: value) }
              }
            }
          }
        } else if now == saddle.times[row] {
          for i in 0..<n { tally.record(row, i, theta[i]) }
          row += 1
        }
        guard pulse.goesOn(after: n) else { return tally.sums }
      }
    }
    return tally.sums
  }
}
