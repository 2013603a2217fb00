/// Reads `training:`; `images` is the number of training images, if the study says it.
func readTraining(
  _ keys: inout StudyKeys, images: Int?
) throws(StudyError) -> TrainingSettings {
  let epochs = try keys.required("epochs").integer(in: 1...100_000)
  var training = TrainingSettings(epochs: epochs, batch: .all)
  if let field = keys.optional("validation") {
    training.validation = try field.integer(in: 0...10_000_000)
    if let images, training.validation >= images {
      throw field.failure(
        .outOfRange(
          key: "validation", expected: "less than the \(images) training images",
          found: "\(training.validation)"))
    }
  }
  training.batch = try readBatch(
    try keys.required("batch"), images: images.map { $0 - training.validation })
  if let field = keys.optional("schedule") {
    training.schedule = try field.mapping(level: "schedule", called: "'schedule'") {
      (keys) throws(StudyError) in try readSchedule(&keys, epochs: epochs)
    }
  }
  training.clip = try keys.optional("clip")?.mapping(level: "clip", called: "'clip'", readClip)
  let augmentation = try keys.optional("augment")?.mapping(
    level: "augment", called: "'augment'", readAugmentation)
  training.augmentation = augmentation == Augmentation() ? nil : augmentation
  training.perturbation =
    try keys.optional("perturb")?.mapping(level: "perturb", called: "'perturb'") {
      (keys) throws(StudyError) in try keys.required("ulps").integer(in: 0...1_000_000)
    } ?? 0
  return training
}

private func readBatch(_ field: StudyField, images: Int?) throws(StudyError) -> BatchSize {
  if case .text("all", _) = field.node.content { return .all }
  let count = try field.integer(in: 1...10_000_000)
  if let images, count > images {
    throw field.failure(
      .outOfRange(
        key: "batch", expected: "at most the \(images) images trained on, or all",
        found: "\(count)"))
  }
  return .images(count)
}

private func readSchedule(_ keys: inout StudyKeys, epochs: Int) throws(StudyError) -> Schedule {
  let kind = try keys.required("kind").word(among: ["constant", "steps", "cosine"])
  keys.decide(by: "the schedule \(kind)")
  var schedule = Schedule()
  switch kind {
  case "constant": schedule.kind = .constant
  case "steps":
    let at = try readSteps(try keys.required("at"), epochs: epochs)
    schedule.kind = .steps(at: at, factor: try keys.required("factor").positiveNumber())
  case "cosine": schedule.kind = .cosine
  default: preconditionFailure("the reader does not know the schedule \(kind)")
  }
  if let field = keys.optional("warmup") {
    schedule.warmup = try field.integer(in: 0...100_000)
    if schedule.warmup > epochs {
      throw field.failure(
        .outOfRange(
          key: "warmup", expected: "at most the \(epochs) epochs", found: "\(schedule.warmup)"))
    }
  }
  return schedule
}

/// The numbers of epochs after which the rate falls: increasing, and each before the last epoch ends, since
/// after it nothing would change.
private func readSteps(_ field: StudyField, epochs: Int) throws(StudyError) -> [Int] {
  var steps: [Int] = []
  for element in try field.elements() {
    let step = try element.integer(in: 1...100_000)
    if let last = steps.last, step <= last {
      throw element.failure(
        .outOfRange(key: "at", expected: "increasing", found: "\(step) after \(last)"))
    }
    guard step < epochs else {
      throw element.failure(
        .outOfRange(key: "at", expected: "less than the \(epochs) epochs", found: "\(step)"))
    }
    steps.append(step)
  }
  return steps
}

private func readClip(_ keys: inout StudyKeys) throws(StudyError) -> GradientClip {
  switch (keys.optional("norm"), keys.optional("value")) {
  case (let norm?, nil): return .norm(try norm.positiveNumber())
  case (nil, let value?): return .value(try value.positiveNumber())
  default: throw keys.failure(.notExactlyOne(["norm", "value"], of: keys.owner))
  }
}

private func readAugmentation(_ keys: inout StudyKeys) throws(StudyError) -> Augmentation {
  Augmentation(
    crop: try keys.optional("crop")?.integer(in: 0...64) ?? 0,
    flip: try keys.optional("flip")?.bool() ?? false)
}
