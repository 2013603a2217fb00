import Diffusion

extension Simulation {
  /// Its part of a cell's canonical JSON.
  var json: JSONValue {
    switch self {
    case .saddle(let saddle):
      .object([
        "curvatures": .numbers(saddle.curvatures), "batch": .numbers(saddle.batches),
        "times": .integers(saddle.times), "warmup": .integer(saddle.warmup),
        "replicas": .integer(saddle.replicas),
      ])
    case .escape(let escape):
      .object([
        "valley": .string(escape.valley.rawValue), "sharpness": .numbers(escape.sharpness),
        "beside": .numbers(escape.beside), escape.noise.key: .numbers(escape.noise.values),
        "covariance": .string(escape.covariance.rawValue), "limit": .integer(escape.limit),
        "replicas": .integer(escape.replicas),
      ])
    case .networkSaddle(let saddle):
      .object([
        "loss": .string("network"), "hidden": .integer(saddle.network.hidden),
        "pool": .integer(saddle.network.pool), "l2": .number(saddle.network.l2),
        "descent": .integer(saddle.network.descent),
        "directions": .integers(saddle.directions),
        "batch": .integers(saddle.batches), "times": .integers(saddle.times),
        "warmup": .integer(saddle.warmup), "replicas": .integer(saddle.replicas),
      ])
    case .networkEscape(let escape):
      .object([
        "valley": .string("network"), "hidden": .integer(escape.network.hidden),
        "pool": .integer(escape.network.pool), "l2": .number(escape.network.l2),
        "descent": .integer(escape.network.descent), "threshold": .number(escape.threshold),
        "every": .integer(escape.every), "sharpness": .numbers(escape.sharpness),
        "batch": .integers(escape.batches), "limit": .integer(escape.limit),
        "replicas": .integer(escape.replicas),
      ])
    case .convergence(let decay):
      .object([
        "dimensions": .integer(decay.dimensions), "noise": .number(decay.noise),
        "start": .number(decay.start), "horizons": .integers(decay.horizons),
        "replicas": .integer(decay.replicas),
      ])
    }
  }

  init(kind: String, _ object: JSONObject) throws(CellError) {
    let replicas = try object.integer("replicas")
    switch kind {
    case "saddle" where object["loss"] == .string("network"):
      self = .networkSaddle(
        NetworkSaddle(
          network: try SmallNetwork(object), directions: try object.integers("directions"),
          batches: try object.integers("batch"), times: try object.integers("times"),
          warmup: try object.integer("warmup"), replicas: replicas))
    case "saddle":
      self = .saddle(
        SaddlePassing(
          curvatures: try object.numbers("curvatures"), batches: try object.numbers("batch"),
          times: try object.integers("times"), warmup: try object.integer("warmup"),
          replicas: replicas))
    case "escape" where object["valley"] == .string("network"):
      self = .networkEscape(
        NetworkEscape(
          network: try SmallNetwork(object), threshold: try object.number("threshold"),
          every: try object.integer("every"), sharpness: try object.numbers("sharpness"),
          batches: try object.integers("batch"), limit: try object.integer("limit"),
          replicas: replicas))
    case "escape":
      guard let valley = Valley(rawValue: try object.string("valley")) else {
        throw .unknown(path: "\(object.path).valley", value: try object.string("valley"))
      }
      guard
        let covariance = ValleyEscape.Covariance(rawValue: try object.string("covariance"))
      else {
        throw .unknown(path: "\(object.path).covariance", value: try object.string("covariance"))
      }
      let noise: ValleyEscape.Noise
      if object["batch"] != nil {
        noise = .batch(try object.numbers("batch"))
      } else if object["rate_per_batch"] != nil {
        noise = .ratePerBatch(try object.numbers("rate_per_batch"))
      } else {
        noise = .ratePerRootBatch(try object.numbers("rate_per_root_batch"))
      }
      self = .escape(
        ValleyEscape(
          valley: valley, sharpness: try object.numbers("sharpness"),
          beside: try object.numbers("beside"), noise: noise, covariance: covariance,
          limit: try object.integer("limit"), replicas: replicas))
    case "convergence":
      self = .convergence(
        GradientDecay(
          dimensions: try object.integer("dimensions"), noise: try object.number("noise"),
          start: try object.number("start"), horizons: try object.integers("horizons"),
          replicas: replicas))
    default: throw .unknown(path: "cell.kind", value: kind)
    }
  }
}

extension SmallNetwork {
  fileprivate init(_ object: JSONObject) throws(CellError) {
    self.init(
      hidden: try object.integer("hidden"), pool: try object.integer("pool"),
      l2: try object.number("l2"), descent: try object.integer("descent"))
  }
}

extension ValleyEscape.Noise {
  /// Its key in study files and cells.
  public var key: String {
    switch self {
    case .batch: "batch"
    case .ratePerBatch: "rate_per_batch"
    case .ratePerRootBatch: "rate_per_root_batch"
    }
  }
}

extension JSONValue {
  fileprivate static func numbers(_ values: [Double]) -> JSONValue {
    .array(values.map { .number($0) })
  }

  fileprivate static func integers(_ values: [Int]) -> JSONValue {
    .array(values.map { .integer($0) })
  }
}
