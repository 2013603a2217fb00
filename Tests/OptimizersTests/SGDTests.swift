import Optimizers
import Testing

@Suite struct SGDTests {
  @Test func oneStepByHand() {
    // 1 − 0.1 (0.5 + 0.01 × 1), and a tenth of it.
    var descent = Descent(SGDRule(SGD(learningRate: 0.1, weightDecay: 0.01)), from: [1.0])
    var slow = descent
    descent.step(along: [0.5])
    slow.step(along: [0.5], scaledBy: 0.1)
    #expect(abs(descent.parameters[0] - 0.949) < 1e-15)
    #expect(abs(slow.parameters[0] - 0.9949) < 1e-15)
  }
}
