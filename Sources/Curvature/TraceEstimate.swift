import Kernels
import Randomness

/// An estimate of the trace of a symmetric map from random signs: E[zᵀ A z] = tr A for z in {−1, 1}ⁿ.
///
/// (Hutchinson, "A Stochastic Estimator of the Trace of the Influence Matrix", 1989.)
public struct TraceEstimate: Hashable, Sendable {
  /// zᵀ A z of each probe.
  public let samples: [Double]
  /// Their mean.
  public let mean: Double
  /// The standard error of the mean, with n − 1; NaN for one probe.
  public let standardError: Double

  /// - Parameter probes: how many; probe number p, from 1, draws its signs from the stream (seed, curvature, p), one word
  ///   each: −1 if its highest bit is set.
  /// - Parameter report: called after each probe, with its number.
  public init(
    dimension: Int, probes: Int, seed: Int,
    apply: (_ x: View<Double>, _ y: View<Double>) throws -> Void,
    report: (_ probe: Int) -> Void = { _ in }
  ) rethrows {
    precondition(probes >= 1)
    let product = View<Double>(zeros: dimension)
    samples = try (1...probes).map { probe in
      var stream = RandomStream(seed: seed, purpose: .curvature, index: probe)
      let signs = View(
        (0..<dimension).map { _ in stream.nextWord() >> 31 == 1 ? -1.0 : 1 })
      try apply(signs, product)
      report(probe)
      return Vectors.dot(signs, product)
    }
    let mean = samples.reduce(0, +) / Double(probes)
    let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = (squares / Double(probes - 1) / Double(probes)).squareRoot()
  }
}
