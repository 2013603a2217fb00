import Kernels

/// The functions that distributions are made of, by additions, multiplications, divisions, square roots
/// and our own exp and log, so that a p-value is the same on every system.
enum SpecialFunctions {
  /// log Γ(x) for x > 0, by Lanczos' approximation with g = 671/128 and Godfrey's 15 coefficients (Press et
  /// al., "Numerical Recipes", 3rd ed., section 6.1); relative error of Γ about 1e-15.
  static func logGamma(_ x: Double) -> Double {
    precondition(x > 0, "log Γ is taken of positive numbers")
    let shifted = x + 5.2421875
    let power = (x + 0.5) * Elementary.log(shifted) - shifted
    var (sum, denominator) = (0.999999999999997092, x)
    for coefficient in lanczos {
      denominator += 1
      sum += coefficient / denominator
    }
    return power + Elementary.log(2.5066282746310005 * sum / x)
  }

  private static let lanczos = [
    57.1562356658629235, -59.5979603554754912, 14.1360979747417471, -0.491913816097620199,
    0.339946499848118887e-4, 0.465236289270485756e-4, -0.983744753048795646e-4,
    0.158088703224912494e-3, -0.210264441724104883e-3, 0.217439618115212643e-3,
    -0.164318106536763890e-3, 0.844182239838527433e-4, -0.261908384015814087e-4,
    0.368991826595316234e-5,
  ]

  /// The regularised incomplete beta function Iₓ(a, b), for x in [0, 1] given with its complement 1 − x, so
  /// that neither end loses digits. Continued fraction 6.4.5 of Press et al. after Lentz.
  static func beta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    let logFactor =
      logGamma(a + b) - logGamma(a) - logGamma(b) + a * Elementary.log(x)
      + b * Elementary.log(complement)
    let factor = Elementary.exp(logFactor)
    return x < (a + 1) / (a + b + 2)
      ? factor * betaFraction(x, a, b) / a : 1 - factor * betaFraction(complement, b, a) / b
  }

  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    var fraction = LentzFraction(first: 1)
    fraction.append(-(a + b) * x / (a + 1), 1)
    var m = 1.0
    while !fraction.isDone {
      fraction.append(m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), 1)
      fraction.append(-(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), 1)
      m += 1
    }
    return 1 / fraction.value
  }

  /// The regularised upper incomplete gamma function Q(a, x) for a > 0: the series 6.2.5 of Press et al. below
  /// a + 1, the continued fraction 6.2.7 above.
  static func upperGamma(_ a: Double, _ x: Double) -> Double {
    if x <= 0 { return 1 }
    let factor = Elementary.exp(a * Elementary.log(x) - x - logGamma(a))
    if x < a + 1 {
      var (sum, term, index) = (1 / a, 1 / a, a)
      while term > sum * 1e-17 {
        index += 1
        term *= x / index
        sum += term
      }
      return 1 - factor * sum
    }
    var fraction = LentzFraction(first: x + 1 - a)
    var i = 1.0
    while !fraction.isDone {
      fraction.append(i * (a - i), x + 2 * i + 1 - a)
      i += 1
    }
    return factor / fraction.value
  }
}

/// The continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)), from the front, by the modified method of Lentz.
private struct LentzFraction {
  private(set) var value: Double
  /// Whether the last term changed nothing.
  private(set) var isDone = false
  private var c: Double
  private var d = 0.0
  private var terms = 0

  init(first: Double) { (value, c) = (first, first) }

  mutating func append(_ a: Double, _ b: Double) {
    func bounded(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
    d = 1 / bounded(b + a * d)
    c = bounded(b + a / c)
    let factor = c * d
    value *= factor
    terms += 1
    isDone = abs(factor - 1) < 4e-16 || terms > 100_000
  }
}

/// The x in a range at which a monotone function is 0, by Chandrupatla's method (Advances in Engineering
/// Software 28, 1997), to the last bits.
///
/// - Precondition: the function has different signs at the ends, or is 0 there.
func root(in range: ClosedRange<Double>, of function: (Double) -> Double) -> Double {
  var (a, b) = (range.upperBound, range.lowerBound)
  var (fa, fb) = (function(a), function(b))
  if fa == 0 { return a }
  if fb == 0 { return b }
  precondition((fa < 0) != (fb < 0), "a root lies between different signs")
  var (c, fc) = (a, fa)
  var step = 0.5
  for _ in 0..<200 {
    let x = a + step * (b - a)
    let fx = function(x)
    if (fx < 0) == (fa < 0) {
      (c, fc) = (a, fa)
    } else {
      (c, b, fc, fb) = (b, a, fb, fa)
    }
    (a, fa) = (x, fx)
    let (best, value) = abs(fa) < abs(fb) ? (a, fa) : (b, fb)
    let limit = 2e-16 * abs(best) / abs(b - a)
    if value == 0 || limit > 0.5 || a == b { return best }
    let (xi, phi) = ((a - b) / (c - b), (fa - fb) / (fc - fb))
    step =
      phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi
      ? fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb) : 0.5
    step = min(1 - limit, max(limit, step))
  }
  return abs(fa) < abs(fb) ? a : b
}
