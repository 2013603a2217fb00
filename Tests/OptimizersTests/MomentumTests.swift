import Optimizers
import Testing

@Suite struct MomentumTests {
  @Test func threeStepsByHand() {
    var descent = Descent(MomentumRule(Momentum(learningRate: 0.1, weightDecay: 0)), from: [1.0])
    descent.step(along: [1])
    #expect(abs(descent.parameters[0] - 0.9) < 1e-15)
    // m = 0.9 + 1
    descent.step(along: [1])
    #expect(abs(descent.parameters[0] - 0.71) < 1e-15)
    // m = 0.9 × 1.9 = 1.71, and the schedule acts on all of it at once.
    descent.step(along: [0], scaledBy: 0.1)
    #expect(abs(descent.parameters[0] - 0.6929) < 1e-15)
  }

  @Test func weightDecayGathersInTheMomentum() {
    var descent = Descent(MomentumRule(Momentum(learningRate: 0.5, weightDecay: 0.2)), from: [1.0])
    // m = 0.2, θ = 0.9; m = 0.18 + 0.18, θ = 0.9 − 0.18
    descent.step(along: [0])
    descent.step(along: [0])
    #expect(abs(descent.parameters[0] - 0.72) < 1e-15)
  }
}
