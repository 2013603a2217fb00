import Optimizers
import Testing

@Suite struct AMSGradTests {
  var amsGrad: AMSGrad {
    var amsGrad = AMSGrad(learningRate: 0.5, weightDecay: 0)
    (amsGrad.beta1, amsGrad.beta2, amsGrad.epsilon) = (0.5, 0.75, 1)
    return amsGrad
  }

  /// m is 2 and 1, v is 4 and 3, so the maximum stays 4; 1 − β₁² = 3/4 and 1 − β₂² = 7/16.
  @Test func theMaximumIsCorrected() {
    let second = 0.5 * (4.0 / 3) / ((64.0 / 7).squareRoot() + 1)
    #expect(agree(amsGrad.path(from: 0, along: [4, 0]), [-0.4, -0.4 - second]))
  }

  @Test func thePaperCorrectsNothing() {
    var amsGrad = amsGrad
    amsGrad.biasCorrection = false
    // 0.5 × 2 / (2 + 1), then 0.5 × 1 / (2 + 1).
    #expect(agree(amsGrad.path(from: 0, along: [4, 0]), [-1.0 / 3, -0.5]))
  }

  @Test func theCorrectedMaximumNeverFalls() {
    var amsGrad = amsGrad
    amsGrad.correctFirst = true
    // v̂ is 16, then 48/7, so 16.
    #expect(agree(amsGrad.path(from: 0, along: [4, 0]), [-0.4, -0.4 - 2.0 / 15]))
  }
}
