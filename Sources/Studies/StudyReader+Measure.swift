import Optimizers

/// Reads `measure:`; `images` is the number of images trained on, if the study says it.
func readMeasure(
  _ keys: inout StudyKeys, images: Int?, _ training: TrainingSettings, _ sweeps: [Sweep]
) throws(StudyError) -> MeasureSettings {
  if keys.names.isEmpty { _ = try keys.required("hessian") }
  let hessian = try keys.optional("hessian")?.mapping(level: "hessian", called: "'hessian'") {
    (keys) throws(StudyError) in
    try readHessian(&keys, images: images, training, sweeps)
  }
  let noise = try keys.optional("noise")?.mapping(level: "noise", called: "'noise'") {
    (keys) throws(StudyError) in try readNoise(&keys, images: images, training)
  }
  return MeasureSettings(hessian: hessian, noise: noise)
}

private func readHessian(
  _ keys: inout StudyKeys, images: Int?, _ training: TrainingSettings, _ sweeps: [Sweep]
) throws(StudyError) -> HessianSettings {
  var settings = HessianSettings(
    top: try keys.required("top").integer(in: 1...1000),
    samples: try readSamples(try keys.required("samples"), images: images),
    epochs: try readEpochs(keys.optional("at"), training))
  if let field = keys.optional("batch_norm") {
    settings.usesBatchStatistics = try field.word(among: ["evaluation", "training"]) == "training"
  }
  if let field = keys.optional("l2") {
    settings.includesL2 = try field.bool()
    if settings.includesL2, let sweep = sweeps.first(where: \.decouplesDecay) {
      throw field.failure(
        .unusable(
          key: "l2",
          reason: "the weight decay of \(sweep.label) is decoupled, so its loss has no L2 term"))
    }
  }
  settings.probes = try keys.optional("trace")?.integer(in: 0...100_000) ?? 0
  if let field = keys.optional("tolerance") { settings.tolerance = try field.positiveNumber() }
  return settings
}

private func readNoise(
  _ keys: inout StudyKeys, images: Int?, _ training: TrainingSettings
) throws(StudyError) -> NoiseSettings {
  let samples = try readSamples(try keys.required("samples"), images: images)
  let batches = try keys.required("batches").distinct { (field) throws(StudyError) in
    try field.integer(in: 1...samples)
  }
  return NoiseSettings(
    batches: batches, draws: try keys.required("draws").integer(in: 40...1_000_000),
    samples: samples, parameters: try keys.required("parameters").integer(in: 2...1000),
    top: try keys.required("top").integer(in: 2...1000),
    epochs: try readEpochs(keys.optional("at"), training))
}

private func readSamples(_ field: StudyField, images: Int?) throws(StudyError) -> Int {
  let samples = try field.integer(in: 1...10_000_000)
  if let images, samples > images {
    throw field.failure(
      .outOfRange(
        key: "samples", expected: "at most the \(images) images trained on", found: "\(samples)"))
  }
  return samples
}

/// Epochs, none twice; `final` is the last, and 0 before the first.
private func readEpochs(
  _ field: StudyField?, _ training: TrainingSettings
) throws(StudyError) -> [Int] {
  guard let field else { return [training.epochs] }
  return try field.distinct { (element) throws(StudyError) in
    if case .text("final", _) = element.node.content { return training.epochs }
    return try element.integer(in: 0...training.epochs)
  }
}

extension Sweep {
  /// Whether the weight decay of any of its points acts apart from the gradient.
  fileprivate var decouplesDecay: Bool {
    let key = "weight_decay_kind"
    let kinds = axes.first { $0.key == key }?.values ?? fixed[key].map { [$0] } ?? []
    let points: [[String: Double]] = kinds.isEmpty ? [[:]] : kinds.map { [key: $0] }
    return points.contains { values in
      let all = values.merging(["learning_rate": 1, "weight_decay": 0]) { first, _ in first }
      do throws(OptimizerError) {
        return try OptimizerChoice(name: optimizer, values: all).weightDecayKind != .coupled
      } catch {
        preconditionFailure("a sweep's settings were checked when they were read: \(error)")
      }
    }
  }
}
