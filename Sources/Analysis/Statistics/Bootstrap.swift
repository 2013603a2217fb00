import Randomness

/// The bootstrap interval of a mean: bias-corrected and accelerated (BCa).
///
/// Efron, "Better Bootstrap Confidence Intervals", JASA 82, 1987, in the form of Efron & Tibshirani, "An
/// Introduction to the Bootstrap", 1993, section 14.3. The bias correction counts resamples equal to the
/// estimate by half, and quantiles interpolate linearly, both as SciPy does.
public struct Bootstrap: Hashable, Sendable {
  /// The smallest sample it is used for: with fewer numbers its coverage is far below its level (72 % at n =
  /// 3 for 95 %).
  public static let smallestSample = 8

  /// How many resamples are drawn.
  public var resamples = 2000
  /// The seed of the resamples' stream; it never depends on the data.
  public var seed: Int

  public init(seed: Int) { self.seed = seed }

  /// The interval of the mean; `nil` for fewer than ``smallestSample`` numbers, or if all are equal.
  public func meanInterval(
    of summary: Summary, level: Double = Interval.usualLevel
  ) -> Interval? {
    guard summary.count >= Self.smallestSample, summary.minimum < summary.maximum else {
      return nil
    }
    let means = means(of: summary.values).sorted()
    // Means that are equal in truth may be rounded differently.
    let rounding =
      Double(summary.count) * max(abs(summary.minimum), abs(summary.maximum)) * .ulpOfOne
    let below = means.count { $0 < summary.mean - rounding }
    let equal = means.count { abs($0 - summary.mean) <= rounding }
    let share = (Double(below) + Double(equal) / 2) / Double(resamples)
    guard share > 0, share < 1 else { return nil }
    let bias = StandardNormal.quantile(share)
    let acceleration = Self.acceleration(summary.values)
    func quantile(_ p: Double) -> Double {
      let z = bias + StandardNormal.quantile(p)
      let position = StandardNormal.probability(atMost: bias + z / (1 - acceleration * z))
      return sortedQuantile(position, of: means)
    }
    let tail = (1 - level) / 2
    return Interval(lower: quantile(tail), upper: quantile(1 - tail), level: level)
  }

  /// The means of the resamples, in the order they are drawn: resample r takes its n indices from
  /// ``RandomStream/below(_:)`` of the stream for bootstrap with index r.
  func means(of values: [Double]) -> [Double] {
    (0..<resamples).map { resample in
      var stream = RandomStream(seed: seed, purpose: .bootstrap, index: resample)
      var sum = 0.0
      for _ in values.indices { sum += values[stream.below(values.count)] }
      return sum / Double(values.count)
    }
  }

  /// a = Σ dᵢ³ / (6 (Σ dᵢ²)^{3/2}), dᵢ the jackknife's mean minus its value without number i.
  private static func acceleration(_ values: [Double]) -> Double {
    let n = Double(values.count)
    let sum = values.reduce(0, +)
    let jackknife = values.map { (sum - $0) / (n - 1) }
    let center = jackknife.reduce(0, +) / n
    var (squares, cubes) = (0.0, 0.0)
    for value in jackknife {
      let distance = center - value
      squares += distance * distance
      cubes += distance * distance * distance
    }
    return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
  }
}

/// A quantile with linear interpolation between order statistics (type 7 of Hyndman & Fan, 1996).
func sortedQuantile(_ p: Double, of sorted: [Double]) -> Double {
  let place = p * Double(sorted.count - 1)
  let index = min(Int(place), sorted.count - 2)
  guard index >= 0 else { return sorted[0] }
  return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
}
