import Curvature
import Datasets
import Kernels
import Networks
import Records
import Studies
import Training

/// Measures trained cells of a study on the images they were trained on.
struct CellMeasurer {
  let context: StudyContext
  let threads: Int
  private let data: TrainingData
  private let network: Network

  /// - Throws: what loading the images throws, ``CommandError/otherImages(dataset:folder:)`` if they are not those that
  ///   the results are of.
  init(_ context: StudyContext, threads: Int) throws {
    (self.context, self.threads) = (context, threads)
    guard let images = try context.images() else {
      preconditionFailure("a study that measures has images")
    }
    guard images.digest == context.grid.dataset.digest else {
      throw CommandError.otherImages(
        dataset: context.study.dataset.name, folder: context.folder)
    }
    data = TrainingData(images.dataset, validation: context.study.training.validation)
    network = try context.network()
  }

  /// Does one task; `nil` if the cell diverged before its epoch was over.
  ///
  /// - Throws: `CancellationError` if the work was cancelled, ``RecordError`` and `StorageError`.
  func measure(_ task: MeasurementTask, view: MeasuringView) throws -> Measurement? {
    guard let weights = try weights(of: task.cell, after: task.epoch, view) else { return nil }
    switch task.kind {
    case .hessian(let settings): return try hessian(task, settings, weights, view)
    case .noise(let settings): return try noise(task, settings, weights, view)
    }
  }

  // MARK: Weights

  private typealias Weights = (parameters: [Double], statistics: [Double])

  /// The weights after an epoch: the initial ones, those a record keeps, or, where neither will do, those of the cell
  /// trained again, which must end with the record's digests.
  private func weights(
    of cell: Cell, after epoch: Int, _ view: MeasuringView
  ) throws -> Weights? {
    if epoch == 0 {
      return (
        network.initialParameters(
          seed: cell.seeds.initialization, perturbation: cell.training.perturbation
        ).map { Double($0) }, network.initialStatistics.map { Double($0) }
      )
    }
    let stored = try context.records.stored(cell.id, weights: true)
    let isFinal = epoch == cell.training.epochs
    guard stored.record.outcome == .completed else { return nil }
    if isFinal, stored.keeps.finalWeights { return weights(of: stored.record.finalWeights) }
    let end = try train(
      cell, on: data, keeping: RecordOptions(), threads: threads, from: nil, save: { _ in },
      report: { report in
        if Task.isCancelled { return .stop }
        view.show(
          MeasuringStep(
            words: "trained again to epoch \(report.epoch) of \(epoch)",
            fraction: report.fraction * Double(report.epochs) / Double(epoch)), as: "training")
        let isOver = report.epoch == epoch && report.step == report.stepsPerEpoch
        return isOver && !isFinal ? .stop : .proceed
      })
    try Task.checkCancellation()
    switch end {
    case .stopped(let state):
      return (state.parameters.map { Double($0) }, state.statistics.map { Double($0) })
    case .finished(let record):
      guard RecordDigests(record) == stored.digests else {
        throw RecordError.differs(
          id: cell.id, path: context.records.path(of: cell.id), parts: ["weights"],
          host: "this machine", otherHost: stored.provenance.facts["host"] ?? "another machine")
      }
      return weights(of: record.finalWeights)
    }
  }

  private func weights(of tensors: [Tensor]) -> Weights {
    let values = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.values) })
    func flat(_ specs: [TensorSpec]) -> [Double] {
      specs.flatMap { (values[$0.name] ?? []).map { Double($0) } }
    }
    return (flat(network.parameters), flat(network.statistics))
  }

  // MARK: Measurements

  private func map(
    _ cell: Cell, _ weights: Weights, samples: Int, _ mode: NormalizationMode, l2: Double
  ) -> HessianOperator {
    let (images, count) = (data.train, min(samples, data.train.count))
    let table = PixelTable<Double>(mean: data.mean, standardDeviation: data.standardDeviation)
    return HessianOperator(
      network, parameters: weights.parameters, statistics: weights.statistics,
      samples: LabelledImages(labels: Array(images.labels[..<count])) { indices, target in
        images.pixels.withSpan { pixels in
          for (sample, index) in indices.enumerated() {
            table.convert(pixels, image: index, variation: .none, to: target, sample: sample)
          }
        }
      }, normalization: mode, batch: batch(of: cell, mode), l2: l2, threads: threads)
  }

  private func batch(of cell: Cell, _ mode: NormalizationMode) -> Int {
    guard mode == .training else { return evaluationBatch }
    switch cell.training.batch {
    case .images(let count): return count
    case .all: return data.train.count
    }
  }

  private func facts(
    _ task: MeasurementTask, samples: Int, _ mode: NormalizationMode
  ) -> [String: String] {
    [
      "images": "the first \(min(samples, data.train.count)) images trained on, as they are",
      "images_per_pass": "\(batch(of: task.cell, mode))", "batch_norm": mode.rawValue,
      "dropout": "none", "numbers": "float64", "epoch": "\(task.epoch)",
    ]
  }

  private func hessian(
    _ task: MeasurementTask, _ settings: HessianSettings, _ weights: Weights,
    _ view: MeasuringView
  ) throws -> Measurement {
    let mode: NormalizationMode = settings.usesBatchStatistics ? .training : .evaluation
    let decay = task.cell.optimizer["weight_decay"] ?? 0
    let hessian = map(
      task.cell, weights, samples: settings.samples, mode,
      l2: settings.includesL2 ? decay : 0)
    let count = network.parameterCount
    let gradient = View<Double>(zeros: count)
    let loss = try hessian.gradient(to: gradient)
    let lanczos = Lanczos(
      count: min(settings.top, count), tolerance: settings.tolerance,
      seed: task.cell.seeds.initialization)
    let spectrum = try lanczos.spectrum(
      dimension: count, apply: hessian.apply(_:to:), report: view.eigenvalues(of: lanczos.count))
    var variables = [
      Measurement.Variable(
        name: "eigenvalue", meaning: "largest eigenvalues of the Hessian of the mean loss",
        dimensions: ["rank"], values: spectrum.values),
      Measurement.Variable(
        name: "residual", meaning: "‖H u − θ u‖ of each: an eigenvalue lies within it",
        dimensions: ["rank"], values: spectrum.residuals),
      Measurement.Variable(
        name: "smallest_eigenvalue", meaning: "smallest eigenvalue of the Krylov space",
        values: [spectrum.smallest.value]),
      Measurement.Variable(
        name: "smallest_residual", meaning: "its residual",
        values: [spectrum.smallest.residual]),
      Measurement.Variable(
        name: "steps", meaning: "how many products with the Hessian Lanczos took",
        values: [Double(spectrum.steps)]),
      Measurement.Variable(
        name: "converged", meaning: "1 if every residual is within the tolerance",
        values: [spectrum.hasConverged ? 1 : 0]),
      Measurement.Variable(
        name: "loss", meaning: "mean loss over the images, without the L2 term", values: [loss]),
      Measurement.Variable(
        name: "gradient_norm", meaning: "Euclidean norm of the gradient",
        values: [Vectors.dot(gradient, gradient).squareRoot()]),
    ]
    if settings.probes > 0 {
      let trace = try TraceEstimate(
        dimension: count, probes: settings.probes, seed: task.cell.seeds.initialization,
        apply: hessian.apply(_:to:)
      ) { probe in view.show("probe", probe, of: settings.probes, as: "trace") }
      variables += [
        Measurement.Variable(
          name: "trace", meaning: "Hutchinson's estimate of the Hessian's trace",
          values: [trace.mean]),
        Measurement.Variable(
          name: "trace_standard_error", meaning: "its standard error",
          values: [trace.standardError]),
      ]
    }
    var facts = facts(task, samples: settings.samples, mode)
    facts["l2"] = settings.includesL2 ? "λ = \(decay)" : "left out"
    return Measurement(
      name: task.name, facts: facts,
      dimensions: [
        Measurement.Dimension(
          name: "rank", meaning: "rank, the largest first",
          coordinates: spectrum.values.indices.map { Double($0 + 1) })
      ], variables: variables)
  }

  private func noise(
    _ task: MeasurementTask, _ settings: NoiseSettings, _ weights: Weights,
    _ view: MeasuringView
  ) throws -> Measurement {
    let hessian = map(task.cell, weights, samples: settings.samples, .evaluation, l2: 0)
    let comparison = try NoiseComparison(
      hessian, settings, seed: task.cell.seeds.initialization, view: view)
    var facts = facts(task, samples: settings.samples, .evaluation)
    facts["l2"] = "left out"
    facts["draws"] = "\(settings.draws) mini-batches of each size, without replacement"
    return comparison.measurement(name: task.name, facts: facts, settings)
  }
}

/// How many images go through the network at once where that changes nothing but rounding.
private let evaluationBatch = 64
