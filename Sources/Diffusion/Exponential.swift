import Kernels

enum Exponential {
  /// eˣ − 1, by its series where the difference would lose digits.
  static func minusOne(_ x: Double) -> Double {
    guard x.magnitude < 0.5 else { return Elementary.exp(x) - 1 }
    var (term, sum) = (x, x)
    var k = 1.0
    while term.magnitude > 1e-18 * sum.magnitude {
      k += 1
      term *= x / k
      sum += term
    }
    return sum
  }
}
