import Curvature
import Kernels
import Testing

@Suite struct LanczosTests {
  private func diagonal(_ values: [Double]) -> (View<Double>, View<Double>) -> Void {
    { x, y in for index in values.indices { y[index] = values[index] * x[index] } }
  }

  /// The 20 largest eigenvalues of a network of 1,236 parameters, against a dense eigensolver.
  @Test func eigenvaluesAreTheDenseSolvers() throws {
    let expected = try #require(try Golden.read().spectra["small"])
    let example = try Case("small")
    let hessian = example.hessian()
    let count = example.network.parameterCount
    let spectrum = Lanczos(count: 20, tolerance: 1e-10, seed: 1)
      .spectrum(dimension: count) { hessian.apply($0, to: $1) }
    #expect(spectrum.hasConverged)
    for (found, value) in zip(spectrum.values, expected.values) {
      #expect(abs(found - value) <= 1e-6 * value)
    }
    // Each pair is one: ‖H u − θ u‖ as computed, and the vectors are orthonormal.
    let product = View<Double>(zeros: count)
    for (index, vector) in spectrum.vectors.enumerated() {
      hessian.apply(vector, to: product)
      Vectors.add(vector, times: -spectrum.values[index], to: product)
      #expect(Vectors.dot(product, product).squareRoot() <= 1e-8)
      for (other, another) in spectrum.vectors.enumerated() {
        #expect(abs(Vectors.dot(vector, another) - (index == other ? 1 : 0)) <= 1e-12)
      }
    }
  }

  /// Against SciPy's Lanczos over PyTorch's products.
  @Test func eigenvaluesOfLeNetAreSciPys() throws {
    let expected = try #require(try Golden.read().spectra["lenet"])
    let example = try Case("lenet")
    let hessian = example.hessian(threads: 2)
    let spectrum = Lanczos(count: 20, tolerance: 1e-8)
      .spectrum(dimension: example.network.parameterCount) { hessian.apply($0, to: $1) }
    #expect(spectrum.hasConverged)
    for (found, value) in zip(spectrum.values, expected.values) {
      #expect(abs(found - value) <= 1e-4 * value)
    }
  }

  @Test func traceIsWithinItsError() throws {
    let trace = try #require(try Golden.read().spectra["small"]?.trace)
    let hessian = try Case("small").hessian()
    let count = hessian.network.parameterCount
    let estimate = TraceEstimate(dimension: count, probes: 200, seed: 3) {
      hessian.apply($0, to: $1)
    }
    #expect(abs(estimate.mean - trace) <= 3 * estimate.standardError)
    #expect(estimate.standardError < 0.2 * trace)
  }

  /// A map whose Krylov spaces are smaller than ℝⁿ: it goes on from new vectors, and finds every copy.
  @Test func repeatedEigenvaluesAreFoundByRestarts() {
    let spectrum = Lanczos(count: 6, tolerance: 1e-12)
      .spectrum(dimension: 12, apply: diagonal([3, 3, 3, 2, 2, 1, 1, 1, 1, -4, -4, 0]))
    let expected = [3.0, 3, 3, 2, 2, 1]
    for (found, value) in zip(spectrum.values, expected) { #expect(abs(found - value) < 1e-10) }
    #expect(abs(spectrum.smallest.value + 4) < 1e-10)
  }

  @Test func tooFewStepsAreSaidToBe() {
    let values = (0..<500).map { Double($0) / 500 }
    let short = Lanczos(count: 10, tolerance: 1e-10, mostSteps: 20)
    let spectrum = short.spectrum(dimension: 500, apply: diagonal(values))
    #expect(!spectrum.hasConverged && spectrum.steps == 20)
    // The residuals are honest: an eigenvalue lies within each.
    for (value, residual) in zip(spectrum.values, spectrum.residuals) {
      let nearest = values.map { abs($0 - value) }.min() ?? 1
      #expect(nearest <= residual + 1e-12)
    }
  }

  @Test func zeroMapHasZeros() {
    let spectrum = Lanczos(count: 2).spectrum(
      dimension: 5, apply: diagonal([0, 0, 0, 0, 0]))
    #expect(spectrum.values == [0, 0] && spectrum.hasConverged)
  }
}
