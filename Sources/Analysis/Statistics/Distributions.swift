/// The standard normal distribution.
public enum StandardNormal {
  /// Φ(x), the probability of at most x.
  public static func probability(atMost x: Double) -> Double {
    // Φ(−x) = erfc(x / √2) / 2, and erfc(y) = Q(1/2, y²).
    let tail = SpecialFunctions.upperGamma(0.5, x * x / 2) / 2
    return x < 0 ? tail : 1 - tail
  }

  /// Φ⁻¹(p) for p in (0, 1).
  public static func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a quantile is of a probability between 0 and 1")
    if p == 0.5 { return 0 }
    let tail = min(p, 1 - p)
    let x = root(in: 0...40) { probability(atMost: -$0) - tail }
    return p < 0.5 ? -x : x
  }
}

/// Student's t distribution.
public struct StudentT: Hashable, Sendable {
  /// ν > 0; need not be whole.
  public let degreesOfFreedom: Double

  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0)
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a value at least as far from 0 as t, on either side.
  public func probability(beyond t: Double) -> Double {
    if t.isInfinite { return 0 }
    let (nu, square) = (degreesOfFreedom, t * t)
    return SpecialFunctions.beta(
      nu / (nu + square), complement: square / (nu + square), nu / 2, 0.5)
  }

  /// The t with this probability beyond it on both sides together, in (0, 1).
  public func bound(beyond probability: Double) -> Double {
    precondition(probability > 0 && probability < 1)
    return positiveRoot { self.probability(beyond: $0) - probability }
  }
}

/// The χ² distribution.
public struct ChiSquare: Hashable, Sendable {
  /// k > 0.
  public let degreesOfFreedom: Double

  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0)
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of more than x.
  public func probability(above x: Double) -> Double {
    SpecialFunctions.upperGamma(degreesOfFreedom / 2, x / 2)
  }

  /// The x with this probability above it, in (0, 1).
  public func bound(above probability: Double) -> Double {
    precondition(probability > 0 && probability < 1)
    return positiveRoot { self.probability(above: $0) - probability }
  }
}

/// The F distribution.
public struct FDistribution: Hashable, Sendable {
  public let numerator: Double
  public let denominator: Double

  /// The distribution with these degrees of freedom, both positive.
  public init(numerator: Double, denominator: Double) {
    precondition(numerator > 0 && denominator > 0)
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  /// The probability of more than x.
  public func probability(above x: Double) -> Double {
    if x.isInfinite { return 0 }
    let (upper, lower) = (numerator * x, denominator)
    return SpecialFunctions.beta(
      lower / (lower + upper), complement: upper / (lower + upper), denominator / 2, numerator / 2)
  }
}

/// The root of a function that falls from above 0 at 0 to below 0 at infinity.
private func positiveRoot(of function: (Double) -> Double) -> Double {
  var upper = 1.0
  while function(upper) > 0 { upper *= 2 }
  var lower = upper
  while function(lower) <= 0 {
    if lower < 1e-300 { return 0 }
    lower /= 2
  }
  return lower == upper ? lower : root(in: lower...upper, of: function)
}
