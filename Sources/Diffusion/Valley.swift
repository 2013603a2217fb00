/// A one-dimensional potential with a valley a that is left downwards, over a barrier b.
///
/// Inside the valley f″ > 0, down to its edge, an inflection point; beyond the barrier lies the far edge, the next one.
public enum Valley: String, Hashable, CaseIterable, Sendable {
  /// ½ (x⁴ − 16x² + 5x), the Styblinski–Tang function in one dimension, from its local minimum near 2.75.
  case styblinskiTang = "styblinski-tang"
  /// (x² − 1)², from its minimum at 1.
  case doubleWell = "double-well"

  /// f is x⁴, x² and x times these, and a constant.
  var coefficients: (quartic: Double, square: Double, linear: Double, constant: Double) {
    switch self {
    case .styblinskiTang: (0.5, -8, 2.5, 0)
    case .doubleWell: (1, -2, 0, 1)
    }
  }

  /// f(x).
  public func value(_ x: Double) -> Double {
    let (a, b, c, d) = coefficients
    return a * x * x * x * x + b * x * x + c * x + d
  }

  /// f′(x).
  public func slope(_ x: Double) -> Double {
    let (a, b, c, _) = coefficients
    return 4 * a * x * x * x + 2 * b * x + c
  }

  /// f″(x).
  public func curvature(_ x: Double) -> Double {
    let (a, b, _, _) = coefficients
    return 12 * a * x * x + 2 * b
  }

  /// a, the minimum.
  public var bottom: Double { stationary(near: self == .styblinskiTang ? 2.75 : 1) }
  /// b, the maximum beside it.
  public var top: Double { stationary(near: self == .styblinskiTang ? 0.15 : 0) }
  /// The inflection point between a and b.
  public var edge: Double { (-coefficients.square / (6 * coefficients.quartic)).squareRoot() }
  /// The inflection point beyond b.
  public var farEdge: Double { -edge }
  /// ΔL = f(b) − f(a).
  public var barrier: Double { value(top) - value(bottom) }
  /// s, the part of ΔL that lies between a and the edge.
  public var innerShare: Double { (value(edge) - value(bottom)) / barrier }

  /// The zero of f′ near a point, by Newton's method.
  private func stationary(near start: Double) -> Double {
    var x = start
    for _ in 0..<20 { x -= slope(x) / curvature(x) }
    return x
  }
}
