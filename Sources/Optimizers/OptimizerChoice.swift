/// The optimizers a study can name.
///
/// A closed list, so that a `switch` leads whoever adds one to every place that must know it.
public enum OptimizerChoice: Hashable, Sendable {
  case sgd(SGD)
  case momentum(Momentum)
  case nesterov(Nesterov)
  case adam(Adam)
  case amsGrad(AMSGrad)
  case adamW(AdamW)
  case adaBound(AdaBound)
  case padam(Padam)
  case yogi(Yogi)
  case rAdam(RAdam)
  case adaBelief(AdaBelief)
  case adai(Adai)
  case adaiW(AdaiW)
  case adaiV2(AdaiV2)

  /// Every optimizer's type, in the order `inertia describe` lists them.
  public static let types: [any Optimizer.Type] = [
    SGD.self, Momentum.self, Nesterov.self, Adam.self, AMSGrad.self, AdamW.self, AdaBound.self,
    Padam.self, Yogi.self, RAdam.self, AdaBelief.self, Adai.self, AdaiW.self, AdaiV2.self,
  ]

  /// The optimizer itself.
  public var optimizer: any Optimizer {
    switch self {
    case .sgd(let optimizer): optimizer
    case .momentum(let optimizer): optimizer
    case .nesterov(let optimizer): optimizer
    case .adam(let optimizer): optimizer
    case .amsGrad(let optimizer): optimizer
    case .adamW(let optimizer): optimizer
    case .adaBound(let optimizer): optimizer
    case .padam(let optimizer): optimizer
    case .yogi(let optimizer): optimizer
    case .rAdam(let optimizer): optimizer
    case .adaBelief(let optimizer): optimizer
    case .adai(let optimizer): optimizer
    case .adaiW(let optimizer): optimizer
    case .adaiV2(let optimizer): optimizer
    }
  }

  /// Hands this optimizer's rule over the visitor's vectors to the visitor.
  ///
  /// Each case names its type, so that the compiler makes code of its own for each rule.
  @inlinable @inline(__always)
  public func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    switch self {
    case .sgd(let optimizer): optimizer.rule(for: visitor)
    case .momentum(let optimizer): optimizer.rule(for: visitor)
    case .nesterov(let optimizer): optimizer.rule(for: visitor)
    case .adam(let optimizer): optimizer.rule(for: visitor)
    case .amsGrad(let optimizer): optimizer.rule(for: visitor)
    case .adamW(let optimizer): optimizer.rule(for: visitor)
    case .adaBound(let optimizer): optimizer.rule(for: visitor)
    case .padam(let optimizer): optimizer.rule(for: visitor)
    case .yogi(let optimizer): optimizer.rule(for: visitor)
    case .rAdam(let optimizer): optimizer.rule(for: visitor)
    case .adaBelief(let optimizer): optimizer.rule(for: visitor)
    case .adai(let optimizer): optimizer.rule(for: visitor)
    case .adaiW(let optimizer): optimizer.rule(for: visitor)
    case .adaiV2(let optimizer): optimizer.rule(for: visitor)
    }
  }
}

extension OptimizerChoice {
  /// The optimizer of that name with these hyperparameters and defaults for the others.
  ///
  /// - Throws: ``OptimizerError`` if no optimizer has the name, if a key is not one of its
  ///   hyperparameters, if a value is out of range or if `learning_rate` or `weight_decay` is missing.
  public init(name: String, values: [String: Double]) throws(OptimizerError) {
    guard let type = Self.types.first(where: { $0.name == name }) else {
      throw .unknownOptimizer(name)
    }
    self = try make(type, values)
  }

  /// Its name in a study file.
  public var name: String { type(of: optimizer).name }

  /// How its weight decay acts.
  public var weightDecayKind: WeightDecayKind { optimizer.weightDecayKind }

  /// Every hyperparameter with its value, those at their defaults too, in the order the optimizer declares them.
  public var settings: [OptimizerSetting] { settingsOf(optimizer) }

  /// The value of a hyperparameter, or `nil` if the optimizer has none of that key.
  public subscript(key: String) -> Double? { settings.first { $0.key == key }?.value }

  /// The hyperparameters of the optimizer of that name with their defaults, or `nil` if there is none.
  public static func settings(of name: String) -> [OptimizerSetting]? {
    types.first { $0.name == name }.map { defaultSettings($0) }
  }
}

/// A hyperparameter of some optimizer and its value there.
public struct OptimizerSetting: Hashable, Sendable {
  /// The key in a study file.
  public let key: String
  public let value: Double
  /// What it is, in one line.
  public let meaning: String
  /// The values it may take.
  public let range: HyperparameterRange
  /// Whether it has the value that the optimizer had before the hyperparameter was added.
  public let isAsBefore: Bool
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

private func make<Choice: Optimizer>(
  _ type: Choice.Type, _ values: [String: Double]
) throws(OptimizerError) -> OptimizerChoice {
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
    hyperparameter.set(value, in: &optimizer)
  }
  return optimizer.choice
}

private func settingsOf<Choice: Optimizer>(_ optimizer: Choice) -> [OptimizerSetting] {
  let fresh = Choice(learningRate: 1, weightDecay: 0)
  return Choice.hyperparameters.map { hyperparameter in
    let value = hyperparameter.value(in: optimizer)
    return OptimizerSetting(
      key: hyperparameter.key, value: value, meaning: hyperparameter.meaning,
      range: hyperparameter.range,
      isAsBefore: hyperparameter.isAddition && value == hyperparameter.value(in: fresh))
  }
}

private func defaultSettings<Choice: Optimizer>(_ type: Choice.Type) -> [OptimizerSetting] {
  settingsOf(Choice(learningRate: 1, weightDecay: 0))
}
