/// The variance of the test error over seeds, split into what the finite test set adds and what another test
/// set would show too.
///
/// Jordan, "On the Variance of Neural Network Training with respect to Test Sets and Distributions", 2023,
/// <https://arxiv.org/abs/2304.01910>. With X_{ij} = 1 if run i errs on image j of n, the variance over runs on this
/// set is Var(X̄ᵢ). For images drawn independently, Cov over runs of two different images is on average the variance of
/// the error on the distribution, σ²_D, so
///
///     E Var(X̄ᵢ) = (1 − 1/n) σ²_D + (1/n²) Σⱼ Var(X_{·j})
///
/// which gives an unbiased σ²_D when variances over the m runs are divided by m − 1. It may come out negative.
public struct TestSetVariance: Hashable, Sendable {
  /// Var(X̄ᵢ), the variance over runs on this test set.
  public let onTestSet: Double
  /// σ²_D, the variance over runs on the distribution that the images are from.
  public let onDistribution: Double

  /// From which images each run classified correctly: one bit each, image 0 the highest bit of byte 0.
  ///
  /// `nil` for fewer than two runs, fewer than two images, or runs without bits.
  public init?(correct: [[UInt8]], images: Int) {
    let bytes = (images + 7) / 8
    guard correct.count > 1, images > 1, correct.allSatisfy({ $0.count == bytes }) else {
      return nil
    }
    let (m, n) = (Double(correct.count), Double(images))
    var errors = [Double](repeating: 0, count: correct.count)
    var within = 0.0
    for image in 0..<images {
      var wrong = 0.0
      for (run, bits) in correct.enumerated() where bits[image >> 3] >> (7 - image & 7) & 1 == 0 {
        errors[run] += 1
        wrong += 1
      }
      within += wrong * (m - wrong) / (m * (m - 1))
    }
    guard let deviation = Summary(errors.map { $0 / n })?.standardDeviation else { return nil }
    onTestSet = deviation * deviation
    onDistribution = n / (n - 1) * (onTestSet - within / (n * n))
  }
}

/// On how many images only the first, and only the second, of two runs is right; bits as in records.
public func disagreements(
  _ first: [UInt8], _ second: [UInt8]
) -> (onlyFirst: Int, onlySecond: Int) {
  precondition(first.count == second.count, "runs are compared on the same images")
  var (onlyFirst, onlySecond) = (0, 0)
  for (a, b) in zip(first, second) {
    onlyFirst += (a & ~b).nonzeroBitCount
    onlySecond += (b & ~a).nonzeroBitCount
  }
  return (onlyFirst, onlySecond)
}
