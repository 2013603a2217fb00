import Foundation
import Optimizers
import Testing

@Suite struct AdaiV2Tests {
  let gradients = [[2, 1, 0.1, 0], [-1, 0.5, 0.2, 0], [0.5, -0.25, 0.05, 1]]

  @Test func fullDampeningIsAdaiW() {
    let start = [1, -2, 0.5, 3]
    let ours = AdaiV2(learningRate: 0.5, weightDecay: 0.1).path(from: start, along: gradients)
    let adaiW = AdaiW(learningRate: 0.5, weightDecay: 0.1).path(from: start, along: gradients)
    #expect(zip(ours, adaiW).allSatisfy { agree($0, $1) })
  }

  /// In the first step m̂ = g (v̄ / v̂)^((1 − d) / (3 − 2d)), with v̂ = g², whatever β₀ is.
  @Test(arguments: [0, 0.25, 0.5, 0.9])
  func theFirstStep(dampening: Double) {
    var adai = AdaiV2(learningRate: 1, weightDecay: 0)
    adai.dampening = dampening
    let path = adai.path(from: [0, 0, 0], along: [[2, 1, -3]])
    let expected = [2.0, 1, -3].map { g in
      -g * pow((14.0 / 3) / (g * g), (1 - dampening) / (3 - 2 * dampening))
    }
    #expect(agree(path[0], expected), "\(path[0]) \(expected)")
  }
}
