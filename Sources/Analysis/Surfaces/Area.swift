import Kernels

/// How much of a grid of learning rates and weight decays is good.
public struct Area: Hashable, Sendable {
  /// In decades²: factors of ten of learning rate × factors of ten of weight decay.
  public let decades: Double
  /// Whether the good region reaches the edge of the grid, or a point that was not measured, so that
  /// there may be more of it.
  public let isLowerBound: Bool

  public init(decades: Double, isLowerBound: Bool) {
    (self.decades, self.isLowerBound) = (decades, isLowerBound)
  }
}

/// What counts as good.
public enum AreaThreshold: Hashable, Sendable {
  /// The smallest mean over all optimizers plus so much: the same bar for everyone.
  case withinBest(Double)
  /// At most this, whatever anyone reaches.
  case atMost(Double)
  /// The optimizer's own smallest mean plus so much. It rewards flat, bad optimizers.
  case withinOwnBest(Double)

  /// The bar, in the metric's unit; `nil` where nothing is measured.
  public func value(ownBest: Double?, best: Double?) -> Double? {
    switch self {
    case .withinBest(let margin): best.map { $0 + margin }
    case .atMost(let value): value
    case .withinOwnBest(let margin): ownBest.map { $0 + margin }
    }
  }
}

extension LogGrid {
  /// The area where the value is at most a threshold.
  ///
  /// Between four measured neighbours the value is bilinear in the logarithms; a rectangle with a corner that
  /// diverged, or is unknown, counts nothing. `nil` if there is no rectangle at all: fewer than two values on
  /// an axis.
  public func area(atMost threshold: Double) -> Area? {
    guard learningRates.count > 1, weightDecays.count > 1 else { return nil }
    var decades = 0.0
    var isLowerBound = false
    for row in 1..<learningRates.count {
      for column in 1..<weightDecays.count {
        let corners = [
          nodes[row - 1][column - 1], nodes[row - 1][column], nodes[row][column - 1],
          nodes[row][column],
        ]
        let values = corners.compactMap(\.value)
        if values.count == 4 {
          decades +=
            shareOfSquare(values.map { $0 - threshold })
            * (learningRates[row] - learningRates[row - 1])
            * (weightDecays[column] - weightDecays[column - 1])
        } else if corners.contains(.unknown), values.contains(where: { $0 <= threshold }) {
          isLowerBound = true
        }
      }
    }
    for (row, line) in nodes.enumerated() {
      for (column, node) in line.enumerated() {
        let isEdge =
          row == 0 || column == 0 || row == nodes.count - 1 || column == line.count - 1
        if isEdge, let value = node.value, value <= threshold { isLowerBound = true }
      }
    }
    return Area(decades: decades, isLowerBound: isLowerBound)
  }
}

/// The share of the unit square where a bilinear function is at most 0, from its values at (0, 0), (1, 0), (0,
/// 1), (1, 1).
///
/// Along each vertical line the function is linear, so the length where it is at most 0 is known; its integral
/// is taken in closed form between the places where the lower or the upper side changes sign.
func shareOfSquare(_ corners: [Double]) -> Double {
  let (lower, upper) = ((corners[0], corners[1]), (corners[2], corners[3]))
  if corners.allSatisfy({ $0 <= 0 }) { return 1 }
  if corners.allSatisfy({ $0 > 0 }) { return 0 }
  func value(_ side: (Double, Double), _ x: Double) -> Double { side.0 + (side.1 - side.0) * x }
  var places = [0.0, 1.0]
  for side in [lower, upper] where (side.0 < 0) != (side.1 < 0) && side.0 != side.1 {
    let place = side.0 / (side.0 - side.1)
    if place > 0, place < 1 { places.append(place) }
  }
  places.sort()
  var share = 0.0
  for (start, end) in zip(places, places.dropFirst()) where end > start {
    let middle = (start + end) / 2
    let (below, above) = (value(lower, middle), value(upper, middle))
    if below <= 0, above <= 0 {
      share += end - start
    } else if (below <= 0) != (above <= 0) {
      // From the side that is at most 0, the zero is at the distance side / (side − other).
      let (from, to) = below <= 0 ? (lower, upper) : (upper, lower)
      let (a, b) = (value(from, start), value(from, end))
      share +=
        (end - start)
        * meanRatio((a, b), (a - value(to, start), b - value(to, end)))
    }
  }
  return share
}

/// ∫₀¹ n(t) / q(t) dt for linear n and q given by their ends, q without a zero inside.
private func meanRatio(_ n: (Double, Double), _ q: (Double, Double)) -> Double {
  // Where q is 0 at an end so is n, and their ratio is constant.
  if q.0 == 0 { return q.1 == 0 ? 0 : n.1 / q.1 }
  if q.1 == 0 { return n.0 / q.0 }
  let r = (q.1 - q.0) / q.0
  // g = ∫ dt / (1 + rt), h = ∫ t dt / (1 + rt).
  let (g, h): (Double, Double)
  if abs(r) < 0.1 {
    var (series, shifted, power) = (0.0, 0.0, 1.0)
    for k in 0..<18 {
      series += power / Double(k + 1)
      shifted += power / Double(k + 2)
      power *= -r
    }
    (g, h) = (series, shifted)
  } else {
    g = Elementary.log(1 + r) / r
    h = (1 - g) / r
  }
  return (n.0 * g + (n.1 - n.0) * h) / q.0
}
