/// The optimizers a study can name.
///
/// A closed list, so that a `switch` leads whoever adds one to every place that must know it.
public enum OptimizerChoice: Hashable, Sendable {
  case sgd(SGD)
  case momentum(Momentum)
  case adam(Adam)
  case adai(Adai)
  case adaiW(AdaiW)

  /// Every optimizer's type, in the order `inertia describe` lists them.
  public static let types: [any Optimizer.Type] = [
    SGD.self, Momentum.self, Adam.self, Adai.self, AdaiW.self,
  ]

  /// The optimizer of that name with these hyperparameters and defaults for the others.
  ///
  /// - Throws: ``OptimizerError`` if no optimizer has the name, if a key is not one of its
  ///   hyperparameters, if a value is out of range or if `learning_rate` or `weight_decay` is missing.
  public init(name: String, values: [String: Double]) throws(OptimizerError) {
    switch name {
    case SGD.name: self = .sgd(try make(values))
    case Momentum.name: self = .momentum(try make(values))
    case Adam.name: self = .adam(try make(values))
    case Adai.name: self = .adai(try make(values))
    case AdaiW.name: self = .adaiW(try make(values))
    default: throw .unknownOptimizer(name)
    }
  }

  /// The optimizer itself.
  public var optimizer: any Optimizer {
    switch self {
    case .sgd(let optimizer): optimizer
    case .momentum(let optimizer): optimizer
    case .adam(let optimizer): optimizer
    case .adai(let optimizer): optimizer
    case .adaiW(let optimizer): optimizer
    }
  }

  /// Its name in a study file.
  public var name: String { type(of: optimizer).name }

  /// How its weight decay acts.
  public var weightDecayKind: WeightDecayKind { type(of: optimizer).weightDecayKind }

  /// Every hyperparameter's key and value, defaults too, in the order the optimizer declares them.
  public var values: [(key: String, value: Double)] { valuesOf(optimizer) }

  /// The value of a hyperparameter, or `nil` if the optimizer has none of that key.
  public subscript(key: String) -> Double? { values.first { $0.key == key }?.value }
}

/// A mistake in how an optimizer was asked for.
public enum OptimizerError: Error, Hashable, CustomStringConvertible {
  case unknownOptimizer(String)
  case unknownHyperparameter(optimizer: String, key: String, known: [String])
  case missingHyperparameter(optimizer: String, key: String)
  case outOfRange(optimizer: String, key: String, value: Double, range: HyperparameterRange)

  public var description: String {
    switch self {
    case .unknownOptimizer(let name):
      let known = OptimizerChoice.types.map { $0.name }.joined(separator: ", ")
      return "there is no optimizer '\(name)'; there are: \(known)"
    case .unknownHyperparameter(let optimizer, let key, let known):
      return "\(optimizer) has no hyperparameter '\(key)'; it has: \(known.joined(separator: ", "))"
    case .missingHyperparameter(let optimizer, let key):
      return "\(optimizer) needs '\(key)'"
    case .outOfRange(let optimizer, let key, let value, let range):
      return "'\(key)' of \(optimizer) must be \(range), not \(value)"
    }
  }
}

private func make<Choice: Optimizer>(_ values: [String: Double]) throws(OptimizerError) -> Choice {
  guard let learningRate = values["learning_rate"] else {
    throw .missingHyperparameter(optimizer: Choice.name, key: "learning_rate")
  }
  guard let weightDecay = values["weight_decay"] else {
    throw .missingHyperparameter(optimizer: Choice.name, key: "weight_decay")
  }
  var optimizer = Choice(learningRate: learningRate, weightDecay: weightDecay)
  for (key, value) in values.sorted(by: { $0.key < $1.key }) {
    guard let hyperparameter = Choice.hyperparameters.first(where: { $0.key == key }) else {
      throw .unknownHyperparameter(
        optimizer: Choice.name, key: key, known: Choice.hyperparameters.map(\.key))
    }
    guard hyperparameter.range.contains(value) else {
      throw .outOfRange(
        optimizer: Choice.name, key: key, value: value, range: hyperparameter.range)
    }
    optimizer[keyPath: hyperparameter.path] = value
  }
  return optimizer
}

private func valuesOf<Choice: Optimizer>(_ optimizer: Choice) -> [(key: String, value: Double)] {
  Choice.hyperparameters.map { ($0.key, optimizer[keyPath: $0.path]) }
}
