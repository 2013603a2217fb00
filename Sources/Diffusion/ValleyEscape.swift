import Optimizers

/// How long an optimizer stays in a valley, against the valley's sharpness.
///
/// Along the escape direction the loss is f(√k θ) for a ``Valley`` f: rescaled by k as in Xie et al., ICLR 2021, the
/// Hessian grows by k and the barrier keeps its height. Beside it lie quadratic valleys, whose curvatures are multiples of the escape direction's
/// own at its minimum, so that means over all parameters (Adai's v̄) are means over more than one.
public struct ValleyEscape: Hashable, Sendable {
  public var valley: Valley
  /// k: each is simulated; greater than 0.
  public var sharpness: [Double]
  /// The curvatures of the other directions, as multiples of k f″(a); may be empty.
  public var beside: [Double]
  public var noise: Noise
  public var covariance: Covariance
  /// A replica still in the valley after so many steps is censored.
  public var limit: Int
  public var replicas: Int

  /// How B is given.
  public enum Noise: Hashable, Sendable {
    /// B itself: each is simulated; greater than 0, not necessarily whole.
    case batch([Double])
    /// η / B: B follows the learning rate. SGD, Momentum and Adai keep their temperature at any η.
    case ratePerBatch([Double])
    /// η / √B: Adam keeps its temperature at any η.
    case ratePerRootBatch([Double])

    /// The numbers given.
    public var values: [Double] {
      switch self {
      case .batch(let values), .ratePerBatch(let values), .ratePerRootBatch(let values): values
      }
    }

    /// B for one of the numbers at a learning rate.
    public func batch(_ value: Double, learningRate: Double) -> Double {
      switch self {
      case .batch: value
      case .ratePerBatch: learningRate / value
      case .ratePerRootBatch: learningRate * learningRate / (value * value)
      }
    }
  }

  /// The covariance C of the gradient noise along the escape direction.
  public enum Covariance: String, Hashable, CaseIterable, Sendable {
    /// H_a / B down to the valley's edge and |H_b| / B beyond it.
    case plateaus
    /// |H(θ)| / B.
    ///
    /// - Note: In one dimension this is ill-posed: at the edge the noise is 0, and whether a run gets past it
    ///   depends on the step size.
    case local
  }

  public init(
    valley: Valley, sharpness: [Double], beside: [Double], noise: Noise,
    covariance: Covariance = .plateaus, limit: Int, replicas: Int
  ) {
    precondition(!sharpness.isEmpty && !noise.values.isEmpty && limit > 0 && replicas > 0)
    (self.valley, self.sharpness, self.beside, self.noise) = (valley, sharpness, beside, noise)
    (self.covariance, self.limit, self.replicas) = (covariance, limit, replicas)
  }

  /// The first exits at one sharpness and one noise.
  public struct Exits: Hashable, Sendable {
    /// The step after which each replica was first beyond the far edge; ``limit`` if it never was, NaN if it diverged.
    public var steps: [Double]
    /// 1 for a replica that left, 0 for one that was censored or diverged.
    public var escaped: [Double]
  }

  /// Simulates it: sharpness by sharpness, within each noise by noise.
  ///
  /// - Parameter proceed: asked now and then, with the part of the work done, whether to go on.
  /// - Throws: ``SimulationError/stopped`` if not.
  public func run(
    _ optimizer: OptimizerChoice, seed: Int, threads: Int = 1,
    proceed: @Sendable (Double) -> Bool = { _ in true }
  ) throws(SimulationError) -> [Exits] {
    let rate = optimizer["learning_rate"] ?? 0
    let points = sharpness.flatMap { k in
      noise.values.map { (k, noise.batch($0, learningRate: rate)) }
    }
    let groups = (replicas + 7) / 8
    let lanes = try blocks(points.count * groups, threads: threads, proceed: proceed) {
      index, pulse in
      let (point, group) = index.quotientAndRemainder(dividingBy: groups)
      return optimizer.simulatedRule(
        for: EscapeGroup(
          escape: self, sharpness: points[point].0, batch: points[point].1, point: point,
          first: 8 * group, seed: seed, pulse: pulse))
    }
    return points.indices.map { point in
      let own = lanes[point * groups..<(point + 1) * groups]
      let steps = own.flatMap { group in (0..<8).map { group[$0] } }.prefix(replicas)
      return Exits(
        steps: steps.map { $0 < 0 ? Double(limit) : $0 }, escaped: steps.map { $0 >= 0 ? 1 : 0 })
    }
  }
}

/// The simulation of eight replicas: the step of each one's exit, −1 if it never left, NaN if it diverged.
private struct EscapeGroup: RuleVisitor {
  typealias Vector = Lanes
  let escape: ValleyEscape
  let sharpness: Double
  let batch: Double
  let point: Int
  let first: Int
  let seed: Int
  let pulse: Pulse

  @inline(__always)
  func visit<Rule: UpdateRule>(_ rule: Rule) -> Lanes where Rule.Vector == Lanes {
    let valley = escape.valley
    let n = 1 + escape.beside.count
    let root = Lanes(repeating: sharpness.squareRoot())
    let bottomCurvature = sharpness * valley.curvature(valley.bottom)
    let besides = escape.beside.map { Lanes(repeating: $0 * bottomCurvature) }
    let amplitudes = besides.map { ($0 / batch).roots }
    let inner = Lanes(repeating: (bottomCurvature / batch).squareRoot())
    let outer = Lanes(
      repeating: (sharpness * valley.curvature(valley.top).magnitude / batch).squareRoot())
    let (edge, exit) = (Lanes(repeating: valley.edge), Lanes(repeating: valley.farEdge))
    let (a, b, c, _) = valley.coefficients
    let (cubic, linear) = (Lanes(repeating: 4 * a), Lanes(repeating: 2 * b))
    let constant = Lanes(repeating: c)
    let one = Lanes(repeating: 1)
    let isLocal = escape.covariance == .local

    var deviates = NormalDeviates(seed: seed, point: point, first: first)
    var (rule, pulse) = (rule, pulse)
    var slopes = [Lanes](repeating: .zero, count: n)
    var positions = slopes
    var memories = [Rule.Memory](repeating: freshMemory(rule), count: n)
    var gradient = slopes.mutableSpan
    var theta = positions.mutableSpan
    var memory = memories.mutableSpan
    theta[0] = Lanes(repeating: valley.bottom) / root
    var exits = Lanes(repeating: -1)
    var left = first + 8 <= escape.replicas ? 8 : escape.replicas - first
    for now in 1..<escape.limit + 1 {
      rule.advance()
      let x = root * theta[0]
      let slope = root * constant.addingProduct(x, linear.addingProduct(cubic, x * x))
      let amplitude: Lanes
      if isLocal {
        let curvature = linear.addingProduct(3 * cubic, x * x)
        let size = (curvature * curvature).roots
        amplitude = ((sharpness / batch) * size).roots
      } else {
        amplitude = outer.replacing(with: inner, where: x .> edge)
      }
      gradient[0] = slope.addingProduct(amplitude, deviates.next())
      for i in 1..<n {
        gradient[i] = (amplitudes[i - 1] * deviates.next())
          .addingProduct(besides[i - 1], theta[i])
      }
      step(rule, &theta, along: gradient, memory: &memory, schedule: 1)
      guard pulse.goesOn(after: n) else { break }
      // NaN is not above the exit either.
      let outside = one.replacing(with: Lanes.zero, where: root * theta[0] .> exit)
      guard outside.total > 0 else { continue }
      for lane in 0..<min(8, escape.replicas - first)
      where outside[lane] > 0 && exits[lane] == -1 {
        exits[lane] = theta[0][lane].isFinite ? Double(now) : .nan
        left -= 1
      }
      if left == 0 { break }
    }
    return exits
  }
}
