import Optimizers
import Testing

@Suite struct AdamTests {
  var adam: Adam {
    var adam = Adam(learningRate: 0.5, weightDecay: 0)
    (adam.beta1, adam.beta2, adam.epsilon) = (0.5, 0.75, 1)
    return adam
  }

  @Test func threeStepsByHand() {
    var descent = Descent(ruleOf(adam), from: [0.0])
    // m = 2, v = 4; m̂ = 4, v̂ = 16; 4 / (4 + 1), halved.
    descent.step(along: [4])
    #expect(abs(descent.parameters[0] + 0.4) < 1e-15)
    // m = 1 − 1 = 0.
    descent.step(along: [-2])
    #expect(abs(descent.parameters[0] + 0.4) < 1e-15)
    // m = 1, v = 4; m̂ = 8/7, v̂ = 4 / (1 − 27/64) = 256/37. ε stands outside the root.
    descent.step(along: [2])
    let third = 0.5 * (8.0 / 7) / ((256.0 / 37).squareRoot() + 1)
    #expect(abs(descent.parameters[0] - (-0.4 - third)) < 1e-15)
  }

  @Test func weightDecayIsPartOfTheGradient() {
    var adam = adam
    adam.weightDecay = 0.5
    var descent = Descent(ruleOf(adam), from: [2.0])
    // g = 3 + 0.5 × 2 = 4, as above.
    descent.step(along: [3])
    #expect(abs(descent.parameters[0] - 1.6) < 1e-15)
  }
}
