import Crypto
import Diffusion
import Networks
import Optimizers

extension Cell.ID {
  /// The first 16 hex digits of the SHA-256 of a text.
  public init(hashing text: String) {
    let digest = SHA256.hash(data: Array(text.utf8))
    let hex = digest.prefix(8).flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 15)]] }
    guard let id = Cell.ID(String(decoding: hex, as: UTF8.self)) else {
      preconditionFailure("eight bytes are sixteen hex digits")
    }
    self = id
  }
}

extension Cell {
  /// The cell's identity as one line of canonical JSON (RFC 8785).
  ///
  /// Every hyperparameter is written out, defaults too. A setting that the format gained later is written
  /// only when it differs from what earlier versions did, so that ids last.
  public var canonicalJSON: String {
    var members: [String: JSONValue] = [
      "optimizer": optimizer.json,
      "seeds": .object([
        "init": .integer(seeds.initialization),
        "order": .integer(seeds.order),
        "augmentation": .integer(seeds.augmentation),
      ]),
      "numerics": .integer(numerics),
    ]
    switch work {
    case .training(let run):
      members["dataset"] = run.dataset.json
      members["network"] = run.network.json
      members["training"] = run.training.json
    case .simulation(let simulation, let dataset):
      members["dataset"] = dataset?.json
      members["kind"] = .string(simulation.kind)
      members["simulation"] = simulation.json
    }
    return JSONValue.object(members).canonicalText
  }

  /// The first 16 hex digits of the SHA-256 of ``canonicalJSON``.
  public var id: Cell.ID { Cell.ID(hashing: canonicalJSON) }

  /// The cell with this canonical JSON.
  ///
  /// - Throws: ``CellError`` if the text is not the canonical JSON of a cell, to the byte.
  public init(canonicalJSON text: String) throws(CellError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: text)
    } catch {
      throw .notJSON(error)
    }
    let cell = try Cell(JSONObject(value, "cell"))
    let canonical = cell.canonicalJSON
    guard canonical.utf8.elementsEqual(text.utf8) else { throw .notCanonical(expected: canonical) }
    self = cell
  }

  private init(_ object: JSONObject) throws(CellError) {
    let seeds = try object.object("seeds")
    if object["simulation"] != nil {
      let simulation = try Simulation(
        kind: try object.string("kind"), try object.object("simulation"))
      self.init(
        simulation: simulation,
        dataset: simulation.usesImages
          ? try DatasetIdentity(try object.object("dataset")) : nil,
        optimizer: try optimizerChoice(try object.object("optimizer")),
        seed: try seeds.integer("init"), numerics: try object.integer("numerics"))
      return
    }
    self.init(
      dataset: try DatasetIdentity(try object.object("dataset")),
      network: try networkChoice(try object.object("network")),
      training: try TrainingSettings(try object.object("training")),
      optimizer: try optimizerChoice(try object.object("optimizer")),
      seeds: Seeds(
        initialization: try seeds.integer("init"), order: try seeds.integer("order"),
        augmentation: try seeds.integer("augmentation")),
      numerics: try object.integer("numerics"))
  }
}

private let hexDigits = Array("0123456789abcdef".utf8)

// MARK: Dataset

extension DatasetIdentity {
  /// One line of canonical JSON (RFC 8785), as in a cell.
  public var canonicalJSON: String { json.canonicalText }

  /// The images with this canonical JSON.
  ///
  /// - Throws: ``CellError`` if the text does not identify images.
  public init(canonicalJSON text: String) throws(CellError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: text)
    } catch {
      throw .notJSON(error)
    }
    try self.init(JSONObject(value, "dataset"))
  }

  fileprivate var json: JSONValue {
    .object([
      "name": .string(name),
      "train": .integer(train),
      "test": .integer(test),
      "sha256": .string(digest),
      "mean": .array(mean.map { .number($0) }),
      "sd": .array(standardDeviation.map { .number($0) }),
      "channels": .integer(channels),
      "height": .integer(height),
      "width": .integer(width),
      "classes": .integer(classes),
    ])
  }

  fileprivate init(_ object: JSONObject) throws(CellError) {
    self.init(
      name: try object.string("name"), train: try object.integer("train"),
      test: try object.integer("test"), digest: try object.string("sha256"),
      mean: try object.numbers("mean"), standardDeviation: try object.numbers("sd"),
      channels: try object.integer("channels"), height: try object.integer("height"),
      width: try object.integer("width"), classes: try object.integer("classes"))
  }
}

// MARK: Network

extension NetworkChoice {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = ["name": .string(name)]
    if let hidden { members["hidden"] = .array(hidden.map { .integer($0) }) }
    if let width { members["width"] = .integer(width) }
    return .object(members)
  }
}

private func networkChoice(_ object: JSONObject) throws(CellError) -> NetworkChoice {
  let name = try object.string("name")
  guard let choice = NetworkChoice(named: name) else {
    throw .unknown(path: "\(object.path).name", value: name)
  }
  return choice.with(
    hidden: choice.hidden == nil ? nil : try object.integers("hidden"),
    width: choice.width == nil ? nil : try object.integer("width"))
}

// MARK: Training

extension TrainingSettings {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "epochs": .integer(epochs),
      "batch": batch.json,
      "schedule": schedule.json,
    ]
    switch clip {
    case .norm(let bound): members["clip"] = .object(["norm": .number(bound)])
    case .value(let bound): members["clip"] = .object(["value": .number(bound)])
    case nil: break
    }
    if let augmentation, augmentation != Augmentation() {
      members["augment"] = .object([
        "crop": .integer(augmentation.crop), "flip": .bool(augmentation.flip),
      ])
    }
    if validation != 0 { members["validation"] = .integer(validation) }
    if perturbation != 0 { members["perturb"] = .object(["ulps": .integer(perturbation)]) }
    return .object(members)
  }

  fileprivate init(_ object: JSONObject) throws(CellError) {
    self.init(epochs: try object.integer("epochs"), batch: try batchSize(object))
    schedule = try Schedule(try object.object("schedule"))
    if object["clip"] != nil {
      let clip = try object.object("clip")
      self.clip =
        clip["norm"] != nil ? .norm(try clip.number("norm")) : .value(try clip.number("value"))
    }
    if object["augment"] != nil {
      let augment = try object.object("augment")
      augmentation = Augmentation(crop: try augment.integer("crop"), flip: try augment.bool("flip"))
    }
    if object["validation"] != nil { validation = try object.integer("validation") }
    if object["perturb"] != nil {
      perturbation = try object.object("perturb").integer("ulps")
    }
  }
}

extension BatchSize {
  fileprivate var json: JSONValue {
    switch self {
    case .images(let count): .integer(count)
    case .all: .string("all")
    }
  }
}

private func batchSize(_ object: JSONObject) throws(CellError) -> BatchSize {
  object["batch"] == .string("all") ? .all : .images(try object.integer("batch"))
}

extension Schedule {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [:]
    switch kind {
    case .constant: members["kind"] = .string("constant")
    case .steps(let epochs, let factor):
      members["kind"] = .string("steps")
      members["at"] = .array(epochs.map { .integer($0) })
      members["factor"] = .number(factor)
    case .cosine: members["kind"] = .string("cosine")
    }
    if warmup != 0 { members["warmup"] = .integer(warmup) }
    return .object(members)
  }

  fileprivate init(_ object: JSONObject) throws(CellError) {
    let kind = try object.string("kind")
    switch kind {
    case "constant": self.init(kind: .constant)
    case "steps":
      self.init(
        kind: .steps(at: try object.integers("at"), factor: try object.number("factor")))
    case "cosine": self.init(kind: .cosine)
    default: throw .unknown(path: "\(object.path).kind", value: kind)
    }
    if object["warmup"] != nil { warmup = try object.integer("warmup") }
  }
}

// MARK: Optimizer

extension OptimizerChoice {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "name": .string(name), "weight_decay_kind": .string(weightDecayKind.rawValue),
    ]
    for setting in settings where !setting.isAsBefore { members[setting.key] = setting.json }
    return .object(members)
  }
}

extension OptimizerSetting {
  fileprivate var json: JSONValue {
    switch range {
    case .flag: .bool(value == 1)
    case .choice(let words): .string(words[Int(value)])
    default: .number(value)
    }
  }
}

private func optimizerChoice(_ object: JSONObject) throws(CellError) -> OptimizerChoice {
  let name = try object.string("name")
  let settings = OptimizerChoice.settings(of: name) ?? []
  var values: [String: Double] = [:]
  for key in object.keys where key != "name" {
    let setting = settings.first { $0.key == key }
    switch setting?.range {
    case .flag: values[key] = try object.bool(key) ? 1 : 0
    case .choice:
      let word = try object.string(key)
      guard let value = setting?.range.value(of: word) else {
        throw .unknown(path: "\(object.path).\(key)", value: word)
      }
      values[key] = value
    // An optimizer without the choice has the key all the same; that its value is right is seen in the end.
    case nil where key == "weight_decay_kind": break
    default: values[key] = try object.number(key)
    }
  }
  do throws(OptimizerError) {
    return try OptimizerChoice(name: name, values: values)
  } catch {
    throw .optimizer(error)
  }
}
