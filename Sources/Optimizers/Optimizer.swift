/// How λ, the weight decay, acts.
public enum WeightDecayKind: String, Hashable, Sendable {
  /// λθ is added to the gradient before anything else, as PyTorch's `weight_decay` does.
  case coupled
  /// θ shrinks by ηλ in each step, apart from the gradient, as in PyTorch's AdamW.
  case decoupled
}

/// A hyperparameter: its key in a study file, its meaning and its range.
public struct Hyperparameter<Root: Sendable>: Sendable {
  /// The key in a study file.
  public let key: String
  /// What it is, in one line.
  public let meaning: String
  /// The values it may take.
  public let range: HyperparameterRange
  /// Where the optimizer keeps it.
  public let path: WritableKeyPath<Root, Double> & Sendable

  init(
    _ key: String, _ path: WritableKeyPath<Root, Double> & Sendable, _ range: HyperparameterRange,
    _ meaning: String
  ) {
    (self.key, self.path, self.range, self.meaning) = (key, path, range, meaning)
  }
}

/// The values a hyperparameter may take; all of them are finite.
public enum HyperparameterRange: Hashable, Sendable, CustomStringConvertible {
  case positive
  case nonNegative
  /// [0, 1)
  case fraction
  /// (0, 1)
  case openFraction

  public func contains(_ value: Double) -> Bool {
    switch self {
    case .positive: value > 0 && value.isFinite
    case .nonNegative: value >= 0 && value.isFinite
    case .fraction: value >= 0 && value < 1
    case .openFraction: value > 0 && value < 1
    }
  }

  public var description: String {
    switch self {
    case .positive: "greater than 0"
    case .nonNegative: "0 or greater"
    case .fraction: "in [0, 1)"
    case .openFraction: "in (0, 1)"
    }
  }
}

/// An optimizer with all its hyperparameters: what a study names and a record stores.
///
/// The schedule is not part of it: its multiplier of the learning rate is an argument of each step.
public protocol Optimizer: Hashable, Sendable {
  /// Its name in a study file.
  static var name: String { get }
  /// What it is, in one line.
  static var summary: String { get }
  /// Its update, one equation a line, in the symbols of `source`.
  static var equations: String { get }
  /// The publication its equations are from.
  static var source: String { get }
  /// How its weight decay acts.
  static var weightDecayKind: WeightDecayKind { get }
  /// Every hyperparameter, learning rate and weight decay first.
  static var hyperparameters: [Hyperparameter<Self>] { get }

  /// The optimizer with its other hyperparameters at their defaults.
  init(learningRate: Double, weightDecay: Double)
}
