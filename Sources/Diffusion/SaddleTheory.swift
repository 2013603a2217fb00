import Optimizers

/// What is known of the mean squared displacement from a quadratic saddle without simulating it, for one direction.
///
/// Equations as in Xie et al., "Adaptive Inertia", ICML 2022; they hold asymptotically, and ``SaddlePassing`` measures how far.
public struct SaddleTheory: Hashable, Sendable {
  /// Hᵢ.
  public var curvature: Double
  /// Σⱼ |Hⱼ| / n over all directions.
  public var meanCurvature: Double
  /// B.
  public var batch: Double
  /// The variance of the gradient noise: |Hᵢ| / B, unless another is known.
  public var noise: Double

  public init(curvature: Double, meanCurvature: Double, batch: Double) {
    (self.curvature, self.meanCurvature, self.batch) = (curvature, meanCurvature, batch)
    noise = curvature.magnitude / batch
  }

  /// A rule linear in the gradient: m ← β₁ m + β₃ g, θ ← θ − η m / (1 − β₁ᵗ), without the correction where there is none.
  public struct LinearRule: Hashable, Sendable {
    public var rate: Double
    public var beta1: Double
    public var beta3: Double
    public var corrects: Bool
    /// Whether the optimizer is this very rule; if not, the rule is what it becomes with its second moment at its expectation.
    public var isExact: Bool
  }

  /// The linear rule of an optimizer in this direction, or `nil` if it has none here.
  ///
  /// SGD and Momentum are linear. Adam and Adai become so if v̂ᵢ is put at its expectation at the saddle, |Hᵢ| / B.
  public func linearRule(of optimizer: OptimizerChoice) -> LinearRule? {
    switch optimizer {
    case .sgd(let sgd):
      return LinearRule(
        rate: sgd.learningRate, beta1: 0, beta3: 1, corrects: false, isExact: true)
    case .momentum(let momentum):
      return LinearRule(
        rate: momentum.learningRate, beta1: momentum.momentum, beta3: 1 - momentum.dampening,
        corrects: false, isExact: true)
    case .adam(let adam):
      return LinearRule(
        rate: adam.learningRate / (noise.squareRoot() + adam.epsilon), beta1: adam.beta1,
        beta3: 1 - adam.beta1, corrects: true, isExact: false)
    case .adai(let adai):
      let inertia = 1 - adai.beta0 * curvature.magnitude / meanCurvature
      let beta1 = inertia.clamped(from: 0, to: 1 - adai.epsilon)
      return LinearRule(
        rate: adai.learningRate, beta1: beta1, beta3: 1 - beta1, corrects: true, isExact: false)
    default: return nil
    }
  }

  /// ⟨Δθᵢ²⟩ after each of these numbers of steps: the exact solution of the linear rule, by the recursion of the
  /// covariance of (θᵢ, mᵢ) from θᵢ = 0, mᵢ = 0, or from the momentum after `warmup` steps with θᵢ held at 0.
  ///
  ///     ⟨m′²⟩ = β₁²⟨m²⟩ + 2 β₁β₃H⟨θm⟩ + β₃²(H²⟨θ²⟩ + |H|/B)      ⟨θm′⟩ = β₁⟨θm⟩ + β₃H⟨θ²⟩
  ///     ⟨θ′²⟩ = ⟨θ²⟩ − 2η′⟨θm′⟩ + η′²⟨m′²⟩                       ⟨θ′m′⟩ = ⟨θm′⟩ − η′⟨m′²⟩
  ///
  /// with η′ = η, or η / (1 − β₁ᵗ).
  public func meanSquares(_ rule: LinearRule, at times: [Int], warmup: Int = 0) -> [Double] {
    let (b1, b3, h) = (rule.beta1, rule.beta3, curvature)
    var (square, cross, momentum) = (0.0, 0.0, 0.0)
    var power = 1.0
    var squares: [Double] = []
    for now in 1 - warmup..<(times.last ?? 0) + 1 {
      power *= b1
      let rate = rule.corrects ? rule.rate / (1 - power) : rule.rate
      momentum =
        b1 * b1 * momentum + 2 * b1 * b3 * h * cross + b3 * b3 * (h * h * square + noise)
      let crossed = b1 * cross + b3 * h * square
      if now > 0 {
        square = square - 2 * rate * crossed + rate * rate * momentum
        cross = crossed - rate * momentum
        if now == times[squares.count] { squares.append(square) }
      }
    }
    return squares
  }

  /// A law of the paper, by name, and its value at each time.
  public struct Law: Hashable, Sendable {
    public var name: String
    public var values: [Double]
  }

  /// What the paper says of ⟨Δθᵢ²⟩ for an optimizer after each of these numbers of steps; empty if it says nothing.
  ///
  /// - Theorem 1, SGD: its exponential form (Dᵢ/Hᵢ)(1 − e^(−2HᵢηT)), Dᵢ = η|Hᵢ|/(2B), and its leading order |Hᵢ|η²T/B.
  ///   Written for the direction's own sign, the exponential form grows where Hᵢ < 0.
  /// - Theorem 2, Momentum: |Hᵢ|β₃²η²/(2(1−β₁)³B) (1 − e^(−(1−β₁)T))² + |Hᵢ|β₃²η²T/(B(1−β₁)²).
  /// - Proposition 1, Adam: η²/(2(1−β₁)) (1 − e^(−(1−β₁)T))² + η²T.
  /// - Theorem 2 with Adai's inertia, β₁ = 1 − β₀|Hᵢ|/mean|H| and β₃ = 1 − β₁, for Adai.
  public func laws(of optimizer: OptimizerChoice, at times: [Int]) -> [Law] {
    switch optimizer {
    case .sgd(let sgd):
      let (eta, h) = (sgd.learningRate, curvature)
      return [
        Law(
          name: "theorem 1",
          values: times.map { t in
            eta * noise / (2 * h) * -Exponential.minusOne(-2 * h * eta * Double(t))
          }),
        Law(name: "theorem 1, leading order", values: times.map { noise * eta * eta * Double($0) }),
      ]
    case .momentum(let momentum):
      return [
        Law(
          name: "theorem 2",
          values: drifting(
            momentum.learningRate, noise, momentum.momentum, 1 - momentum.dampening, at: times))
      ]
    case .adam(let adam):
      return [
        Law(
          name: "proposition 1",
          values: drifting(adam.learningRate, 1, adam.beta1, 1 - adam.beta1, at: times))
      ]
    case .adai(let adai):
      guard let rule = linearRule(of: optimizer) else { return [] }
      return [
        Law(
          name: "theorem 2 with adai's inertia",
          values: drifting(adai.learningRate, noise, rule.beta1, rule.beta3, at: times))
      ]
    default: return []
    }
  }

  /// ⟨Δθᵢ⟩² of Adai, all that its momentum carries it through a saddle: v̄η²/β₀ of Proposition 3, v̄ = mean|H|/B.
  public func drift(of optimizer: OptimizerChoice) -> Double? {
    guard case .adai(let adai) = optimizer else { return nil }
    return meanCurvature / batch * adai.learningRate * adai.learningRate / adai.beta0
  }

  /// s²β₃²η²/(2(1−β₁)³) (1 − e^(−(1−β₁)T))² + s²β₃²η²T/(1−β₁)²: momentum drift, then diffusion, of noise s².
  private func drifting(
    _ eta: Double, _ noise: Double, _ beta1: Double, _ beta3: Double, at times: [Int]
  ) -> [Double] {
    let (rest, step) = (1 - beta1, noise * beta3 * beta3 * eta * eta)
    return times.map { t in
      let decay = Exponential.minusOne(-rest * Double(t))
      return step / (2 * rest * rest * rest) * decay * decay + step * Double(t) / (rest * rest)
    }
  }
}
