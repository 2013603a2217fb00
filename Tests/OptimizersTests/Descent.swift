import Optimizers

/// An update rule at work on a few parameters: the plainest possible training loop.
struct Descent<Rule: UpdateRule> {
  var rule: Rule
  var parameters: [Rule.Vector]
  var memory: [Rule.Memory]
  /// The sum of all elements of a vector, which the mean over all parameters needs.
  let total: (Rule.Vector) -> Double
  /// How many parameters a vector holds.
  let lanes: Int

  init(
    _ rule: Rule, from parameters: [Rule.Vector], lanes: Int = 1,
    total: @escaping (Rule.Vector) -> Double
  ) {
    (self.rule, self.parameters, self.lanes, self.total) = (rule, parameters, lanes, total)
    let fresh = Rule.Memory(reading: { Rule.Vector(all: Rule.Memory.initialValues[$0]) })
    memory = parameters.map { _ in fresh }
  }

  mutating func step(along gradients: [Rule.Vector], scaledBy schedule: Double = 1) {
    rule.advance()
    var sum = 0.0
    if Rule.needsMean {
      for i in parameters.indices {
        sum += total(
          rule.observe(gradient: gradients[i], at: parameters[i], memory: &memory[i]))
      }
    }
    let mean = sum / Double(parameters.count * lanes)
    for i in parameters.indices {
      parameters[i] = rule.step(
        from: parameters[i], along: gradients[i], scaledBy: schedule, mean: mean,
        memory: &memory[i])
    }
  }
}

extension Descent where Rule.Vector == Double {
  init(_ rule: Rule, from parameters: [Double]) {
    self.init(rule, from: parameters, total: { $0 })
  }
}

extension Descent where Rule.Vector == Float {
  init(_ rule: Rule, from parameters: [Float]) {
    self.init(rule, from: parameters, total: { Double($0) })
  }
}

extension Descent where Rule.Vector == SIMD8<Double> {
  init(_ rule: Rule, from parameters: [SIMD8<Double>]) {
    self.init(
      rule, from: parameters, lanes: 8,
      total: { vector in (0..<8).reduce(0) { $0 + vector[$1] } })
  }
}

/// What is done with the rule of an optimizer, whichever it is.
protocol RuleVisitor<Vector> {
  associatedtype Vector: RealVector
  associatedtype Result
  func visit<Rule: UpdateRule>(_ rule: Rule) -> Result where Rule.Vector == Vector
}

extension OptimizerChoice {
  /// Hands this optimizer's rule over the visitor's vectors to the visitor.
  func rule<Visitor: RuleVisitor>(for visitor: Visitor) -> Visitor.Result {
    switch self {
    case .sgd(let sgd): visitor.visit(SGDRule(sgd))
    case .momentum(let momentum): visitor.visit(MomentumRule(momentum))
    case .adam(let adam): visitor.visit(AdamRule(adam))
    case .adai(let adai): visitor.visit(AdaiRule(adai))
    case .adaiW(let adaiW): visitor.visit(AdaiRule(adaiW))
    }
  }
}
