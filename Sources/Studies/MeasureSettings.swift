/// What a study measures of its trained cells; not part of any cell's identity.
public struct MeasureSettings: Hashable, Sendable {
  public var hessian: HessianSettings?
  public var noise: NoiseSettings?

  public init(hessian: HessianSettings? = nil, noise: NoiseSettings? = nil) {
    (self.hessian, self.noise) = (hessian, noise)
  }
}

/// How the spectrum of the loss's Hessian is measured.
public struct HessianSettings: Hashable, Sendable {
  /// How many of the largest eigenvalues.
  public var top: Int
  /// The loss is the mean over the first so many of the images trained on.
  public var samples: Int
  /// Whether batch normalisation uses each batch's statistics, in batches as large as the cell's; else the running
  /// ones.
  public var usesBatchStatistics = false
  /// Whether the loss has the L2 term of the cell's weight decay.
  public var includesL2 = false
  /// How many random probes estimate the trace; 0 for no estimate.
  public var probes = 0
  /// Residuals are at most this times the largest eigenvalue.
  public var tolerance = 1e-6
  /// After which epochs; 0 is before training.
  public var epochs: [Int]

  public init(top: Int, samples: Int, epochs: [Int]) {
    (self.top, self.samples, self.epochs) = (top, samples, epochs)
  }
}

/// How the covariance of mini-batch gradients is measured beside the Hessian.
public struct NoiseSettings: Hashable, Sendable {
  /// The sizes of mini-batches.
  public var batches: [Int]
  /// How many mini-batches of each size are drawn.
  public var draws: Int
  /// The images drawn from, and those of the Hessian: the first so many of the images trained on.
  public var samples: Int
  /// Over how many parameters, drawn at random, C and H are compared.
  public var parameters: Int
  /// Along how many of the Hessian's top eigenvectors they are compared.
  public var top: Int
  /// After which epochs; 0 is before training.
  public var epochs: [Int]

  public init(
    batches: [Int], draws: Int, samples: Int, parameters: Int, top: Int, epochs: [Int]
  ) {
    (self.batches, self.draws, self.samples) = (batches, draws, samples)
    (self.parameters, self.top, self.epochs) = (parameters, top, epochs)
  }
}

/// A measurement of one cell after one epoch.
public struct MeasurementTask: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case hessian(HessianSettings)
    case noise(NoiseSettings)
  }

  public var cell: Cell
  /// The epoch after which; 0 is before training.
  public var epoch: Int
  /// What; its own `epochs` are empty.
  public var kind: Kind

  /// The version of the arithmetic that measures: raised whenever a change moves a bit of a measurement.
  public static let numerics = 1

  public init(cell: Cell, epoch: Int, kind: Kind) {
    (self.cell, self.epoch, self.kind) = (cell, epoch, kind)
  }

  /// `hessian_epoch_0`, for its measurement.
  public var name: String {
    switch kind {
    case .hessian: "hessian_epoch_\(epoch)"
    case .noise: "noise_epoch_\(epoch)"
    }
  }

  /// Everything its numbers depend on, as one line of canonical JSON (RFC 8785).
  public var canonicalJSON: String {
    var members: [String: JSONValue] = [
      "cell": .string(cell.id.hex), "epoch": .integer(epoch), "numerics": .integer(Self.numerics),
    ]
    switch kind {
    case .hessian(let settings):
      members["hessian"] = .object([
        "top": .integer(settings.top), "samples": .integer(settings.samples),
        "batch_norm": .string(settings.usesBatchStatistics ? "training" : "evaluation"),
        "l2": .bool(settings.includesL2), "probes": .integer(settings.probes),
        "tolerance": .number(settings.tolerance),
      ])
    case .noise(let settings):
      members["noise"] = .object([
        "batches": .array(settings.batches.map { .integer($0) }),
        "draws": .integer(settings.draws), "samples": .integer(settings.samples),
        "parameters": .integer(settings.parameters), "top": .integer(settings.top),
      ])
    }
    return JSONValue.object(members).canonicalText
  }

  /// The first 16 hex digits of the SHA-256 of ``canonicalJSON``.
  public var id: Cell.ID { Cell.ID(hashing: canonicalJSON) }
}

extension MeasureSettings {
  /// What is to be measured of a cell, in the order of the keys, then of the epochs.
  public func tasks(of cell: Cell) -> [MeasurementTask] {
    var tasks: [MeasurementTask] = []
    if var settings = hessian {
      let epochs = settings.epochs
      settings.epochs = []
      tasks += epochs.map { MeasurementTask(cell: cell, epoch: $0, kind: .hessian(settings)) }
    }
    if var settings = noise {
      let epochs = settings.epochs
      settings.epochs = []
      tasks += epochs.map { MeasurementTask(cell: cell, epoch: $0, kind: .noise(settings)) }
    }
    return tasks
  }
}
