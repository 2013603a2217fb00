/// A sample of finite numbers, one per seed, in a few figures.
public struct Summary: Hashable, Sendable {
  /// The numbers in file order; at least one, all finite.
  public let values: [Double]
  /// Their arithmetic mean, summed in file order.
  public let mean: Double
  /// Their sample standard deviation, √(Σ (x − mean)² / (n − 1)); `nil` for a single number.
  public let standardDeviation: Double?
  public let minimum: Double
  public let maximum: Double

  /// How many numbers there are.
  public var count: Int { values.count }

  /// The summary of these numbers, or `nil` if there are none.
  ///
  /// - Precondition: all are finite.
  public init?(_ values: [Double]) {
    guard let first = values.first else { return nil }
    precondition(values.allSatisfy(\.isFinite), "a summary is of finite numbers")
    self.values = values
    var (sum, minimum, maximum) = (0.0, first, first)
    for value in values {
      sum += value
      if value < minimum { minimum = value }
      if value > maximum { maximum = value }
    }
    // Equal numbers have no spread, whatever their sum is rounded to.
    let mean = minimum == maximum ? minimum : sum / Double(values.count)
    (self.mean, self.minimum, self.maximum) = (mean, minimum, maximum)
    guard values.count > 1 else {
      standardDeviation = nil
      return
    }
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    standardDeviation = (squares / Double(values.count - 1)).squareRoot()
  }
}
