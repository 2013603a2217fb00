import Optimizers
import Testing

@Suite struct NesterovTests {
  @Test func twoStepsByHand() {
    // m = 1, 0.1 (1 + 0.9); m = 1.9, 0.1 (1 + 0.9 × 1.9).
    let nesterov = Nesterov(learningRate: 0.1, weightDecay: 0)
    #expect(agree(nesterov.path(from: 1, along: [1, 1]), [0.81, 0.539]))
  }

  @Test func weightDecayIsPartOfTheGradient() {
    // g = 0.5 + 0.25 × 2.
    let nesterov = Nesterov(learningRate: 0.1, weightDecay: 0.25)
    #expect(agree(nesterov.path(from: 2, along: [0.5]), [1.81]))
  }
}
