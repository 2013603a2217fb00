import Diffusion
import Kernels
import Optimizers
import Randomness
import Testing

@Suite struct LaneTests {
  /// The deviates are what their definition says, from the scalar stream and the scalar functions.
  @Test func deviatesFollowTheirDefinition() {
    var deviates = NormalDeviates(seed: 7, point: 3, first: 16)
    for quad in 0..<3 {
      let found = [deviates.next(), deviates.next(), deviates.next(), deviates.next()]
      for lane in 0..<8 {
        let stream = RandomStream(seed: 7, purpose: .diffusion, index: 3, subindex: quad)
        let words = (0..<4).map { Double(stream.word(at: 4 * (16 + lane) + $0)) }
        for pair in 0..<2 {
          let radius = (-2 * Elementary.log((words[2 * pair] + 0.5) * 0x1p-32)).squareRoot()
          let angle = words[2 * pair + 1] * 0x1.921fb54442d18p-30
          #expect(abs(found[2 * pair][lane] - radius * Elementary.cos(angle)) < 1e-14)
          #expect(abs(found[2 * pair + 1][lane] - radius * Elementary.sin(angle)) < 1e-14)
        }
      }
    }
  }

  /// Mean 0, variance 1, kurtosis 3, no correlation between neighbours, each within 5 standard errors.
  @Test func deviatesAreNormal() {
    var (sums, pairs) = ([0.0, 0, 0, 0], 0.0)
    let count = 40_000
    for first in stride(from: 0, to: 800, by: 8) {
      var deviates = NormalDeviates(seed: 1, point: 0, first: first)
      var before = SIMD8<Double>.zero
      for _ in 0..<count / 800 {
        let x = deviates.next()
        for power in 1...4 {
          sums[power - 1] += (0..<power).reduce(SIMD8(repeating: 1.0)) { y, _ in y * x }.sum()
        }
        pairs += (x * before).sum()
        before = x
      }
    }
    let n = Double(count)
    let moments = sums.map { $0 / n }
    #expect(abs(moments[0]) < 5 / n.squareRoot())
    #expect(abs(moments[1] - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(moments[2]) < 5 * (15 / n).squareRoot())
    #expect(abs(moments[3] - 3) < 5 * (96 / n).squareRoot())
    #expect(abs(pairs / n) < 5 / n.squareRoot())
  }

  /// Eight models side by side step as each would alone, every rule with its own mean.
  @Test func lanesStepAsModelsAlone() throws {
    for name in OptimizerChoice.types.map({ $0.name }) {
      let optimizer = try OptimizerChoice(
        name: name, values: ["learning_rate": 0.1, "weight_decay": 0.01])
      let lanes = optimizer.rule(for: Walk<SIMD8<Double>>(lane: nil))
      for lane in 0..<8 {
        let alone = optimizer.rule(for: Walk<Double>(lane: lane))
        for i in alone.indices {
          #expect(abs(lanes[i][lane] - alone[i]) <= 1e-12 * max(1, abs(alone[i])), "\(name)")
        }
      }
    }
  }
}

/// Ten steps of three parameters along gradients that differ from lane to lane: of eight models, or of one.
private struct Walk<Vector: RealVector>: RuleVisitor {
  let lane: Int?

  func visit<Rule: UpdateRule>(_ rule: Rule) -> [Vector] where Rule.Vector == Vector {
    var rule = rule
    var theta = [Vector](repeating: Vector(all: 1), count: 3)
    var memory = (0..<3).map { _ in
      Rule.Memory(reading: { Vector(all: rule.initialValue(of: $0)) })
    }
    for now in 0..<10 {
      rule.advance()
      let gradient = (0..<3).map { self.gradient(now, $0) }
      var sum = Vector(all: 0)
      for i in 0..<3 {
        sum = sum + rule.observe(gradient: gradient[i], at: theta[i], memory: memory[i])
      }
      let means = sum / Vector(all: 3)
      for i in 0..<3 {
        if let mean = means as? Double {
          theta[i] = rule.step(
            from: theta[i], along: gradient[i], scaledBy: 0.5, mean: mean, memory: &memory[i])
        } else {
          theta[i] = rule.step(
            from: theta[i], along: gradient[i], scaledBy: 0.5, means: means, memory: &memory[i])
        }
      }
    }
    return theta
  }

  private func gradient(_ now: Int, _ i: Int) -> Vector {
    func value(_ lane: Int) -> Double { Elementary.sin(Double(now * 7 + i * 3 + lane * 5 + 1)) }
    if let lane { return Vector(all: value(lane)) }
    var lanes = SIMD8<Double>.zero
    for lane in 0..<8 { lanes[lane] = value(lane) }
    guard let vector = lanes as? Vector else { preconditionFailure("eight lanes are a vector") }
    return vector
  }
}
