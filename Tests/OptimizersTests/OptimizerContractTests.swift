import Optimizers
import Testing

/// What every optimizer must do, because it is in the list.
@Suite struct OptimizerContractTests {
  static let names = OptimizerChoice.types.map { $0.name }
  /// Small enough for every optimizer, large enough to get somewhere.
  static let plain = ["learning_rate": 0.02, "weight_decay": 0.0]

  @Test func namesAreUnique() {
    #expect(Set(Self.names).count == Self.names.count)
  }

  @Test(arguments: names)
  func theListLeadsToItself(name: String) throws {
    let choice = try OptimizerChoice(name: name, values: Self.plain)
    #expect(choice.name == name)
    #expect(choice["learning_rate"] == 0.02 && choice["weight_decay"] == 0)
    let again = try OptimizerChoice(
      name: name,
      values: Dictionary(uniqueKeysWithValues: choice.settings.map { ($0.key, $0.value) }))
    #expect(again == choice)
  }

  @Test(arguments: OptimizerChoice.types.indices)
  func hyperparametersAreDescribed(index: Int) {
    let type = OptimizerChoice.types[index]
    #expect(!type.summary.isEmpty && !type.equations.isEmpty && !type.source.isEmpty)
    let described = Self.settings(of: type)
    let keys = described.map(\.key)
    #expect(keys.prefix(2) == ["learning_rate", "weight_decay"])
    #expect(Set(keys).count == keys.count)
    for setting in described {
      #expect(!setting.meaning.isEmpty)
      #expect(setting.range.contains(setting.value))
    }
  }

  static func settings(of type: any Optimizer.Type) -> [OptimizerSetting] {
    OptimizerChoice.settings(of: type.name) ?? []
  }

  /// A value that is not the default.
  static func other(_ setting: OptimizerSetting) -> Double {
    switch setting.range {
    case .flag, .choice: setting.value == 0 ? 1 : 0
    case .atLeast(let bound): bound + 10
    default: setting.value == 0.25 ? 0.125 : 0.25
    }
  }

  @Test(arguments: OptimizerChoice.types.indices)
  func everyHyperparameterIsSetByItsKey(index: Int) throws {
    let type = OptimizerChoice.types[index]
    let plain = try OptimizerChoice(name: type.name, values: Self.plain).settings
    for (place, setting) in Self.settings(of: type).enumerated() {
      let value = Self.other(setting)
      let values = Self.plain.merging([setting.key: value]) { $1 }
      let choice = try OptimizerChoice(name: type.name, values: values)
      #expect(choice[setting.key] == value)
      for (other, unchanged) in plain.enumerated() where other != place {
        #expect(choice.settings[other].value == unchanged.value)
      }
    }
  }

  /// A hyperparameter that changes nothing is a lie in the cell's identity.
  @Test(arguments: names)
  func everyHyperparameterChangesTheSteps(name: String) throws {
    let values = ["learning_rate": 0.1, "weight_decay": 0.01]
    let plain = try OptimizerChoice(name: name, values: values).rule(for: Fading())
    for setting in OptimizerChoice.settings(of: name) ?? [] {
      let changed = values.merging([setting.key: Self.other(setting)]) { $1 }
      let choice = try OptimizerChoice(name: name, values: changed)
      #expect(choice.rule(for: Fading()) != plain, "\(setting.key)")
    }
  }

  @Test(arguments: OptimizerChoice.types.indices)
  func valuesOutOfRangeAreRefused(index: Int) {
    let type = OptimizerChoice.types[index]
    for setting in Self.settings(of: type) {
      var bad = [-1e-9, .infinity, -.infinity, .nan]
      switch setting.range {
      case .positive: bad.append(0)
      case .nonNegative: break
      case .fraction: bad.append(1)
      case .openFraction: bad += [0, 1]
      case .halfOpen(let least): bad += [least.nextDown, 1]
      case .atMost(let bound): bad.append(bound.nextUp)
      case .atLeast(let bound): bad.append(bound.nextDown)
      case .flag, .choice: bad += [0.5, Double(setting.range.words.count)]
      }
      for value in bad {
        let values = Self.plain.merging([setting.key: value]) { $1 }
        let error = #expect(throws: OptimizerError.self, "\(setting.key) = \(value)") {
          try OptimizerChoice(name: type.name, values: values)
        }
        #expect(error?.description.contains("'\(setting.key)' of \(type.name)") == true)
      }
    }
  }

  @Test(arguments: names)
  func unknownAndMissingHyperparametersAreRefused(name: String) {
    #expect(throws: OptimizerError.missingHyperparameter(optimizer: name, key: "weight_decay")) {
      try OptimizerChoice(name: name, values: ["learning_rate": 1])
    }
    #expect(throws: OptimizerError.missingHyperparameter(optimizer: name, key: "learning_rate")) {
      try OptimizerChoice(name: name, values: ["weight_decay": 0])
    }
    let error = #expect(throws: OptimizerError.self) {
      try OptimizerChoice(name: name, values: Self.plain.merging(["wieght_decay": 1]) { $1 })
    }
    #expect(error?.description.contains("no hyperparameter 'wieght_decay'") == true)
  }

  @Test func unknownOptimizersAreRefused() {
    let error = #expect(throws: OptimizerError.unknownOptimizer("adia")) {
      try OptimizerChoice(name: "adia", values: Self.plain)
    }
    #expect(error?.description.contains("adai") == true)
  }

  @Test(arguments: names)
  func parabolasAreDescended(name: String) throws {
    let choice = try OptimizerChoice(name: name, values: Self.plain)
    let end = choice.rule(for: Parabola())
    #expect(end.allSatisfy { abs($0) < 0.05 }, "\(end)")
  }

  @Test(arguments: names)
  func memoryComesBackAsItWasWritten(name: String) throws {
    let choice = try OptimizerChoice(name: name, values: Self.plain)
    let trip = choice.rule(for: RoundTrip())
    #expect(Set(trip.names).count == trip.names.count)
    let written: [Double] = trip.names.indices.map { Double($0) + 0.5 }
    #expect(trip.slots == written)
  }

  @Test(arguments: names)
  func vectorsAreTheNumbersOfTheirLanes(name: String) throws {
    let values = ["learning_rate": 0.1, "weight_decay": 0.01]
    let choice = try OptimizerChoice(name: name, values: values)
    #expect(choice.rule(for: Lanes()) == choice.rule(for: Numbers()))
  }

  @Test(arguments: names)
  func nansStay(name: String) throws {
    let choice = try OptimizerChoice(name: name, values: Self.plain)
    #expect(choice.rule(for: Poisoned())[0].isNaN)
  }
}

/// Descends ½ Σ cᵢ θᵢ².
private struct Parabola: RuleVisitor {
  typealias Vector = Double

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [Double] where Rule.Vector == Double {
    let curvature = [1.0, 0.5, 2]
    var descent = Descent(rule, from: [1, -1, 0.5])
    for _ in 0..<2000 { descent.step(along: zip(curvature, descent.parameters).map { $0 * $1 }) }
    return descent.parameters
  }
}

/// Reads a memory with a number of its own in each slot, and writes it out.
private struct RoundTrip: RuleVisitor {
  typealias Vector = Double

  func visit<Rule: UpdateRule>(
    _ rule: Rule
  ) -> (names: [String], slots: [Double]) where Rule.Vector == Double {
    let memory = Rule.Memory(reading: { Double($0) + 0.5 })
    var slots = [Double](repeating: .nan, count: Rule.Memory.names.count)
    memory.write(to: { slots[$0] = $1 })
    return (Rule.Memory.names, slots)
  }
}

/// The gradients of step t, and at t = 0 the first parameters.
private func number(_ i: Int, step t: Int) -> Double {
  Double((i * 7919 + t * 104_729) % 2003) / 1001 - 1
}

private struct Numbers: RuleVisitor {
  typealias Vector = Double

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [Double] where Rule.Vector == Double {
    var descent = Descent(rule, from: (0..<8).map { number($0, step: 0) })
    for t in 1...25 { descent.step(along: (0..<8).map { number($0, step: t) }) }
    return descent.parameters
  }
}

/// Gradients that become a thousand times smaller, so that the largest second moment is not the last; half of them
/// so large that rates meet bounds.
private struct Fading: RuleVisitor {
  typealias Vector = Double

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [Double] where Rule.Vector == Double {
    var descent = Descent(rule, from: (0..<8).map { number($0, step: 0) })
    for t in 1...40 {
      let scale = t <= 5 ? 1 : 1e-3
      descent.step(
        along: (0..<8).map { ($0 < 4 ? 1e3 * scale : scale) * number($0, step: t) }, scaledBy: 0.5)
    }
    return descent.parameters
  }
}

private struct Lanes: RuleVisitor {
  typealias Vector = SIMD8<Double>

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [Double] where Rule.Vector == SIMD8<Double> {
    func vector(_ t: Int) -> SIMD8<Double> {
      var vector = SIMD8<Double>()
      for i in 0..<8 { vector[i] = number(i, step: t) }
      return vector
    }
    var descent = Descent(rule, from: [vector(0)])
    for t in 1...25 { descent.step(along: [vector(t)]) }
    return (0..<8).map { descent.parameters[0][$0] }
  }
}

/// One step along a gradient that is not a number.
private struct Poisoned: RuleVisitor {
  typealias Vector = Double

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [Double] where Rule.Vector == Double {
    var descent = Descent(rule, from: [1, 1])
    descent.step(along: [.nan, 1])
    return descent.parameters
  }
}
