import Datasets
import Diffusion
import Kernels
import Optimizers
import Studies

/// Simulates a cell from its start to its end; there are no checkpoints, since a cell takes seconds to minutes.
///
/// The result depends on the cell alone, not on `threads`.
///
/// - Parameter proceed: asked now and then, with the part of the work done, whether to go on.
/// - Throws: ``SimulationError``.
/// - Parameter dataset: the images it uses; `nil` for a simulation without.
/// - Precondition: the cell is a simulation.
public func simulate(
  _ cell: Cell, on dataset: ImageDataset?, threads: Int, proceed: @Sendable (Double) -> Bool
) throws(SimulationError) -> CellRecord {
  let (optimizer, seed) = (cell.optimizer, cell.seeds.initialization)
  let measurement: Measurement
  switch cell.simulation {
  case .saddle(let saddle):
    measurement = Measurement(
      saddle, try saddle.run(optimizer, seed: seed, threads: threads, proceed: proceed))
  case .escape(let escape):
    measurement = Measurement(
      escape, try escape.run(optimizer, seed: seed, threads: threads, proceed: proceed))
  case .networkSaddle(let saddle):
    let images = images(dataset, for: saddle.network)
    measurement = Measurement(
      saddle,
      try saddle.run(optimizer, on: images, seed: seed, threads: threads, proceed: proceed))
  case .networkEscape(let escape):
    let images = images(dataset, for: escape.network)
    measurement = Measurement(
      escape,
      try escape.run(optimizer, on: images, seed: seed, threads: threads, proceed: proceed))
  case .convergence(let decay):
    measurement = Measurement(
      decay, try decay.run(optimizer, seed: seed, threads: threads, proceed: proceed))
  case nil: preconditionFailure("a cell that trains is not simulated")
  }
  return CellRecord(cell: cell, measurements: [measurement])
}

private func images(_ dataset: ImageDataset?, for network: SmallNetwork) -> SmallImages {
  guard let dataset else { preconditionFailure("this simulation uses images") }
  return SmallImages(dataset, pool: network.pool)
}

extension SmallImages {
  /// The training images, normalised, each pixel the mean of `pool` by `pool`.
  ///
  /// - Precondition: `pool` divides height and width.
  init(_ dataset: ImageDataset, pool: Int) {
    let images = dataset.train
    let (rows, columns) = (images.height / pool, images.width / pool)
    let area = Double(pool * pool)
    var values: [Double] = []
    images.pixels.withSpan { pixels in
      for image in 0..<images.count {
        for channel in 0..<images.channels {
          for row in 0..<rows {
            for column in 0..<columns {
              var sum = 0
              for y in row * pool..<(row + 1) * pool {
                for x in column * pool..<(column + 1) * pool {
                  let pixel = (image * images.height + y) * images.width + x
                  sum += Int(pixels[pixel * images.channels + channel])
                }
              }
              let mean = Double(sum) / area / 255
              values.append(
                (mean - dataset.mean[channel]) / dataset.standardDeviation[channel])
            }
          }
        }
      }
    }
    self.init(
      inputs: images.channels * rows * columns, classes: dataset.classes, values: values,
      labels: Array(images.labels[..<images.count]).map { Int($0) })
  }
}

extension Measurement {
  /// Displacements over batch size, time and direction.
  init(_ saddle: SaddlePassing, _ displacements: [SaddleDisplacement]) {
    self.init(
      displacements, batches: saddle.batches, times: saddle.times, curvatures: saddle.curvatures)
  }

  /// Displacements likewise, and the saddle that was left.
  init(
    _ passing: NetworkSaddle,
    _ found: (saddle: NetworkSaddle.Saddle, displacements: [SaddleDisplacement])
  ) {
    let (point, curvatures) = (found.saddle.point, found.saddle.curvatures)
    let ascending = curvatures.indices.map { Double($0) }
    self.init(
      found.displacements, batches: passing.batches.map { Double($0) }, times: passing.times,
      curvatures: passing.directions.map {
        curvatures[NetworkSaddle.place(of: $0, among: curvatures.count)]
      },
      dimensions: [
        Dimension(name: "parameter", meaning: "parameter, from 0", coordinates: ascending),
        Dimension(name: "eigenvalue", meaning: "eigenvalue, from 0", coordinates: ascending),
      ],
      variables: [
        Variable(
          name: "saddle", meaning: "the parameters at the saddle", dimensions: ["parameter"],
          values: point.parameters),
        Variable(
          name: "saddle_loss", meaning: "the loss there, with its L2 term", values: [point.loss]),
        Variable(
          name: "gradient_norm", meaning: "Euclidean norm of its gradient there",
          values: [point.gradientNorm]),
        Variable(
          name: "curvature", meaning: "eigenvalues of its Hessian there, ascending",
          dimensions: ["eigenvalue"], values: curvatures),
        Variable(
          name: "noise", meaning: "variance of the gradient of one image along the eigenvector",
          dimensions: ["eigenvalue"], values: found.saddle.noise),
      ])
  }

  private init(
    _ displacements: [SaddleDisplacement], batches: [Double], times: [Int], curvatures: [Double],
    dimensions: [Dimension] = [], variables: [Variable] = []
  ) {
    let axes = ["batch", "time", "direction"]
    func variable(
      _ name: String, _ meaning: String, _ values: (SaddleDisplacement) -> [Double]
    ) -> Variable {
      Variable(
        name: name, meaning: meaning, dimensions: axes, values: displacements.flatMap(values))
    }
    self.init(
      name: "saddle", facts: ["numbers": "float64"],
      dimensions: [
        Dimension(name: "batch", meaning: "batch size B", coordinates: batches),
        Dimension(
          name: "time", meaning: "steps T since the start",
          coordinates: times.map(Double.init)),
        Dimension(
          name: "direction", meaning: "curvature H of the direction", coordinates: curvatures),
      ] + dimensions,
      variables: [
        variable("mean_square", "mean squared displacement", \.meanSquare),
        variable("standard_error", "standard error of mean_square", \.standardError),
        variable("drift", "part of mean_square that the momentum at the start explains", \.drift),
        variable("drift_error", "standard error of drift, by the jackknife", \.driftError),
      ] + variables)
  }

  /// Exits over sharpness, noise and replica.
  init(_ escape: ValleyEscape, _ exits: [ValleyEscape.Exits]) {
    self.init(
      exits, sharpness: escape.sharpness, noise: escape.noise, replicas: escape.replicas)
  }

  /// Exits likewise, and the minimum that was left.
  init(
    _ escape: NetworkEscape,
    _ found: (minimum: SmallNetwork.CriticalPoint, exits: [ValleyEscape.Exits])
  ) {
    let parameters = found.minimum.parameters
    self.init(
      found.exits, sharpness: escape.sharpness, noise: escape.noise, replicas: escape.replicas,
      dimensions: [
        Dimension(
          name: "parameter", meaning: "parameter, from 0",
          coordinates: parameters.indices.map { Double($0) })
      ],
      variables: [
        Variable(
          name: "minimum", meaning: "the parameters at the minimum", dimensions: ["parameter"],
          values: parameters),
        Variable(
          name: "minimum_loss", meaning: "the loss there, with its L2 term",
          values: [found.minimum.loss]),
        Variable(
          name: "gradient_norm", meaning: "Euclidean norm of its gradient there",
          values: [found.minimum.gradientNorm]),
      ])
  }

  private init(
    _ exits: [ValleyEscape.Exits], sharpness: [Double], noise: ValleyEscape.Noise, replicas: Int,
    dimensions: [Dimension] = [], variables: [Variable] = []
  ) {
    let axes = ["sharpness", "noise", "replica"]
    self.init(
      name: "escape", facts: ["noise": noise.key, "numbers": "float64"],
      dimensions: [
        Dimension(name: "sharpness", meaning: "sharpness k", coordinates: sharpness),
        Dimension(name: "noise", meaning: "as the fact 'noise' says", coordinates: noise.values),
        Dimension(
          name: "replica", meaning: "replica, from 0",
          coordinates: (0..<replicas).map(Double.init)),
      ] + dimensions,
      variables: [
        Variable(
          name: "steps", meaning: "step of the first exit, or of the end; NaN if diverged",
          dimensions: axes, values: exits.flatMap(\.steps)),
        Variable(
          name: "escaped", meaning: "1 if it left, 0 if not", dimensions: axes,
          values: exits.flatMap(\.escaped)),
      ] + variables)
  }

  /// Gradients over the number of steps of a run.
  init(_ decay: GradientDecay, _ found: GradientDecay.Decay) {
    func variable(_ name: String, _ meaning: String, _ values: [Double]) -> Variable {
      Variable(name: name, meaning: meaning, dimensions: ["horizon"], values: values)
    }
    self.init(
      name: "convergence", facts: ["numbers": "float64"],
      dimensions: [
        Dimension(
          name: "horizon", meaning: "steps T of the run",
          coordinates: decay.horizons.map(Double.init))
      ],
      variables: [
        variable("minimum", "least mean over replicas of the squared gradient norm", found.minimum),
        variable("minimum_error", "standard error of minimum", found.minimumError),
        variable("minimum_step", "step, from 0, of the minimum", found.minimumStep),
        variable("mean", "mean squared gradient norm over the run", found.mean),
      ])
  }
}
