import Optimizers
import Testing

@Suite struct AdamWTests {
  var adamW: AdamW {
    var adamW = AdamW(learningRate: 0.5, weightDecay: 0.1)
    (adamW.beta1, adamW.beta2, adamW.epsilon) = (0.5, 0.75, 1)
    return adamW
  }

  /// m̂ = 4 and √v̂ = 4, so the step is 0.5 × 4/5.
  @Test func theDecayIsTimesTheLearningRate() {
    #expect(agree(adamW.path(from: 2, along: [4]), [2 * 0.95 - 0.4]))
    #expect(agree(adamW.path(from: 2, along: [4], scaledBy: 0.5), [2 * 0.975 - 0.2]))
  }

  @Test func thePaperHasItTimesTheScheduleAlone() {
    var adamW = adamW
    adamW.weightDecayKind = .decoupledBySchedule
    #expect(agree(adamW.path(from: 2, along: [4]), [2 * 0.9 - 0.4]))
    #expect(agree(adamW.path(from: 2, along: [4], scaledBy: 0.5), [2 * 0.95 - 0.2]))
  }

  @Test func epsilonBesideVInsteadOfVHat() {
    var adamW = adamW
    adamW.weightDecay = 0
    adamW.epsilonHat = true
    // ε / √(1 − β₂) = 2.
    #expect(agree(adamW.path(from: 0, along: [4]), [-0.5 * 4 / 6]))
    adamW.epsilonHat = false
    adamW.epsilonRoot = 9
    #expect(agree(adamW.path(from: 0, along: [4]), [-0.5 * 4 / 6]))
  }
}
