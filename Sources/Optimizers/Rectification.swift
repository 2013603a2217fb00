/// RAdam's rectification of the adaptive rate's variance.
///
///     ρ∞ = 2 / (1 − β₂) − 1
///     ρₜ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ)
///     rₜ = √( (ρₜ − 4)(ρₜ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρₜ) )
///
/// Section 4 of Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020,
/// <https://arxiv.org/abs/1908.03265>: rₜ applies where ρₜ exceeds a threshold.
public struct Rectification: Sendable {
  @usableFromInline let (beta2, threshold): (Double, Double)
  @usableFromInline var (steps, beta2Power) = (0.0, 1.0)
  /// rₜ, or `nil` in the first steps, whose ρₜ does not exceed the threshold.
  @usableFromInline var factor: Double?

  @inlinable
  init(beta2: Double, above threshold: Double) { (self.beta2, self.threshold) = (beta2, threshold) }

  @inlinable
  mutating func advance() {
    steps += 1
    beta2Power *= beta2
    let longest = 2 / (1 - beta2) - 1
    let length = longest - 2 * steps * beta2Power / (1 - beta2Power)
    factor =
      length > threshold
      ? ((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
        .squareRoot() : nil
  }
}
