import Curvature
import Kernels
import Randomness
import Studies

/// The covariance of mini-batch gradients beside the Hessian, over random parameters and along its top eigenvectors.
struct NoiseComparison {
  private let parameters: [Int]
  private let eigenvalues: [Double]
  /// H at the pairs of the parameters, i ≤ j.
  private let elements: [Double]
  private let noises: [GradientNoise]
  private let width: Int

  /// - Throws: `CancellationError`.
  init(
    _ hessian: HessianOperator, _ settings: NoiseSettings, seed: Int, view: MeasuringView
  ) throws {
    let count = hessian.network.parameterCount
    var stream = RandomStream(seed: seed, purpose: .batches)
    let chosen = stream.permutation(of: count).prefix(settings.parameters).sorted()
    parameters = chosen
    let (unit, product) = (View<Double>(zeros: count), View<Double>(zeros: count))
    var elements: [Double] = []
    for (row, index) in chosen.enumerated() {
      unit[index] = 1
      try hessian.apply(unit, to: product)
      unit[index] = 0
      elements += chosen[row...].map { product[$0] }
      view.show("parameter", row + 1, of: chosen.count, as: "elements of the Hessian")
    }
    let lanczos = Lanczos(count: min(settings.top, count), tolerance: 1e-6, seed: seed)
    let spectrum = try lanczos.spectrum(
      dimension: count, apply: hessian.apply(_:to:), report: view.eigenvalues(of: lanczos.count))
    (self.elements, eigenvalues) = (elements, spectrum.values)
    var gradients = ImageGradients(width: chosen.count + spectrum.vectors.count)
    try hessian.forEachGradient { image, gradient in
      view.show("image", image + 1, of: settings.samples, as: "gradients")
      gradients.append(
        chosen.map { gradient[$0] } + spectrum.vectors.map { Vectors.dot($0, gradient) })
    }
    width = gradients.width
    noises = try settings.batches.map {
      try GradientNoise(gradients, batch: $0, draws: settings.draws, seed: seed)
    }
  }

  /// C at the pairs of the parameters, i ≤ j.
  private func elements(of covariance: [Double]) -> [Double] {
    parameters.indices.flatMap { row in
      (row..<parameters.count).map { covariance[row * width + $0] }
    }
  }

  /// C along the eigenvectors, uᵢᵀ C uᵢ.
  private func diagonal(of covariance: [Double]) -> [Double] {
    (parameters.count..<width).map { covariance[$0 * width + $0] }
  }

  func measurement(
    name: String, facts: [String: String], _ settings: NoiseSettings
  ) -> Measurement {
    func variable(
      _ name: String, _ meaning: String, _ dimensions: [String], _ values: [Double]
    ) -> Measurement.Variable {
      .init(name: name, meaning: meaning, dimensions: dimensions, values: values)
    }
    let rows = parameters.indices.flatMap { row in (row..<parameters.count).map { _ in row } }
    let columns = parameters.indices.flatMap { row in Array(row..<parameters.count) }
    var variables = [
      variable(
        "row", "index of the pair's first parameter", ["pair"], rows.map { Double(parameters[$0]) }),
      variable(
        "column", "index of the pair's second parameter", ["pair"],
        columns.map { Double(parameters[$0]) }),
      variable("hessian", "element of the Hessian", ["pair"], elements),
      variable("eigenvalue", "largest eigenvalues of the Hessian", ["rank"], eigenvalues),
      variable(
        "covariance", "element of the covariance of mini-batch gradients", ["batch", "pair"],
        noises.flatMap { elements(of: $0.covariance) }),
      variable(
        "variance", "variance of mini-batch gradients along the eigenvectors", ["batch", "rank"],
        noises.flatMap { diagonal(of: $0.covariance) }),
      variable(
        "population_factor", "(N − B)/(N − 1), by which drawing without replacement lessens C",
        ["batch"], noises.map(\.populationFactor)),
    ]
    let bases: [(name: String, meaning: String, x: [Double], y: ([Double]) -> [Double])] = [
      ("parameters", "over pairs of parameters", elements, elements(of:)),
      ("eigenbasis", "along the top eigenvectors", eigenvalues, diagonal(of:)),
    ]
    for basis in bases {
      for (key, meaning, number) in [
        ("slope", "slope of C against H", \LinearFit.slope),
        ("pearson", "correlation of C with H", \LinearFit.pearson),
      ] {
        let found = noises.map { noise in
          noise.estimate { LinearFit(x: basis.x, y: basis.y($0))[keyPath: number] }
        }
        let name = "\(key)_\(basis.name)"
        variables += [
          variable(name, "\(meaning) \(basis.meaning)", ["batch"], found.map(\.value)),
          variable(
            "\(name)_standard_error", "its standard error over the draws", ["batch"],
            found.map(\.standardError)),
        ]
      }
    }
    return Measurement(
      name: name, facts: facts,
      dimensions: [
        .init(
          name: "pair", meaning: "pair of parameters, i ≤ j",
          coordinates: elements.indices.map { Double($0) }),
        .init(
          name: "rank", meaning: "rank of the eigenvalue, the largest first",
          coordinates: eigenvalues.indices.map { Double($0 + 1) }),
        .init(
          name: "batch", meaning: "images of a mini-batch",
          coordinates: settings.batches.map { Double($0) }),
      ], variables: variables)
  }
}
