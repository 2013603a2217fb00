/// What the logarithm of a mean escape time is held against, for a minimum of sharpness k.
public enum SharpnessScale: String, CaseIterable, Hashable, Sendable {
  /// Theorem 3 and Proposition 4 (Xie et al., ICML 2022): SGD, Momentum, Adai.
  case inverse = "1/k"
  /// Proposition 2: Adam.
  case inverseRoot = "1/sqrt(k)"

  public func position(_ sharpness: Double) -> Double {
    self == .inverse ? 1 / sharpness : 1 / sharpness.squareRoot()
  }

  /// The other one.
  public var other: SharpnessScale { self == .inverse ? .inverseRoot : .inverse }
}
