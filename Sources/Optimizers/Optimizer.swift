/// An optimizer with all its hyperparameters: what a study names and a record stores.
///
/// The schedule is not part of it: its multiplier of the learning rate is an argument of each step.
public protocol Optimizer: Hashable, Sendable {
  /// Its name in a study file.
  static var name: String { get }
  /// What it is, in one line.
  static var summary: String { get }
  /// Its update, one equation a line, in the symbols of `source`; the weight decay's line is apart.
  static var equations: String { get }
  /// The publication its equations are from.
  static var source: String { get }
  /// Every hyperparameter, learning rate and weight decay first.
  static var hyperparameters: [Hyperparameter<Self>] { get }

  /// The optimizer with its other hyperparameters at their defaults.
  init(learningRate: Double, weightDecay: Double)

  /// How its weight decay acts.
  var weightDecayKind: WeightDecayKind { get }
  /// Its place in the list of optimizers.
  var choice: OptimizerChoice { get }
  /// Hands its rule to a visitor, over the visitor's vectors.
  func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result
}

/// What is done with an optimizer's rule, whichever it is.
public protocol RuleVisitor<Vector> {
  associatedtype Vector: RealVector
  associatedtype Result
  func visit<Rule: UpdateRule>(_ rule: Rule) -> Result where Rule.Vector == Vector
}
