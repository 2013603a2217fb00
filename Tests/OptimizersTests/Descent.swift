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
    let fresh = Rule.Memory(reading: { Rule.Vector(all: rule.initialValue(of: $0)) })
    memory = parameters.map { _ in fresh }
  }

  mutating func step(along gradients: [Rule.Vector], scaledBy schedule: Double = 1) {
    rule.advance()
    var sum = 0.0
    if Rule.needsMean {
      for i in parameters.indices {
        sum += total(
          rule.observe(gradient: gradients[i], at: parameters[i], memory: memory[i]))
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

func ruleOf(_ adam: Adam) -> AdamRule<Double> {
  AdamRule(adam, decay: WeightDecay(adam.weightDecay, .coupled))
}

func ruleOf(_ adai: Adai) -> AdaiRule<Double> {
  AdaiRule(adai, decay: WeightDecay(adai.weightDecay, .coupled))
}

extension Optimizer {
  /// The parameters after each of some steps.
  func path(
    from start: [Double], along gradients: [[Double]], scaledBy schedule: Double = 1
  ) -> [[Double]] {
    rule(for: Path(start: start, gradients: gradients, schedule: schedule))
  }

  /// The same for one parameter.
  func path(
    from start: Double, along gradients: [Double], scaledBy schedule: Double = 1
  ) -> [Double] {
    path(from: [start], along: gradients.map { [$0] }, scaledBy: schedule).map { $0[0] }
  }
}

extension Optimizer {
  /// What its rule remembers of each parameter after some steps, slot by slot.
  func memory(from start: [Double], along gradients: [[Double]]) -> [[Double]] {
    rule(for: Memory(start: start, gradients: gradients))
  }
}

private struct Memory: RuleVisitor {
  typealias Vector = Double
  let (start, gradients): ([Double], [[Double]])

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [[Double]] where Rule.Vector == Double {
    var descent = Descent(rule, from: start)
    for gradient in gradients { descent.step(along: gradient) }
    return descent.memory.map { memory in
      var slots: [Double] = []
      memory.write { slots.append($1) }
      return slots
    }
  }
}

private struct Path: RuleVisitor {
  typealias Vector = Double
  let (start, gradients, schedule): ([Double], [[Double]], Double)

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [[Double]] where Rule.Vector == Double {
    var descent = Descent(rule, from: start)
    return gradients.map { gradient in
      descent.step(along: gradient, scaledBy: schedule)
      return descent.parameters
    }
  }
}

/// Whether numbers agree to a few roundings.
func agree(_ ours: [Double], _ expected: [Double]) -> Bool {
  ours.count == expected.count
    && zip(ours, expected).allSatisfy { abs($0 - $1) <= 4e-15 * max(1, abs($1)) }
}
