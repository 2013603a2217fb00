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
    let spectrum = try Lanczos(count: 20, tolerance: 1e-10, seed: 1)
      .spectrum(dimension: count) { try hessian.apply($0, to: $1) }
    #expect(spectrum.hasConverged)
    for (found, value) in zip(spectrum.values, expected.values) {
      #expect(abs(found - value) <= 1e-6 * value)
    }
    // Each pair is one: ‖H u − θ u‖ as computed, and the vectors are orthonormal.
    let product = View<Double>(zeros: count)
    for (index, vector) in spectrum.vectors.enumerated() {
      try hessian.apply(vector, to: product)
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
    let spectrum = try Lanczos(count: 20, tolerance: 1e-8)
      .spectrum(dimension: example.network.parameterCount) { try hessian.apply($0, to: $1) }
    #expect(spectrum.hasConverged)
    for (found, value) in zip(spectrum.values, expected.values) {
      #expect(abs(found - value) <= 1e-4 * value)
    }
  }

  /// A V Λ Vᵀ is taken apart again, an eigenvalue that comes three times among them.
  @Test func `all eigenpairs of a matrix are found`() {
    let n = 20
    let values = (0..<n).map { $0 < 3 ? -0.5 : Double($0) * 0.75 - 2 }
    // Reflections make V.
    var elements = [Double](repeating: 0, count: n * n)
    for i in 0..<n { elements[i * n + i] = values[i] }
    for turn in 1...3 {
      let v = (0..<n).map { Double(($0 * turn * 7 + turn) % 11) - 4.5 }
      let square = v.reduce(0) { $0 + $1 * $1 }
      for transposed in [false, true] {
        for line in 0..<n {
          let places = (0..<n).map { transposed ? $0 * n + line : line * n + $0 }
          let share = 2 * zip(places, v).reduce(0) { $0 + elements[$1.0] * $1.1 } / square
          for (place, value) in zip(places, v) { elements[place] -= share * value }
        }
      }
    }
    let (found, vectors) = SymmetricMatrix(order: n, elements: elements).eigenpairs()
    for (value, expected) in zip(found, values.sorted()) { #expect(abs(value - expected) < 1e-13) }
    for (i, vector) in vectors.enumerated() {
      for row in 0..<n {
        let product = (0..<n).reduce(0) { $0 + elements[row * n + $1] * vector[$1] }
        #expect(abs(product - found[i] * vector[row]) < 1e-13)
      }
      for (j, other) in vectors.enumerated() {
        let product = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-13)
      }
      #expect(vector.reduce(0) { $1.magnitude > $0.magnitude ? $1 : $0 } > 0)
    }
  }

  @Test(arguments: [0, 1, 2])
  func `small and diagonal matrices have eigenpairs`(order n: Int) {
    let elements = (0..<n * n).map { $0 % (n + 1) == 0 ? Double(n - $0) : 0 }
    let (values, vectors) = SymmetricMatrix(order: n, elements: elements).eigenpairs()
    #expect(values == values.sorted() && values.count == n)
    #expect(vectors.allSatisfy { $0.reduce(0, +) == 1 })
  }

  @Test func traceIsWithinItsError() throws {
    let trace = try #require(try Golden.read().spectra["small"]?.trace)
    let hessian = try Case("small").hessian()
    let count = hessian.network.parameterCount
    let estimate = try TraceEstimate(dimension: count, probes: 200, seed: 3) {
      try hessian.apply($0, to: $1)
    }
    #expect(abs(estimate.mean - trace) <= 3 * estimate.standardError)
    #expect(estimate.standardError < 0.2 * trace)
  }

  /// A map whose Krylov spaces are smaller than ℝⁿ: it goes on from new vectors, and finds every copy.
  @Test func repeatedEigenvaluesAreFoundByRestarts() throws {
    let spectrum = try Lanczos(count: 6, tolerance: 1e-12)
      .spectrum(dimension: 12, apply: diagonal([3, 3, 3, 2, 2, 1, 1, 1, 1, -4, -4, 0]))
    let expected = [3.0, 3, 3, 2, 2, 1]
    for (found, value) in zip(spectrum.values, expected) { #expect(abs(found - value) < 1e-10) }
    #expect(abs(spectrum.smallest.value + 4) < 1e-10)
  }

  @Test func tooFewStepsAreSaidToBe() throws {
    let values = (0..<500).map { Double($0) / 500 }
    let short = Lanczos(count: 10, tolerance: 1e-10, mostSteps: 20)
    let spectrum = try short.spectrum(dimension: 500, apply: diagonal(values))
    #expect(!spectrum.hasConverged && spectrum.steps == 20)
    // The residuals are honest: an eigenvalue lies within each.
    for (value, residual) in zip(spectrum.values, spectrum.residuals) {
      let nearest = values.map { abs($0 - value) }.min() ?? 1
      #expect(nearest <= residual + 1e-12)
    }
  }

  /// What comes after the last product takes long where many eigenvalues are wanted.
  @Test func cancellationIsHeardAfterTheLastProduct() async {
    let size = 200
    let apply = diagonal((0..<size).map { Double($0) })
    let task = Task {
      var products = 0
      _ = try Lanczos(count: size).spectrum(
        dimension: size,
        apply: { x, y in
          apply(x, y)
          products += 1
          if products == size { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
        })
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func zeroMapHasZeros() throws {
    let spectrum = try Lanczos(count: 2).spectrum(
      dimension: 5, apply: diagonal([0, 0, 0, 0, 0]))
    #expect(spectrum.values == [0, 0] && spectrum.hasConverged)
  }

  @Test func everyStepIsReported() throws {
    let values = (0..<60).map { Double($0 * $0) }
    var reports: [(steps: Int, converged: Int)] = []
    let spectrum = try Lanczos(count: 4).spectrum(
      dimension: 60, apply: diagonal(values), report: { reports.append(($0, $1)) })
    #expect(spectrum.hasConverged && spectrum.steps > 10)
    // All but the last, after which it is over.
    #expect(reports.map(\.steps) == Array(1..<spectrum.steps))
    let converged = reports.map(\.converged)
    #expect(converged[0] == 0 && converged.allSatisfy { $0 < 4 } && converged.contains { $0 > 0 })
  }
}
