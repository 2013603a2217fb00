import Diffusion
import Kernels
import Studies

/// Mean escape times, a row for each sharpness and noise, and how they follow the sharpness.
public struct EscapeTable: Hashable, Sendable {
  public let rows: [Row]
  public let fits: [Fit]

  public struct Row: Hashable, Sendable {
    public let source: SimulationSource
    /// k.
    public let sharpness: Double
    /// What gives B, as the study says it, and B.
    public let noise: Double
    public let batch: Double
    public let learningRate: Double
    public let escaped: Int
    /// Still in the valley at the last step.
    public let censored: Int
    public let diverged: Int
    /// The steps that all replicas that did not diverge spent in the valley.
    public let exposure: Double

    public init(
      source: SimulationSource, sharpness: Double, noise: Double, batch: Double,
      learningRate: Double, escaped: Int, censored: Int, diverged: Int, exposure: Double
    ) {
      (self.source, self.sharpness, self.noise) = (source, sharpness, noise)
      (self.batch, self.learningRate, self.escaped) = (batch, learningRate, escaped)
      (self.censored, self.diverged, self.exposure) = (censored, diverged, exposure)
    }

    /// τ = 1/Γ, the exposure for each escape: the maximum-likelihood mean of exponential times, some censored.
    public var meanTime: Double? { escaped > 0 ? exposure / Double(escaped) : nil }

    /// The 95 % interval of τ for exponential times, 2S/χ² with 2d and 2d + 2 degrees of freedom for d escapes.
    public var interval: (lower: Double, upper: Double)? {
      guard escaped > 0 else { return nil }
      let d = Double(escaped)
      return (
        2 * exposure / ChiSquare(degreesOfFreedom: 2 * d + 2).bound(above: 0.025),
        2 * exposure / ChiSquare(degreesOfFreedom: 2 * d).bound(above: 0.975)
      )
    }
  }

  /// log τ = a + b x, x = 1/k or 1/√k, over the sharpnesses of one cell and one noise.
  public struct Fit: Hashable, Sendable {
    public let source: SimulationSource
    public let noise: Double
    public let batch: Double
    public let scale: SharpnessScale
    /// a, b and the standard error of b.
    public let intercept: Double
    public let slope: Double
    public let slopeError: Double
    /// Variances of a and b and their covariance.
    public let covariance: [Double]
    /// The log-likelihood of the exponential times.
    public let logLikelihood: Double
    /// Twice what a mean of its own at every sharpness adds to it, and the degrees of freedom: χ² if the law holds.
    public let deviance: Double
    public let freedom: Int
    /// Pearson's correlation of x and log τ.
    public let pearson: Double
    /// b by the theory with s = 0, s as the landscape has it, and s = 1; `nil` where the theory has another x.
    public let theory: [Double]?

    /// log τ at x, and its standard error.
    public func value(at x: Double) -> (value: Double, error: Double) {
      (
        intercept + slope * x,
        max(0, covariance[0] + 2 * x * covariance[1] + x * x * covariance[2]).squareRoot()
      )
    }
  }

  public init(_ results: StudyResults) {
    guard let simulation = results.grid.study.simulation, let escape = simulation.escapes else {
      (rows, fits) = ([], [])
      return
    }
    var valley: Valley?
    if case .escape(let own) = simulation { valley = own.valley }
    var (rows, fits): ([Row], [Fit]) = ([], [])
    let noises = escape.noise.values
    for cell in SimulatedCell.all(of: results) {
      guard let steps = cell.measurement[variable: "steps"],
        let escaped = cell.measurement[variable: "escaped"]
      else { continue }
      let rate = cell.optimizer["learning_rate"] ?? 0
      for (b, noise) in noises.enumerated() {
        let batch = escape.noise.batch(noise, learningRate: rate)
        let own = escape.sharpness.enumerated().map { k, sharpness in
          let start = (k * noises.count + b) * escape.replicas
          let times = steps[start..<start + escape.replicas]
          let left = Int(escaped[start..<start + escape.replicas].reduce(0, +))
          let diverged = times.filter(\.isNaN).count
          return Row(
            source: cell.source, sharpness: sharpness, noise: noise, batch: batch,
            learningRate: rate, escaped: left, censored: escape.replicas - left - diverged,
            diverged: diverged, exposure: times.reduce(0) { $1.isNaN ? $0 : $0 + $1 })
        }
        rows += own
        let isAdam = cell.optimizer.name == "adam"
        for scale in SharpnessScale.allCases where own.filter({ $0.escaped > 0 }).count > 2 {
          // The theory is one of a valley whose barrier is known.
          let slopes = valley.map { valley in
            [0, valley.innerShare, 1].compactMap {
              EscapeTheory(valley).slope(of: cell.optimizer, batch: batch, share: $0)
            }
          }
          fits.append(
            Fit(own, scale, theory: isAdam == (scale == .inverseRoot) ? slopes : nil))
        }
      }
    }
    (self.rows, self.fits) = (rows, fits)
  }
}

extension EscapeTable.Fit {
  /// The fit of greatest likelihood, by Newton's method from the line through log τ.
  ///
  /// With d escapes in S steps at x, the log-likelihood is −Σ (d log τ + S/τ).
  ///
  /// - Precondition: at least two rows have escapes at different sharpnesses.
  public init(_ all: [EscapeTable.Row], _ scale: SharpnessScale, theory: [Double]?) {
    let rows = all.filter { $0.escaped > 0 }
    let x = rows.map { scale.position($0.sharpness) }
    let y = rows.map { Elementary.log($0.exposure / Double($0.escaped)) }
    let n = Double(rows.count)
    let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    let sxx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    let syy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
    let sxy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    var b = sxy / sxx
    var a = my - b * mx
    var information = [0.0, 0, 0]
    // Rows without an escape count here: they say that τ is long.
    let points = all.map {
      (x: scale.position($0.sharpness), d: Double($0.escaped), s: $0.exposure)
    }
    for _ in 0..<50 {
      var (ga, gb) = (0.0, 0.0)
      information = [0, 0, 0]
      for point in points {
        let expected = point.s * Elementary.exp(-(a + b * point.x))
        ga += expected - point.d
        gb += (expected - point.d) * point.x
        information[0] += expected
        information[1] += expected * point.x
        information[2] += expected * point.x * point.x
      }
      let determinant = information[0] * information[2] - information[1] * information[1]
      a += (information[2] * ga - information[1] * gb) / determinant
      b += (information[0] * gb - information[1] * ga) / determinant
    }
    let determinant = information[0] * information[2] - information[1] * information[1]
    covariance = [
      information[2] / determinant, -information[1] / determinant, information[0] / determinant,
    ]
    (intercept, slope, slopeError) = (a, b, covariance[2].squareRoot())
    let likelihood = points.reduce(0) { sum, point in
      let eta = a + b * point.x
      return sum - point.d * eta - point.s * Elementary.exp(-eta)
    }
    let saturated = points.reduce(0) { sum, point in
      point.d > 0 ? sum - point.d * Elementary.log(point.s / point.d) - point.d : sum
    }
    logLikelihood = likelihood
    deviance = 2 * (saturated - likelihood)
    freedom = points.count - 2
    pearson = syy > 0 ? sxy / (sxx * syy).squareRoot() : .nan
    self.scale = scale
    self.theory = theory
    (source, noise, batch) = (all[0].source, all[0].noise, all[0].batch)
  }
}
