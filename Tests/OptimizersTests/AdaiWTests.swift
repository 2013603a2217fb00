import Optimizers
import Testing

@Suite struct AdaiWTests {
  @Test func parametersShrinkApartFromTheGradient() {
    var descent = Descent(
      ruleOf(AdaiW(learningRate: 0.5, weightDecay: 0.1)), from: [2, -4])
    // 2 (1 − 0.05) − 0.5 × 1, and −4 (1 − 0.05).
    descent.step(along: [1, 0])
    #expect(abs(descent.parameters[0] - 1.4) < 1e-14)
    #expect(abs(descent.parameters[1] + 3.8) < 1e-14)
    // The schedule scales the decay too.
    let before = descent.parameters[1]
    descent.step(along: [1, 0], scaledBy: 0.1)
    #expect(abs(descent.parameters[1] - before * (1 - 0.005)) < 1e-14)
  }

  @Test func theMemoryKnowsNothingOfTheDecay() {
    var plain = Descent(
      ruleOf(AdaiW(learningRate: 0.5, weightDecay: 0)), from: [2, -4])
    var decayed = Descent(
      ruleOf(AdaiW(learningRate: 0.5, weightDecay: 0.3)), from: [2, -4])
    for gradients in [[1, 0.5], [-2, 0.25], [0.5, 1]] {
      plain.step(along: gradients)
      decayed.step(along: gradients)
    }
    #expect(plain.memory.map(\.m) == decayed.memory.map(\.m))
    #expect(plain.memory.map(\.v) == decayed.memory.map(\.v))
    #expect(plain.memory.map(\.beta1Product) == decayed.memory.map(\.beta1Product))
    #expect(plain.parameters != decayed.parameters)
  }
}
