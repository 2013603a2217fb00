import Curvature
import Testing

@Suite struct GradientNoiseTests {
  /// Numbers of made-up images whose covariance is known: each number is one of a few values.
  private var gradients: ImageGradients {
    var gradients = ImageGradients(width: 2)
    for image in 0..<60 {
      gradients.append([Double(image % 5), Double(image % 3) - 2 * Double(image % 5)])
    }
    return gradients
  }

  /// The covariance of the images themselves, with n.
  private var population: [Double] {
    let values = gradients.values
    let count = Double(gradients.count)
    var (sums, products) = ([0.0, 0.0], [0.0, 0.0, 0.0])
    for image in 0..<gradients.count {
      let (x, y) = (values[2 * image], values[2 * image + 1])
      (sums[0], sums[1]) = (sums[0] + x, sums[1] + y)
      products = [products[0] + x * x, products[1] + x * y, products[2] + y * y]
    }
    return [
      products[0] / count - sums[0] * sums[0] / count / count,
      products[1] / count - sums[0] * sums[1] / count / count,
      products[2] / count - sums[1] * sums[1] / count / count,
    ]
  }

  /// E C = C₁/B · (N − B)/(N − 1), within five standard errors.
  @Test(arguments: [1, 7, 30, 59])
  func covarianceIsThatOfDrawingWithoutReplacement(batch: Int) throws {
    let noise = try GradientNoise(gradients, batch: batch, draws: 8000, seed: 5)
    #expect(noise.populationFactor == Double(60 - batch) / 59)
    for (at, expected) in zip([0, 1, 3], population) {
      let found = noise.estimate { $0[at] }
      let value = expected / Double(batch) * noise.populationFactor
      #expect(abs(found.value - value) <= 5 * found.standardError)
      #expect(found.standardError < 0.05 * abs(value))
    }
    #expect(noise.covariance[1] == noise.covariance[2])
  }

  /// Over seeds the covariance of 40 draws is right in the mean: dividing by n would make it 2.5 % smaller.
  @Test func covarianceOfFewDrawsIsUnbiased() throws {
    let seeds = 6000
    let (gradients, expected) = (self.gradients, population[0] / 7 * 53 / 59)
    let found = try (0..<seeds).map {
      try GradientNoise(gradients, batch: 7, draws: 40, seed: $0).covariance[0]
    }
    let mean = found.reduce(0, +) / Double(seeds)
    let variance = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seeds - 1)
    let error = (variance / Double(seeds)).squareRoot()
    #expect(error < 0.004 * expected && abs(mean - expected) <= 5 * error)
  }

  /// The jackknife's error is that of the pseudo-values' mean (Tukey 1958), and what estimates scatter by over seeds.
  @Test func standardErrorIsTheScatterOfEstimates() throws {
    var (values, squares) = ([Double](), 0.0)
    let seeds = 400
    for seed in 0..<seeds {
      let noise = try GradientNoise(gradients, batch: 7, draws: 100, seed: seed)
      var others: [Double] = []
      let found = noise.estimate { covariance in
        others.append(covariance[0])
        return covariance[0]
      }
      #expect(others.contains(found.value))
      others.remove(at: others.firstIndex(of: found.value) ?? 0)
      let count = Double(others.count)
      #expect(count == Double(GradientNoise.blocks))
      let pseudo = others.map { count * found.value - (count - 1) * $0 }
      let mean = pseudo.reduce(0, +) / count
      let variance = pseudo.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
      let error = (variance / count).squareRoot()
      #expect(abs(found.standardError - error) <= 1e-10 * error)
      values.append(found.value)
      squares += found.standardError * found.standardError
    }
    let mean = values.reduce(0, +) / Double(seeds)
    let scatter = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seeds - 1)
    // The variance of 400 values is known to 7 %; 1.3 leaves room for four times that.
    #expect(squares / Double(seeds) < 1.3 * scatter && scatter < 1.3 * squares / Double(seeds))
  }

  /// All images at once are always the same mini-batch.
  @Test func wholePopulationHasNoNoise() throws {
    let noise = try GradientNoise(gradients, batch: 60, draws: 40, seed: 5)
    let largest = noise.covariance.map(abs).max() ?? 1
    #expect(largest < 1e-12)
    #expect(noise.populationFactor == 0)
  }

  @Test func linearFitIsLeastSquares() {
    // numpy.polyfit and numpy.corrcoef on the same numbers.
    let fit = LinearFit(x: [1, 2, 4, 7], y: [2, 3, 3, 9])
    #expect(abs(fit.slope - 1.119047619047619) < 1e-14)
    #expect(abs(fit.intercept - 0.3333333333333325) < 1e-14)
    #expect(abs(fit.pearson - 0.9247740932248298) < 1e-14)
  }
}
