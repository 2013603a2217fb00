import Kernels
import Optimizers

/// An optimizer at work on a flat parameter vector.
public final class ParameterUpdate<Scalar: KernelScalar> {
  /// What the rule remembers, one vector per slot.
  public let memory: [View<Scalar>]
  /// The names of the slots.
  public let memoryNames: [String]
  private let count: Int
  private let fused: FusedRule<Scalar>

  fileprivate init(
    count: Int, memory: [View<Scalar>], memoryNames: [String], fused: FusedRule<Scalar>
  ) {
    (self.count, self.memory, self.memoryNames, self.fused) = (count, memory, memoryNames, fused)
  }

  /// Brings the rule's clock to where it is after so many steps; for a new object only.
  public func advance(steps: Int) {
    for _ in 0..<steps { fused.advance() }
  }

  /// Takes one step.
  ///
  /// - Parameters:
  ///   - parameters: θ, changed in place; followed by zeros up to a multiple of eight, as is `gradient`.
  ///   - count: the number of parameters, without those zeros.
  ///   - schedule: ηₜ, the schedule's multiplier of the learning rate.
  public func step(
    _ parameters: View<Scalar>, along gradient: View<Scalar>, count: Int, schedule: Double
  ) {
    precondition(parameters.count == gradient.count && parameters.count == (count + 7) / 8 * 8)
    precondition(count == self.count, "an update is made for one number of parameters")
    fused.advance()
    fused.step(parameters, gradient, count, schedule)
  }
}

/// A rule as two functions, compiled for one rule and one precision: the loops over memory are in them.
///
/// A generic class would do, but its methods are compiled once for all rules, and then nothing fuses.
private struct FusedRule<Scalar: KernelScalar> {
  let advance: () -> Void
  let step: (View<Scalar>, View<Scalar>, Int, Double) -> Void
}

extension OptimizerChoice {
  /// This optimizer, ready for its first step on `count` parameters.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func update<Scalar: KernelScalar & LaneScalar>(
    of count: Int, as scalar: Scalar.Type
  ) -> ParameterUpdate<Scalar> {
    rule(for: Fusion<Scalar>(count: count))
  }
}

/// Fuses a rule into one pass over memory, or two if it needs a mean over all parameters.
private struct Fusion<Scalar: KernelScalar & LaneScalar>: RuleVisitor {
  typealias Vector = SIMD8<Scalar>
  let count: Int

  @inline(__always)
  func visit<Rule: UpdateRule>(
    _ rule: Rule
  ) -> ParameterUpdate<Scalar> where Rule.Vector == SIMD8<Scalar> {
    var rule = rule
    let names = Rule.Memory.names
    let memory = names.indices.map { index in
      let slot = View<Scalar>(zeros: (count + 7) / 8 * 8)
      slot.fill(Scalar(rule.initialValue(of: index)))
      return slot
    }
    let fused = FusedRule<Scalar>(
      advance: { rule.advance() },
      step: { parameters, gradient, count, schedule in
        let slots = Slots(memory, unused: parameters)
        let now = rule
        let mean = Rule.needsMean ? observe(now, parameters, gradient, slots) / Double(count) : 0
        apply(now, parameters, gradient, slots, schedule: schedule, mean: mean)
      })
    return ParameterUpdate(count: count, memory: memory, memoryNames: names, fused: fused)
  }
}

/// A rule's memory with room for three slots, so that reading one is no array access.
struct Slots<Scalar: KernelScalar> {
  let first: View<Scalar>
  let second: View<Scalar>
  let third: View<Scalar>

  init(_ memory: [View<Scalar>], unused: View<Scalar>) {
    precondition(memory.count <= 3)
    first = memory.count > 0 ? memory[0] : unused
    second = memory.count > 1 ? memory[1] : unused
    third = memory.count > 2 ? memory[2] : unused
  }

  subscript(slot: Int, vector index: Int) -> SIMD8<Scalar> {
    @inline(__always) get {
      slot == 0 ? first[vector: index] : slot == 1 ? second[vector: index] : third[vector: index]
    }
    @inline(__always) nonmutating set {
      switch slot {
      case 0: first[vector: index] = newValue
      case 1: second[vector: index] = newValue
      default: third[vector: index] = newValue
      }
    }
  }
}

/// The first pass: the sum over all parameters of what the rule observes, in blocks of 1,024.
@inline(__always)
private func observe<Scalar: KernelScalar, Rule: UpdateRule>(
  _ rule: Rule, _ parameters: View<Scalar>, _ gradient: View<Scalar>, _ slots: Slots<Scalar>
) -> Double where Rule.Vector == SIMD8<Scalar> {
  let vectors = parameters.count / 8
  let perBlock = Reduction.block / 8
  var total = 0.0
  var start = 0
  while start < vectors {
    let end = min(start + perBlock, vectors)
    var sum = SIMD8<Scalar>.zero
    for index in start..<end {
      sum += rule.observe(
        gradient: gradient[vector: index], at: parameters[vector: index],
        memory: Rule.Memory(reading: { slots[$0, vector: index] }))
    }
    total += Double(Reduction.tree(sum))
    start = end
  }
  return total
}

/// The second pass, or the only one: the step itself.
@inline(__always)
private func apply<Scalar: KernelScalar, Rule: UpdateRule>(
  _ rule: Rule, _ parameters: View<Scalar>, _ gradient: View<Scalar>, _ slots: Slots<Scalar>,
  schedule: Double, mean: Double
) where Rule.Vector == SIMD8<Scalar> {
  for index in 0..<parameters.count / 8 {
    var memory = Rule.Memory(reading: { slots[$0, vector: index] })
    parameters[vector: index] = rule.step(
      from: parameters[vector: index], along: gradient[vector: index], scaledBy: schedule,
      mean: mean, memory: &memory)
    memory.write(to: { slots[$0, vector: index] = $1 })
  }
}
