import Kernels
import Randomness

/// The largest eigenvalues of a symmetric map, with their vectors, by Lanczos' method.
///
/// From a random unit vector it makes an orthonormal basis of a Krylov space, each new vector made orthogonal to
/// all before it, twice. In that basis the map is a tridiagonal matrix T = S Θ Sᵀ. A pair (θᵢ, Q sᵢ) has the
/// residual ‖A u − θ u‖ = β |last element of sᵢ|, and an eigenvalue lies within it of θᵢ; it has converged when
/// that is at most `tolerance` times the largest magnitude of any θ. (Parlett, "The Symmetric Eigenvalue
/// Problem", chapter 13.)
///
/// It keeps the whole basis: as many vectors as it takes steps. Of an eigenvalue that comes more than once it finds
/// one, unless the Krylov space is exhausted, where it goes on from a new random vector.
public struct Lanczos: Hashable, Sendable {
  /// How many eigenvalues are wanted, the largest.
  public var count: Int
  /// How small residuals are, beside the largest magnitude of an eigenvalue.
  public var tolerance: Double
  /// After how many steps it gives up.
  public var mostSteps: Int
  /// The seed of the vector it starts from.
  public var seed: Int

  public init(count: Int, tolerance: Double = 1e-8, mostSteps: Int = 2000, seed: Int = 0) {
    precondition(count >= 1 && tolerance > 0 && mostSteps >= 1)
    (self.count, self.tolerance, self.mostSteps) = (count, tolerance, mostSteps)
    self.seed = seed
  }

  /// What was found.
  public struct Spectrum {
    /// The largest eigenvalues found, descending.
    public let values: [Double]
    /// ‖A u − θ u‖ of each, as the recurrence tells it.
    public let residuals: [Double]
    /// The unit eigenvectors, in the same order.
    public let vectors: [View<Double>]
    /// The smallest eigenvalue the basis has found, with its residual.
    public let smallest: (value: Double, residual: Double)
    /// How often the map was applied.
    public let steps: Int
    /// Whether all residuals are small enough.
    public let hasConverged: Bool
  }

  /// The largest eigenvalues of a map of ℝⁿ.
  ///
  /// - Parameter report: called after each step, with how many were taken and how many of the eigenvalues had converged
  ///   when that was last looked at.
  /// - Throws: what `apply` throws; `CancellationError` if the task is cancelled.
  public func spectrum(
    dimension: Int, apply: (_ x: View<Double>, _ y: View<Double>) throws -> Void,
    report: (_ steps: Int, _ converged: Int) -> Void = { _, _ in }
  ) throws -> Spectrum {
    let most = min(mostSteps, dimension)
    var matrix = SymmetricTridiagonal(diagonal: [], offDiagonal: [])
    var basis = [try start(dimension, restart: 0, orthogonalTo: [])]
    let work = View<Double>(zeros: dimension)
    var converged = 0
    while true {
      let step = basis.count - 1
      try apply(basis[step], work)
      matrix.diagonal.append(Vectors.dot(basis[step], work))
      // Twice is enough (Kahan, in Parlett, section 6.9).
      for _ in 0..<2 { try orthogonalize(work, to: basis) }
      var beta = Vectors.dot(work, work).squareRoot()
      let scale = zip(matrix.diagonal, matrix.offDiagonal + [0])
        .reduce(0) { max($0, $1.0.magnitude + $1.1.magnitude) }
      let isExhausted = beta <= 1e-14 * scale || beta == 0
      if isExhausted { beta = 0 }
      let taken = step + 1
      let isLast = taken == most
      if isLast || (taken >= count && taken % 5 == 0) {
        let spectrum = try spectrum(matrix, basis, beta, isLast: isLast, converged: &converged)
        if let spectrum { return spectrum }
      }
      report(taken, converged)
      if isExhausted {
        basis.append(try start(dimension, restart: taken, orthogonalTo: basis))
      } else {
        let next = View<Double>(zeros: dimension)
        Vectors.set(next, to: work, times: 1 / beta)
        basis.append(next)
      }
      matrix.offDiagonal.append(beta)
    }
  }

  private func start(
    _ dimension: Int, restart: Int, orthogonalTo basis: [View<Double>]
  ) throws -> View<Double> {
    var stream = RandomStream(seed: seed, purpose: .curvature, subindex: restart)
    let vector = View((0..<dimension).map { _ in 2 * stream.uniformDouble() - 1 })
    for _ in 0..<2 { try orthogonalize(vector, to: basis) }
    let unit = View<Double>(zeros: dimension)
    Vectors.set(unit, to: vector, times: 1 / Vectors.dot(vector, vector).squareRoot())
    return unit
  }

  private func orthogonalize(_ vector: View<Double>, to basis: [View<Double>]) throws {
    for other in basis {
      try Task.checkCancellation()
      Vectors.add(other, times: -Vectors.dot(other, vector), to: vector)
    }
  }

  /// What the basis tells, if that is enough or all there will be.
  ///
  /// - Parameter converged: becomes how many of the eigenvalues wanted have converged.
  private func spectrum(
    _ matrix: SymmetricTridiagonal, _ basis: [View<Double>], _ beta: Double, isLast: Bool,
    converged: inout Int
  ) throws -> Spectrum? {
    let steps = basis.count
    func row(_ index: Int) -> [Double] { (0..<steps).map { $0 == index ? 1 : 0 } }
    let (found, last) = try matrix.eigenvalues(
      rows: [row(steps - 1)], check: Task.checkCancellation)
    let order = found.indices.sorted { found[$0] > found[$1] }
    let residuals = order.map { (beta * last[0][$0]).magnitude }
    let wanted = min(count, steps)
    let bound = tolerance * found.reduce(0) { max($0, $1.magnitude) }
    converged = residuals[..<wanted].count { $0 <= bound }
    let hasConverged = converged == wanted
    guard hasConverged || isLast else { return nil }
    let (values, rows) = try matrix.eigenvalues(
      rows: (0..<steps).map(row), check: Task.checkCancellation)
    let vectors = try order[..<wanted].map { index in
      let vector = View<Double>(zeros: basis[0].count)
      for (step, basisVector) in basis.enumerated() {
        try Task.checkCancellation()
        Vectors.add(basisVector, times: rows[step][index], to: vector)
      }
      return vector
    }
    return Spectrum(
      values: order[..<wanted].map { values[$0] }, residuals: Array(residuals[..<wanted]),
      vectors: vectors, smallest: (values[order[steps - 1]], residuals[steps - 1]), steps: steps,
      hasConverged: hasConverged)
  }
}
