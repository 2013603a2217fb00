import Analysis
import Diffusion
import Networks
import Studies

/// What was run, in a few lines for people.
struct StudyFacts {
  let facts: [(name: String, text: String)]

  init(_ results: StudyResults) {
    let study = results.grid.study
    var facts = study.simulation.map { describe($0, study) } ?? describe(training: results)
    for sweep in study.sweeps {
      let axes = sweep.axes.map { axis in
        "\(Exhibit.heading(of: axis.key).lowercased()) "
          + axis.values.map { sweep.word(for: $0, of: axis.key) ?? $0.setting }
          .joined(separator: ", ")
      }
      let fixed = sweep.fixed.sorted { $0.key < $1.key }.map { key, value in
        "\(key) \(sweep.word(for: value, of: key) ?? value.setting)"
      }
      let name = sweep.label == sweep.optimizer ? "" : "\(sweep.optimizer): "
      facts.append((name: sweep.label, text: name + (axes + fixed).joined(separator: "; ")))
    }
    let lines = CellTable(results).lines.map(\.state.name)
    let counts = ["completed", "diverged", "failed", "missing"].compactMap { name -> String? in
      let count = lines.filter { $0 == name }.count
      return count > 0 ? "\(count) \(name)" : nil
    }
    facts.append((name: "Cells", text: "\(lines.count): " + counts.joined(separator: ", ")))
    self.facts = facts
  }
}

private func describe(training results: StudyResults) -> [(name: String, text: String)] {
  let (study, dataset) = (results.grid.study, results.grid.dataset)
  return [
    (
      name: "Dataset",
      text: "\(dataset.name): \(dataset.train) training and \(dataset.test) test images"
        + (study.training.validation > 0
          ? ", \(study.training.validation) of the training images held out for selection" : "")
    ),
    (name: "Network", text: describe(study.network)),
    (name: "Training", text: describe(study.training)),
    (name: "Seeds", text: describe(study.seeds)),
  ]
}

private func describe(
  _ simulation: Simulation, _ study: Study
) -> [(name: String, text: String)] {
  func list(_ values: [Double]) -> String { values.map(\.setting).joined(separator: ", ") }
  let text =
    switch simulation {
    case .saddle(let saddle):
      "curvatures \(list(saddle.curvatures)); B \(list(saddle.batches)); "
        + "\(saddle.replicas) replicas over \(saddle.times.last ?? 0) steps"
        + (saddle.warmup > 0 ? " after \(saddle.warmup) at the saddle" : "")
    case .escape(let escape):
      "\(escape.valley.rawValue); k \(list(escape.sharpness)); "
        + "\(escape.noise.key) \(list(escape.noise.values)); covariance \(escape.covariance.rawValue); "
        + "beside \(list(escape.beside)); \(escape.replicas) replicas, at most \(escape.limit) steps"
    case .networkSaddle(let saddle):
      "\(describe(saddle.network)); directions "
        + saddle.directions.map(String.init).joined(separator: ", ")
        + "; B \(list(saddle.batches.map { Double($0) })); "
        + "\(saddle.replicas) replicas over \(saddle.times.last ?? 0) steps"
        + (saddle.warmup > 0 ? " after \(saddle.warmup) at the saddle" : "")
    case .networkEscape(let escape):
      "\(describe(escape.network)); k \(list(escape.sharpness)); "
        + "batch \(list(escape.noise.values)); escaped above \(escape.threshold.setting), seen every "
        + "\(escape.every) steps; \(escape.replicas) replicas, at most \(escape.limit) steps"
    case .convergence(let decay):
      "\(decay.dimensions) dimensions from \(decay.start.setting), noise \(decay.noise.setting); "
        + "T \(decay.horizons.map(String.init).joined(separator: ", ")); \(decay.replicas) replicas"
    }
  var facts = [(name: "Simulation", text: text), (name: "Seeds", text: describe(study.seeds))]
  if let images = study.images {
    let count = images.train.map { "the first \($0)" } ?? "all"
    facts.insert((name: "Dataset", text: "\(images.name): \(count) training images"), at: 0)
  }
  return facts
}

private func describe(_ network: SmallNetwork) -> String {
  "network of \(network.hidden) hidden units on pixels pooled \(network.pool) by \(network.pool), "
    + "λ \(network.l2.setting), \(network.descent) steps of descent"
}

private func describe(_ network: NetworkChoice) -> String {
  if let hidden = network.hidden {
    let widths = hidden.isEmpty ? "none" : hidden.map(String.init).joined(separator: ", ")
    return "\(network.name) (hidden \(widths))"
  }
  return network.width.map { "\(network.name) (width \($0))" } ?? network.name
}

private func describe(_ seeds: SeedGrid) -> String {
  func list(_ seeds: [Int]) -> String { seeds.map(String.init).joined(separator: ", ") }
  switch seeds {
  case .joint(let seeds):
    return list(seeds)
  case .crossed(let initialization, let order, let augmentation):
    return "weights \(list(initialization)) × order \(list(order))"
      + " × augmentation \(list(augmentation))"
  }
}

private func describe(_ training: TrainingSettings) -> String {
  var parts = ["\(training.epochs) \(training.epochs == 1 ? "epoch" : "epochs")"]
  switch training.batch {
  case .images(let count): parts.append("batches of \(count)")
  case .all: parts.append("all images in one batch")
  }
  switch training.schedule.kind {
  case .constant: parts.append("constant learning rate")
  case .steps(let epochs, let factor):
    parts.append(
      "learning rate × \(factor.setting) after epoch "
        + epochs.map(String.init).joined(separator: ", "))
  case .cosine: parts.append("cosine schedule")
  }
  if training.schedule.warmup > 0 { parts.append("warm-up over \(training.schedule.warmup)") }
  switch training.clip {
  case .norm(let bound): parts.append("gradient norm at most \(bound.setting)")
  case .value(let bound): parts.append("gradient elements within ±\(bound.setting)")
  case nil: break
  }
  if let augmentation = training.augmentation {
    if augmentation.crop > 0 { parts.append("random crops after padding by \(augmentation.crop)") }
    if augmentation.flip { parts.append("random flips") }
  }
  if training.perturbation > 0 {
    parts.append("one weight moved by \(training.perturbation) units in the last place")
  }
  return parts.joined(separator: ", ")
}
