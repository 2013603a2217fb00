import Kernels
import Randomness

/// Numbers of each image's own gradient: elements, or components along unit vectors.
public struct ImageGradients: Sendable {
  /// How many numbers an image has.
  public let width: Int
  /// Image × number, row-major.
  public private(set) var values: [Double] = []
  public var count: Int { values.count / width }

  public init(width: Int) { self.width = width }

  public mutating func append(_ numbers: [Double]) {
    precondition(numbers.count == width)
    values += numbers
  }
}

/// The covariance of mini-batch gradients, from mini-batches drawn at the batch size itself.
///
/// Each of `draws` mini-batches is `batch` different images; its gradient is their mean. C is the sample covariance
/// over the draws (n − 1). Drawn without replacement from N images, a mini-batch's covariance is
/// (N − B)/(N − 1) times that of one drawn with it.
public struct GradientNoise: Sendable {
  public let batch: Int
  public let draws: Int
  /// (N − B)/(N − 1).
  public let populationFactor: Double
  /// C, row-major, then what it is without each of ``blocks`` parts of the draws.
  public let covariance: [Double]
  private let without: [[Double]]

  /// Into how many parts the draws are cut, to see how much C varies.
  public static let blocks = 20

  /// - Parameter seed: draw number d takes its images from the stream (seed, batches, batch, d): the first `batch` steps of
  ///   Fisher and Yates' shuffle from the front, element i swapped with i + below(N − i).
  /// - Throws: `CancellationError` if the task is cancelled.
  public init(_ gradients: ImageGradients, batch: Int, draws: Int, seed: Int) throws {
    let (count, width) = (gradients.count, gradients.width)
    precondition(batch >= 1 && batch <= count && draws >= 2 * Self.blocks)
    (self.batch, self.draws) = (batch, draws)
    populationFactor = Double(count - batch) / Double(max(1, count - 1))
    var blocks: [Moments] = []
    var order = Array(0..<count)
    for block in 0..<Self.blocks {
      var moments = Moments(width: width)
      for draw in draws * block / Self.blocks..<draws * (block + 1) / Self.blocks {
        var stream = RandomStream(seed: seed, purpose: .batches, index: batch, subindex: draw)
        try Task.checkCancellation()
        for place in 0..<count where order[place] != place { order[place] = place }
        var mean = [Double](repeating: 0, count: width)
        for place in 0..<batch {
          order.swapAt(place, place + stream.below(count - place))
          let image = order[place] * width
          for index in 0..<width { mean[index] += gradients.values[image + index] }
        }
        for index in 0..<width { mean[index] /= Double(batch) }
        moments.add(mean)
      }
      blocks.append(moments)
    }
    covariance = Moments.covariance(of: blocks)
    without = blocks.indices.map { skipped in
      Moments.covariance(of: blocks.indices.filter { $0 != skipped }.map { blocks[$0] })
    }
  }

  /// A number made of C with its standard error, by leaving out each part of the draws in turn (the jackknife).
  public func estimate(_ number: ([Double]) -> Double) -> (value: Double, standardError: Double) {
    let others = without.map(number)
    let mean = others.reduce(0, +) / Double(others.count)
    let squares = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let factor = Double(others.count - 1) / Double(others.count)
    return (number(covariance), (factor * squares).squareRoot())
  }
}

/// Sums over vectors and over their products.
private struct Moments {
  private let width: Int
  private var count = 0.0
  private var sum: [Double]
  private var products: [Double]

  init(width: Int) {
    self.width = width
    sum = [Double](repeating: 0, count: width)
    products = [Double](repeating: 0, count: width * width)
  }

  mutating func add(_ vector: [Double]) {
    count += 1
    for row in 0..<width {
      sum[row] += vector[row]
      for column in row..<width { products[row * width + column] += vector[row] * vector[column] }
    }
  }

  static func covariance(of parts: [Moments]) -> [Double] {
    guard let width = parts.first?.width else { return [] }
    let count = parts.reduce(0) { $0 + $1.count }
    var covariance = [Double](repeating: 0, count: width * width)
    let sums = (0..<width).map { index in parts.reduce(0) { $0 + $1.sum[index] } }
    for row in 0..<width {
      for column in row..<width {
        let at = row * width + column
        let product = parts.reduce(0) { $0 + $1.products[at] }
        let value = (product - sums[row] * sums[column] / count) / (count - 1)
        (covariance[at], covariance[column * width + row]) = (value, value)
      }
    }
    return covariance
  }
}

/// A straight line through points by least squares, y = intercept + slope x, and their correlation.
public struct LinearFit: Hashable, Sendable {
  public let slope: Double
  public let intercept: Double
  /// Pearson's correlation coefficient.
  public let pearson: Double

  /// NaN where all x, or for the correlation all y, are the same.
  public init(x: [Double], y: [Double]) {
    precondition(x.count == y.count && !x.isEmpty)
    let count = Double(x.count)
    let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      xx += (x - meanX) * (x - meanX)
      xy += (x - meanX) * (y - meanY)
      yy += (y - meanY) * (y - meanY)
    }
    slope = xx > 0 ? xy / xx : .nan
    intercept = meanY - slope * meanX
    pearson = xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : .nan
  }
}
