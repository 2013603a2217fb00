import Optimizers
import Testing

@Suite struct RAdamTests {
  /// rₜ for β₂ = 0.999, computed apart with forty digits; ρ₅ = 4.996 and ρ₆ = 5.994.
  let r5 = 0.0173115031663695662
  let r6 = 0.0258211128018652164
  let ones = Array(repeating: 1.0, count: 6)

  /// The step along a gradient that was always 1: m̂ = 1 and v = 1 − β₂ᵗ.
  func step(_ r: Double, beta2Power: Double) -> Double {
    let root = (1 - beta2Power).squareRoot()
    return 0.5 * r * root / (root + 1e-8)
  }

  func isClose(_ ours: Double, _ expected: Double) -> Bool { abs(ours - expected) < 1e-12 }

  @Test func theRateIsAdaptiveFromStepSixOn() {
    let path = RAdam(learningRate: 0.5, weightDecay: 0).path(from: 0, along: ones)
    #expect(agree(Array(path.prefix(5)), [-0.5, -1, -1.5, -2, -2.5]))
    let power = 0.998001 * 0.998001 * 0.998001
    #expect(isClose(path[5], -2.5 - step(r6, beta2Power: power)))
  }

  @Test func thePaperHasItFromStepFiveOn() {
    var rAdam = RAdam(learningRate: 0.5, weightDecay: 0)
    rAdam.threshold = 4
    let path = rAdam.path(from: 0, along: ones)
    let power = 0.998001 * 0.998001 * 0.999
    #expect(isClose(path[4], -2 - step(r5, beta2Power: power)))
  }

  @Test func theAuthorsTakeNoStepBefore() {
    var rAdam = RAdam(learningRate: 0.5, weightDecay: 0.1)
    rAdam.warmUp = false
    rAdam.weightDecayKind = .decoupled
    let path = rAdam.path(from: 3, along: ones)
    #expect(path.prefix(5).allSatisfy { $0 == 3 })
    #expect(path[5] < 3 * 0.95)
  }
}
