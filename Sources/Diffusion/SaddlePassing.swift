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

  /// Averages over the replicas for one batch size, each times × directions, row-major.
  public struct Displacement: Hashable, Sendable {
    /// ⟨Δθᵢ²⟩.
    public var meanSquare: [Double]
    /// The standard error of ⟨Δθᵢ²⟩.
    public var standardError: [Double]
    /// The part of ⟨Δθᵢ²⟩ that the momentum at the start explains, ⟨Δθᵢ mᵢ⟩² / ⟨mᵢ²⟩; NaN without a momentum.
    public var drift: [Double]
    /// The standard error of the drift, by the jackknife over blocks of replicas; NaN with fewer than two.
    public var driftError: [Double]
  }

  /// Simulates it, batch size by batch size.
  ///
  /// - Parameter proceed: asked now and then, with the part of the work done, whether to go on.
  /// - Throws: ``SimulationError/stopped`` if not.
  public func run(
    _ optimizer: OptimizerChoice, seed: Int, threads: Int = 1,
    proceed: @Sendable (Double) -> Bool = { _ in true }
  ) throws(SimulationError) -> [Displacement] {
    var displacements: [Displacement] = []
    for (point, batch) in batches.enumerated() {
      let done = Double(point) / Double(batches.count)
      let share = Double(batches.count)
      let sums = try blocks(
        blockCount(replicas: replicas), threads: threads, proceed: { proceed(done + $0 / share) }
      ) { block in
        optimizer.simulatedRule(
          for: SaddleBlock(saddle: self, batch: batch, point: point, block: block, seed: seed))
      }
      displacements.append(displacement(sums))
    }
    return displacements
  }

  private func displacement(_ blocks: [SaddleSums]) -> Displacement {
    let count = times.count * curvatures.count
    let n = Double(replicas)
    let squares = (0..<count).map { index in blocks.reduce(0) { $0 + $1.squares[index] } / n }
    let errors = (0..<count).map { index in
      let fourth = blocks.reduce(0) { $0 + $1.fourths[index] } / n
      return (max(0, fourth - squares[index] * squares[index]) / n).squareRoot()
    }
    var (drifts, driftErrors): ([Double], [Double]) = ([], [])
    for index in 0..<count {
      let direction = index % curvatures.count
      let terms = blocks.map { ($0.products[index], $0.momenta[direction]) }
      let (product, momentum) = terms.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
      drifts.append(momentum == 0 ? .nan : product * product / momentum / n)
      // Leaving one block out at a time.
      let others = terms.map { term in
        let (p, m) = (product - term.0, momentum - term.1)
        return p * p / m / (n * (1 - 1 / Double(terms.count)))
      }
      let mean = others.reduce(0, +) / Double(others.count)
      let spread = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let k = Double(others.count)
      driftErrors.append(
        others.count < 2 || momentum == 0 ? .nan : ((k - 1) / k * spread).squareRoot())
    }
    return Displacement(
      meanSquare: squares, standardError: errors, drift: drifts, driftError: driftErrors)
  }
}

/// Sums over the replicas of a block, times × directions.
private struct SaddleSums {
  var squares: [Double]
  var fourths: [Double]
  /// Of Δθ m, m the momentum at the start.
  var products: [Double]
  /// Of m², by direction.
  var momenta: [Double]
}

/// The simulation of one block of replicas.
private struct SaddleBlock: RuleVisitor {
  typealias Vector = Lanes
  let saddle: SaddlePassing
  let batch: Double
  let point: Int
  let block: Int
  let seed: Int

  @inline(__always)
  func visit<Rule: UpdateRule>(_ rule: Rule) -> SaddleSums where Rule.Vector == Lanes {
    let n = saddle.curvatures.count
    let zeros = [Lanes](repeating: .zero, count: n)
    let curvatures = saddle.curvatures.map { Lanes(repeating: $0) }
    let amplitudes = saddle.curvatures.map {
      Lanes(repeating: ($0.magnitude / batch).squareRoot())
    }
    let rows = [Lanes](repeating: .zero, count: n * saddle.times.count)
    var (squares, fourths, products, momenta) = (rows, rows, rows, zeros)
    let momentumSlot = Rule.Memory.names.firstIndex(of: "m")
    let last = saddle.times.last ?? 0
    for first in groups(ofBlock: block, replicas: saddle.replicas) {
      let weight = weights(first: first, replicas: saddle.replicas)
      var deviates = NormalDeviates(seed: seed, point: point, first: first)
      var rule = rule
      var (position, slope, start) = (zeros, zeros, zeros)
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
              memory[i].write { slot, value in if slot == momentumSlot { start[i] = value } }
              momenta[i] += weight * start[i] * start[i]
            }
          }
        } else if now == saddle.times[row] {
          for i in 0..<n {
            let square = theta[i] * theta[i]
            squares[row * n + i] += weight * square
            fourths[row * n + i] += weight * square * square
            products[row * n + i] += weight * theta[i] * start[i]
          }
          row += 1
        }
      }
    }
    return SaddleSums(
      squares: squares.map(\.total), fourths: fourths.map(\.total),
      products: products.map(\.total), momenta: momenta.map(\.total))
  }
}
