/// Where the low errors of a surface lie: the best weight decay at each learning rate.
///
/// At a learning rate it is the vertex of the parabola through the smallest value and its two neighbours, in
/// log₁₀ weight decay. Only learning rates count whose smallest value is inside the grid, between measured
/// neighbours, and is at most the median of all measured values.
public struct Ridge: Hashable, Sendable {
  /// log₁₀ of learning rate and of its best weight decay, learning rates increasing; at least two.
  public let points: [Point]
  /// Of log₁₀ weight decay over log₁₀ learning rate, by least squares: −1 where only their product
  /// matters, 0 where the best weight decay is the same at each learning rate.
  public let slope: Double
  /// The sample deviation of log₁₀ λ along the ridge, in decades.
  public let spreadOfWeightDecay: Double
  /// The same of log₁₀ (η λ): the smaller of the two is the coordinate in which the ridge is straight.
  public let spreadOfProduct: Double

  public struct Point: Hashable, Sendable {
    public let learningRate: Double
    public let weightDecay: Double
  }
}

extension LogGrid {
  /// The ridge, or `nil` if fewer than two learning rates have a best weight decay inside the grid.
  public var ridge: Ridge? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    let median = sortedQuantile(0.5, of: sorted)
    let points = learningRates.indices.compactMap { row in
      bestWeightDecay(row, atMost: median).map {
        Ridge.Point(learningRate: learningRates[row], weightDecay: $0)
      }
    }
    guard
      let rates = Summary(points.map(\.learningRate)),
      let decays = Summary(points.map(\.weightDecay)),
      let products = Summary(points.map { $0.learningRate + $0.weightDecay }),
      let spread = decays.standardDeviation, let productSpread = products.standardDeviation
    else { return nil }
    var (products2, squares) = (0.0, 0.0)
    for point in points {
      let distance = point.learningRate - rates.mean
      products2 += distance * (point.weightDecay - decays.mean)
      squares += distance * distance
    }
    return Ridge(
      points: points, slope: products2 / squares, spreadOfWeightDecay: spread,
      spreadOfProduct: productSpread)
  }

  private func bestWeightDecay(_ row: Int, atMost bound: Double) -> Double? {
    let values = nodes[row].map(\.value)
    guard
      let best = values.indices.filter({ values[$0] != nil })
        .min(by: { (values[$0] ?? 0) < (values[$1] ?? 0) }),
      best > 0, best < values.count - 1, let low = values[best], low <= bound,
      let left = values[best - 1], let right = values[best + 1]
    else { return nil }
    let (x, a, b) = (
      weightDecays[best], weightDecays[best - 1] - weightDecays[best],
      weightDecays[best + 1] - weightDecays[best]
    )
    // Through (a, left), (0, low), (b, right), with left and right at least low.
    let (u, v) = ((left - low) / a, (right - low) / b)
    let curvature = (v - u) / (b - a)
    guard curvature > 0 else { return x }
    return x - (u - curvature * a) / (2 * curvature)
  }
}
