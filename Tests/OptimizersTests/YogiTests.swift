import Optimizers
import Testing

@Suite struct YogiTests {
  var yogi: Yogi {
    var yogi = Yogi(learningRate: 0.5, weightDecay: 0)
    (yogi.beta1, yogi.beta2, yogi.epsilon, yogi.initialAccumulator) = (0.5, 0.75, 1, 1)
    return yogi
  }

  /// v = 1 + 16/4 = 5, then 5 − 1/4; m = 2, then 1.5.
  @Test func theSecondMomentMovesByAddition() {
    let first = -0.5 * 4 / (20.squareRoot() + 1)
    let second = 0.5 * 2 / ((4.75 * 16 / 7).squareRoot() + 1)
    #expect(agree(yogi.path(from: 0, along: [4, 1]), [first, first - second]))
  }

  /// sign(1 − 1) = 0: v = 1 and v̂ = 4.
  @Test func itRestsAtTheSquareOfTheGradient() {
    #expect(agree(yogi.path(from: 0, along: [1]), [-0.5 * 1 / 3]))
  }

  @Test func thePaperCorrectsNothing() {
    var yogi = yogi
    yogi.biasCorrection = false
    #expect(agree(yogi.path(from: 0, along: [1]), [-0.5 * 0.5 / 2]))
  }

  @Test func epsilonBesideVInsteadOfVHat() {
    var yogi = yogi
    yogi.epsilonHat = true
    #expect(agree(yogi.path(from: 0, along: [1]), [-0.5 * 1 / 4]))
  }
}
