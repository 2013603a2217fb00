import Foundation
import Optimizers
import Testing

@Suite struct AdaBeliefTests {
  var adaBelief: AdaBelief {
    var adaBelief = AdaBelief(learningRate: 0.5, weightDecay: 0)
    (adaBelief.beta1, adaBelief.beta2) = (0.5, 0.75)
    (adaBelief.epsilon, adaBelief.epsilonRoot) = (1, 0.5)
    return adaBelief
  }

  /// m = 2 twice; s = 2²/4 + ½ = 1.5, then 1.125 + ½: the inner ε gathers.
  @Test func twoStepsByHand() {
    let first = -0.5 * 4 / (6.squareRoot() + 1)
    let second = 0.5 * (2 / 0.75) / ((1.625 * 16 / 7).squareRoot() + 1)
    #expect(agree(adaBelief.path(from: 0, along: [4, 2]), [first, first - second]))
  }

  /// With β₂ = 3/4, ρ∞ = 7 and ρ is 4.84 in step 7 and 5.22 in step 8, the first that is rectified.
  @Test func rectified() {
    var adaBelief = adaBelief
    adaBelief.rectified = true
    adaBelief.epsilonRoot = 0
    let path = adaBelief.path(from: 0, along: Array(repeating: 4, count: 8))
    #expect(agree(Array(path.prefix(7)), [-2, -4, -6, -8, -10, -12, -14]))
    let power = 6561.0 / 65536
    let rho = 7 - 16 * power / (1 - power)
    let r = ((rho - 4) * (rho - 2) * 7 / (3 * 5 * rho)).squareRoot()
    // g − m halves: 2, 1, ½ and so on.
    let s = (0..<8).reduce(0.0) { 0.75 * $0 + 0.25 * pow(4, 1 - Double($1)) }
    let size = 0.5 * r * (1 - power).squareRoot()
    #expect(agree([path[7]], [-14 - size * 4 / (s.squareRoot() + 1)]))
  }
}
