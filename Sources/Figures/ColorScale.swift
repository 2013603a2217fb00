import Analysis

/// What a heatmap's colours mean.
struct ColorScale {
  /// The value of the first colour, in the metric's unit, in percent for shares.
  let lower: Double
  /// The value of the last colour, which larger values have too.
  let upper: Double
  /// The values marked on the bar, both ends among them.
  let ticks: [Double]
  /// Whether some value is larger than `upper`.
  let isSaturated: Bool
  /// What the scale is, in words: `11 to 25 (…)`.
  let rule: String
  let map: ColorMap

  /// The scale for these values, in the unit shown; `nil` if there are none.
  ///
  /// Without limits it goes from the smallest value to the 75th percentile (nearest rank), both moved
  /// out to a round number, so that a few bad points do not take the colours from the good ones.
  init?(_ values: [Double], limits: ClosedRange<Double>?, map: ColorMap) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let (low, high) =
      limits.map { ($0.lowerBound, $0.upperBound) } ?? (
        first, sorted[(3 * sorted.count + 3) / 4 - 1]
      )
    let step = roundStep(high - low, near: low)
    if limits == nil {
      lower = (low / (step / 2)).rounded(.down) * (step / 2)
      let end = (high / (step / 2)).rounded(.up) * (step / 2)
      upper = end > lower ? end : lower + step
    } else {
      (lower, upper) = (low, high > low ? high : low + step)
    }
    ticks = multiples(of: step, from: lower, through: upper)
    isSaturated = last > upper
    self.map = map
    rule =
      limits == nil
      ? "from the smallest mean to the 75th percentile of all means, both moved out to a round number"
      : "between the limits given"
  }

  /// Where contours lie: half the ticks' distance apart, between the ends.
  var levels: [Double] {
    guard ticks.count > 1 else { return [] }
    let step = (ticks[1] - ticks[0]) / 2
    return multiples(of: step, from: lower, through: upper).filter {
      $0 > lower + step / 4 && $0 < upper - step / 4
    }
  }

  /// The colour between two contours, or between one and an end of the bar.
  func color(between low: Double, and high: Double) -> Color { color((low + high) / 2) }

  func color(_ value: Double) -> Color { map.color(at: (value - lower) / (upper - lower)) }
}

/// The step of a scale: 1, 2 or 5 times a power of ten, four to ten of which make up the span.
///
/// A span of 0 is taken as a tenth of the value it is at.
func roundStep(_ span: Double, near value: Double) -> Double {
  let span = span > 0 ? span : max(abs(value) / 10, 1e-9)
  var step = 1.0
  while step > span / 4 { step /= 10 }
  while step * 10 <= span / 4 { step *= 10 }
  return step * 5 <= span / 4 ? step * 5 : step * 2 <= span / 4 ? step * 2 : step
}

/// The multiples of a step within a range.
func multiples(of step: Double, from low: Double, through high: Double) -> [Double] {
  // 0.6 / 0.05 is just under 12: an end that is a multiple but for rounding counts as one.
  let (first, last) = ((low / step - 1e-6).rounded(.up), (high / step + 1e-6).rounded(.down))
  guard first <= last else { return [] }
  return stride(from: first, through: last, by: 1).map { $0 * step }
}
