import Foundation
import Optimizers
import Testing

@Suite struct PadamTests {
  var padam: Padam {
    var padam = Padam(learningRate: 0.5, weightDecay: 0)
    (padam.beta1, padam.beta2, padam.epsilon) = (0.5, 0.75, 1)
    return padam
  }

  /// m = 2, √v + ε = 3, and the corrections cancel; (√v + ε)²ᵖ for several p.
  @Test(arguments: [0, 0.125, 0.2, 0.25, 0.4, 0.5])
  func thePower(partial: Double) {
    var padam = padam
    padam.partial = partial
    #expect(agree(padam.path(from: 0, along: [4]), [-0.5 * 2 / pow(3, 2 * partial)]))
  }

  /// v is 4 and 3.
  @Test func theLargestSecondMoment() {
    let first = -1 / 3.squareRoot()
    let size = 0.5 * (7.0 / 16).squareRoot() / 0.75
    #expect(agree(padam.path(from: 0, along: [4, 0]), [first, first - size / 3.squareRoot()]))
    var padam = padam
    padam.amsGrad = false
    let root = (3.squareRoot() + 1).squareRoot()
    #expect(agree(padam.path(from: 0, along: [4, 0]), [first, first - size / root]))
  }

  @Test func thePaperCorrectsNothing() {
    var padam = padam
    padam.biasCorrection = false
    let first = -1 / 3.squareRoot()
    #expect(agree(padam.path(from: 0, along: [4, 0]), [first, 1.5 * first]))
  }
}
