import Foundation
import Diffusion
import Networks

/// Reads study files, strictly: what it does not understand to the last key is an error.
public enum StudyReader {
  /// The study in a file.
  ///
  /// - Throws: ``StudyError``, which names the file and mostly the line.
  public static func read(path: String) throws(StudyError) -> Study {
    let bytes: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      bytes = try file.read(upToCount: StudyFormat.largestFile + 1) ?? Data()
    } catch {
      throw StudyError(
        file: path, line: nil, problem: .unreadable(reason: error.localizedDescription))
    }
    guard bytes.count <= StudyFormat.largestFile else {
      throw StudyError(file: path, line: nil, problem: .tooLarge(limit: StudyFormat.largestFile))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw StudyError(file: path, line: nil, problem: .notUTF8)
    }
    return try read(text: text, file: path)
  }

  /// The study that a text describes; `file` is its name in messages.
  ///
  /// - Throws: ``StudyError``, which names the file and mostly the line.
  public static func read(text: String, file: String) throws(StudyError) -> Study {
    let document = try StudyNode(text: text, file: file)
    return try StudyField(file: file, key: "the file", node: document)
      .mapping(level: "study", called: "a study", readStudy)
  }
}

private func readStudy(_ keys: inout StudyKeys) throws(StudyError) -> Study {
  let name = try keys.required("study").name()
  let about = try keys.optional("about")?.text() ?? ""
  let kind = try keys.optional("kind")?.word(among: ["train"] + Simulation.kinds) ?? "train"
  keys.decide(by: "kind: \(kind)")
  if kind != "train" { return try readSimulationStudy(&keys, kind, name: name, about: about) }
  let dataset = try keys.required("dataset").mapping(
    level: "dataset", called: "'dataset'", readDataset)
  let network = try keys.required("network").mapping(
    level: "network", called: "'network'", readNetwork)
  let training = try keys.required("training").mapping(level: "training", called: "'training'") {
    (keys) throws(StudyError) in try readTraining(&keys, images: dataset.train)
  }
  let seeds = try readSeeds(try keys.required("seeds"))
  let optimizers = try keys.required("optimizers")
  let sweeps = try readSweeps(optimizers)
  var study = Study(
    name: name, about: about, dataset: dataset, network: network, training: training, seeds: seeds,
    sweeps: sweeps,
    record: try keys.optional("record")?.mapping(
      level: "record", called: "'record'", readRecord) ?? RecordOptions(),
    confirmationSeeds: try keys.optional("confirm")?.mapping(
      level: "confirm", called: "'confirm'"
    ) { (keys) throws(StudyError) in try readConfirmation(&keys, beside: seeds) } ?? [],
    measure: try keys.optional("measure")?.mapping(level: "measure", called: "'measure'") {
      (keys) throws(StudyError) in
      try readMeasure(
        &keys, images: dataset.train.map { $0 - training.validation }, training,
        sweeps)
    },
    published: try keys.optional("published")?.mapping(
      level: "published", called: "'published'"
    ) { (keys) throws(StudyError) in
      try readPublished(
        &keys, labels: sweeps.map(\.label), validates: training.validation > 0)
    })
  if let field = keys.optional("claims") { study.claims = try readClaims(field, of: study) }
  guard study.cellCount <= StudyFormat.mostCells else {
    throw optimizers.failure(.tooManyCells(limit: StudyFormat.mostCells))
  }
  return study
}

private func readSimulationStudy(
  _ keys: inout StudyKeys, _ kind: String, name: String, about: String
) throws(StudyError) -> Study {
  let simulation = try readSimulation(try keys.required(kind), kind: kind)
  let dataset =
    simulation.usesImages
    ? try keys.required("dataset").mapping(level: "dataset", called: "'dataset'", readDataset) : nil
  let seeds = try seedList(try keys.required("seeds"))
  let optimizers = try keys.required("optimizers")
  var study = Study(
    name: name, about: about, simulation: simulation, dataset: dataset, seeds: seeds,
    sweeps: try readSweeps(optimizers, simulated: true))
  if simulation.escapes != nil, let field = keys.optional("claims") {
    study.claims = try readClaims(field, of: study)
  }
  guard study.cellCount <= StudyFormat.mostCells else {
    throw optimizers.failure(.tooManyCells(limit: StudyFormat.mostCells))
  }
  return study
}

extension Study {
  /// The number of cells in the grid, without those that confirm; `Int.max` if there are more than that.
  public var cellCount: Int {
    let seedCount =
      switch seeds {
      case .joint(let seeds): seeds.count
      case .crossed(let first, let second, let third):
        product([first.count, second.count, third.count])
      }
    return sweeps.reduce(0) { sum, sweep in
      let (total, overflow) = sum.addingReportingOverflow(
        product([seedCount] + sweep.axes.map(\.values.count)))
      return overflow ? .max : total
    }
  }
}

/// The product, or `Int.max` if it is larger.
private func product(_ factors: [Int]) -> Int {
  factors.reduce(1) { product, factor in
    let (value, overflow) = product.multipliedReportingOverflow(by: factor)
    return overflow ? .max : value
  }
}

private func readDataset(_ keys: inout StudyKeys) throws(StudyError) -> DatasetRequest {
  DatasetRequest(
    name: try keys.required("name").name(),
    train: try keys.optional("train")?.integer(in: 1...10_000_000),
    test: try keys.optional("test")?.integer(in: 1...10_000_000),
    file: try keys.optional("file").map { (field) throws(StudyError) in
      DatasetRequest.File(path: try field.path(), line: field.node.line)
    })
}

private func readNetwork(_ keys: inout StudyKeys) throws(StudyError) -> NetworkChoice {
  let name = try keys.required("name").word(among: NetworkChoice.names)
  keys.decide(by: "the network \(name)")
  guard let choice = NetworkChoice(named: name) else {
    preconditionFailure("a word among those of a choice is one")
  }
  return choice.with(
    hidden: choice.hidden == nil ? nil : try hiddenWidths(try keys.required("hidden")),
    width: choice.width == nil
      ? nil : try keys.optional("width")?.integer(in: NetworkChoice.widths))
}

private func hiddenWidths(_ field: StudyField) throws(StudyError) -> [Int] {
  // No hidden layer is a network too: softmax regression.
  if case .list(let widths) = field.node.content, widths.isEmpty { return [] }
  var widths: [Int] = []
  for element in try field.elements() { widths.append(try element.integer(in: 1...65_536)) }
  return widths
}

// MARK: Seeds

private func readSeeds(_ field: StudyField) throws(StudyError) -> SeedGrid {
  if field.isList { return .joint(try seedList(field)) }
  guard field.isMapping else {
    throw field.failure(
      .wrongType(
        key: "seeds", expected: "a list, or a mapping with the keys init, order, augmentation",
        found: field.node.summary))
  }
  return try field.mapping(level: "seeds", called: "'seeds'") { (keys) throws(StudyError) in
    .crossed(
      initialization: try seedList(try keys.required("init")),
      order: try seedList(try keys.required("order")),
      augmentation: try seedList(try keys.required("augmentation")))
  }
}

private func seedList(_ field: StudyField) throws(StudyError) -> [Int] {
  try field.distinct { (seed) throws(StudyError) in
    try seed.integer(in: 0...StudyFormat.largestSeed)
  }
}

private func readConfirmation(
  _ keys: inout StudyKeys, beside grid: SeedGrid
) throws(StudyError) -> [Int] {
  let field = try keys.required("seeds")
  let seeds = try seedList(field)
  if let stale = seeds.first(where: { grid.contains(Seeds(all: $0)) }) {
    throw field.failure(.staleSeed(stale))
  }
  return seeds
}

extension SeedGrid {
  fileprivate func contains(_ seeds: Seeds) -> Bool {
    switch self {
    case .joint(let all): all.contains { Seeds(all: $0) == seeds }
    case .crossed(let first, let second, let third):
      first.contains(seeds.initialization) && second.contains(seeds.order)
        && third.contains(seeds.augmentation)
    }
  }
}

// MARK: Record

private func readRecord(_ keys: inout StudyKeys) throws(StudyError) -> RecordOptions {
  var options = RecordOptions()
  if let field = keys.optional("weights") {
    let weights = try field.word(among: ["none", "final", "best", "final+best"])
    options.finalWeights = weights.hasPrefix("final")
    options.bestWeights = weights.hasSuffix("best")
  }
  if let field = keys.optional("optimizer_state") {
    options.optimizerState = try field.word(among: ["none", "final"]) == "final"
  }
  return options
}
