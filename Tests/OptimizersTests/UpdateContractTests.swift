import CAllocations
import Kernels
import Optimizers
import Testing
import Training

/// What every optimizer must do in the loops that train, because it is in the list.
@Suite struct UpdateContractTests {
  static let names = OptimizerChoice.types.map { $0.name }

  @Test(arguments: names)
  func aQuadraticIsDescended(name: String) throws {
    let curvature = [1.0, 0.5, 2, 0.1]
    let end = try descend(name, rate: 0.03, from: [1, -1, 0.5, 2], steps: 4000) { theta in
      zip(curvature, theta).map { $0 * $1 }
    }
    #expect(end.allSatisfy { abs($0) < 0.05 }, "\(end)")
  }

  /// (1 − x)² + 100 (y − x²)², from the usual (−1.2, 1), with the best of some learning rates.
  @Test(arguments: names)
  func rosenbrocksValleyIsFollowed(name: String) throws {
    // AdaBound ends as gradient descent at this rate, whose default is too large for a curvature of 1,000.
    let extra = name == "adabound" ? ["final_learning_rate": 1e-3] : [:]
    let values = try [3e-4, 1e-3, 3e-3, 0.01, 0.03].map { rate in
      let end = try descend(name, rate: rate, and: extra, from: [-1.2, 1], steps: 20_000) { theta in
        let (x, y) = (theta[0], theta[1])
        return [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
      }
      let (x, y) = (end[0], end[1])
      return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
    }
    #expect(values.contains { $0 < 1e-3 }, "\(values)")
  }

  private func descend(
    _ name: String, rate: Double, and extra: [String: Double] = [:], from start: [Double],
    steps: Int, along gradient: ([Double]) -> [Double]
  ) throws -> [Double] {
    let values = ["learning_rate": rate, "weight_decay": 0].merging(extra) { $1 }
    let choice = try OptimizerChoice(name: name, values: values)
    let work = Work<Double>(choice, from: start)
    for _ in 0..<steps { work.step(along: gradient(work.parameters)) }
    return work.parameters
  }

  /// Backwards, the parameters lie in other lanes, vectors and blocks. Adai's mean is then summed in another order.
  @Test(arguments: names)
  func theOrderOfParametersDoesNotMatter(name: String) throws {
    let choice = try Self.choice(name)
    let forwards = Work<Double>(choice, from: numbers(2500, step: 0))
    let backwards = Work<Double>(choice, from: numbers(2500, step: 0).reversed())
    for t in 1...20 {
      forwards.step(along: numbers(2500, step: t))
      backwards.step(along: numbers(2500, step: t).reversed())
    }
    let (ours, theirs) = (forwards.parameters, [Double](backwards.parameters.reversed()))
    if choice.rule(for: NeedsMean()) {
      #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) < 1e-12 })
    } else {
      #expect(ours == theirs)
    }
  }

  /// Adai divides by a mean of squares that a Float all but loses, as it does where a vector's padding has no gradient.
  @Test(arguments: names)
  func `gradients near the least of a Float are finite steps`(name: String) throws {
    for size in [1e-20, 1e-22, 1e-30] {
      let work = Work<Float>(
        try OptimizerChoice(name: name, values: ["learning_rate": 1e-3, "weight_decay": 0]),
        from: [1, -2, 3])
      for _ in 0..<3 { work.step(along: [size, 0, 0]) }
      #expect(work.parameters.allSatisfy { $0.isFinite }, "\(size): \(work.parameters)")
    }
  }

  /// Parameters in two tensors step as in one, but where a rule needs a mean over all of them.
  @Test(arguments: names)
  func tensorsOfTheirOwnChangeNothing(name: String) throws {
    let choice = try Self.choice(name)
    let start = numbers(1003, step: 0)
    let whole = Work<Float>(choice, from: start)
    let parts = [0..<13, 13..<1003].map { ($0, Work<Float>(choice, from: Array(start[$0]))) }
    for t in 1...20 {
      let gradient = numbers(1003, step: t)
      whole.step(along: gradient)
      for (range, part) in parts { part.step(along: Array(gradient[range])) }
    }
    let together = parts.flatMap { $0.1.parameters }
    #expect((whole.parameters == together) != choice.rule(for: NeedsMean()))
  }

  /// The same eight numbers over and over have the same mean, so all copies go where one goes.
  @Test(arguments: [1, 7, 8, 9, 1000, 100_003])
  func largeAndSmallVectorsUseTheSameCode(count: Int) throws {
    for name in Self.names {
      let choice = try Self.choice(name)
      let needsMean = choice.rule(for: NeedsMean())
      let work = Work<Double>(choice, from: cyclic(count, step: 0))
      let small = Work<Double>(choice, from: cyclic(8, step: 0))
      for t in 1...5 {
        work.step(along: cyclic(count, step: t))
        small.step(along: cyclic(8, step: t))
      }
      // A mean over fewer than eight, or over a ninth, is another.
      let isSame = count % 8 == 0 || count > 1000
      let tolerance = needsMean ? isSame ? 1e-4 : .infinity : 0
      let expected = small.parameters
      let far = work.parameters.enumerated().filter { index, value in
        !(abs(value - expected[index % 8]) <= tolerance)
      }
      #expect(far.isEmpty, "\(name) \(far.first?.offset ?? 0)")
    }
  }

  @Test(arguments: names)
  func restoredStateContinuesToTheSameBits(name: String) throws {
    let choice = try Self.choice(name)
    let whole = Work<Float>(choice, from: numbers(1003, step: 0))
    for t in 1...10 { whole.step(along: numbers(1003, step: t), scaledBy: 1 / Double(t)) }
    let restored = Work<Float>(choice, from: whole.parameters)
    restored.update.advance(steps: 10)
    for (slot, saved) in zip(restored.update.memory, whole.update.memory) {
      slot.copy(from: saved.array)
    }
    for t in 11...20 {
      whole.step(along: numbers(1003, step: t), scaledBy: 1 / Double(t))
      restored.step(along: numbers(1003, step: t), scaledBy: 1 / Double(t))
    }
    #expect(whole.parameters == restored.parameters)
    for (ours, theirs) in zip(whole.update.memory, restored.update.memory) {
      #expect(ours.array == theirs.array)
    }
  }

  /// Without any gradient nothing moves; with decoupled decay θ shrinks, with coupled decay λθ is the gradient.
  @Test(arguments: names)
  func zeroGradientsDoWhatTheRuleSays(name: String) throws {
    let start = numbers(20, step: 0)
    let zeros = [Double](repeating: 0, count: 20)
    let kinds = OptimizerChoice.settings(of: name)?.first { $0.key == "weight_decay_kind" }?.range
    let count = kinds?.words.count ?? 1
    for kind in 0..<count {
      var values = ["learning_rate": 0.1, "weight_decay": 0.0]
      if kinds != nil { values["weight_decay_kind"] = Double(kind) }
      let still = Work<Double>(try OptimizerChoice(name: name, values: values), from: start)
      values["weight_decay"] = 0.25
      let decaying = try OptimizerChoice(name: name, values: values)
      let shrinking = Work<Double>(decaying, from: start)
      for _ in 0..<10 {
        still.step(along: zeros, scaledBy: 0.5)
        let before = shrinking.parameters
        if decaying.weightDecayKind == .coupled {
          values["weight_decay"] = 0
          let plain = Work<Double>(try OptimizerChoice(name: name, values: values), from: before)
          plain.update.advance(steps: shrinking.taken)
          for (slot, saved) in zip(plain.update.memory, shrinking.update.memory) {
            slot.copy(from: saved.array)
          }
          plain.step(along: before.map { 0.25 * $0 }, scaledBy: 0.5)
          shrinking.step(along: zeros, scaledBy: 0.5)
          #expect(shrinking.parameters == plain.parameters)
        } else {
          let rate = decaying.weightDecayKind == .decoupled ? 0.05 : 0.5
          shrinking.step(along: zeros, scaledBy: 0.5)
          #expect(shrinking.parameters == before.map { (1 - rate * 0.25) * $0 })
        }
      }
      #expect(still.parameters == start)
    }
  }

  @Test(arguments: names)
  func gradientsThatAreNotFiniteShow(name: String) throws {
    for bad in [Double.nan, .infinity, -.infinity] {
      let work = Work<Float>(try Self.choice(name), from: numbers(20, step: 0))
      for t in 1...20 {
        var gradient = numbers(20, step: t)
        if t == 10 { gradient[7] = bad }
        work.step(along: gradient)
        if t >= 10 { #expect(!work.parameters[7].isFinite, "\(bad) after step \(t)") }
      }
    }
  }

  @Test(arguments: names)
  func aStepAllocatesNothing(name: String) throws {
    let choice = try Self.choice(name)
    let (single, double) = (
      Work<Float>(choice, from: numbers(3001, step: 0)),
      Work<Double>(choice, from: numbers(3001, step: 0))
    )
    single.step(along: numbers(3001, step: 1))
    double.step(along: numbers(3001, step: 1))
    let before = allocations_of_this_thread()
    for _ in 0..<10 {
      single.again()
      double.again()
    }
    #expect(allocations_of_this_thread() == before)
    _ = [Int](repeating: 1, count: 10_000)[single.taken]
    #expect(allocations_of_this_thread() > before, "the counter counts")
  }

  private static func choice(_ name: String) throws -> OptimizerChoice {
    try OptimizerChoice(name: name, values: ["learning_rate": 0.01, "weight_decay": 0.01])
  }
}

/// An optimizer at work on parameters of its own.
private final class Work<Scalar: KernelScalar & LaneScalar> {
  let update: ParameterUpdate<Scalar>
  private let (theta, gradient): (View<Scalar>, View<Scalar>)
  private let count: Int
  private(set) var taken = 0

  init(_ choice: OptimizerChoice, from start: [some BinaryFloatingPoint]) {
    count = start.count
    update = choice.update(of: count, as: Scalar.self)
    theta = View(zeros: (count + 7) / 8 * 8)
    gradient = View(zeros: (count + 7) / 8 * 8)
    theta[0..<count].copy(from: start.map { Scalar($0) })
  }

  var parameters: [Scalar] { theta[0..<count].array }

  func step(along numbers: [Double], scaledBy schedule: Double = 1) {
    gradient[0..<count].copy(from: numbers.map { Scalar($0) })
    update.step(theta, along: gradient, count: count, schedule: schedule)
    taken += 1
  }

  /// Takes another step along the same gradient.
  func again() { update.step(theta, along: gradient, count: count, schedule: 1) }
}

/// Whether a rule needs a mean over all parameters.
private struct NeedsMean: RuleVisitor {
  typealias Vector = Double

  func visit<Rule: UpdateRule>(_ rule: Rule) -> Bool where Rule.Vector == Double {
    Rule.needsMean
  }
}

/// Gradients of step t, and at t = 0 the first parameters.
private func numbers(_ count: Int, step t: Int) -> [Double] {
  (0..<count).map { Double(($0 * 7919 + t * 104_729 + 31) % 2003) / 1001 - 1 }
}

private func cyclic(_ count: Int, step t: Int) -> [Double] {
  let eight = numbers(8, step: t)
  return (0..<count).map { eight[$0 % 8] }
}
