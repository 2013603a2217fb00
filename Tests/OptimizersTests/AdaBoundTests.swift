import Optimizers
import Testing

@Suite struct AdaBoundTests {
  var adaBound: AdaBound {
    var adaBound = AdaBound(learningRate: 0.5, weightDecay: 0)
    (adaBound.beta1, adaBound.beta2, adaBound.epsilon) = (0.5, 0.75, 1)
    adaBound.gamma = 0.5
    return adaBound
  }

  /// 0.5 √¼ / ½ / (2 + 1) = 1/6 lies between 0.1 (1 − 1/1.5) and 0.1 (1 + 2); then 0.05 is the lower bound.
  @Test func withinTheBoundsAndAtTheLower() {
    #expect(agree(adaBound.path(from: 0, along: [4, 400]), [-1.0 / 3, -1.0 / 3 - 0.05 * 201]))
  }

  @Test func atTheUpperBound() {
    var adaBound = adaBound
    adaBound.finalLearningRate = 0.01
    #expect(agree(adaBound.path(from: 0, along: [4]), [-0.03 * 2]))
    // The schedule scales the bounds.
    #expect(agree(adaBound.path(from: 0, along: [4], scaledBy: 0.5), [-0.015 * 2]))
  }

  @Test func thePaperCorrectsNothing() {
    var adaBound = adaBound
    adaBound.biasCorrection = false
    adaBound.learningRate = 0.3
    #expect(agree(adaBound.path(from: 0, along: [4]), [-0.1 * 2]))
  }

  @Test func theLargestSecondMoment() {
    var adaBound = adaBound
    adaBound.amsBound = true
    adaBound.finalLearningRate = 0.2
    // v is 4 and 3, m is 2 and 1; 0.5 √(7/16) / ¾ / (2 + 1) lies between 0.1 and 0.4.
    let second = 0.5 * (7.0 / 16).squareRoot() / 0.75 / 3
    #expect(agree(adaBound.path(from: 0, along: [4, 0]), [-1.0 / 3, -1.0 / 3 - second]))
  }
}
