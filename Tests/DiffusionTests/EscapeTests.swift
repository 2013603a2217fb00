import Diffusion
import Optimizers
import Testing

@Suite struct EscapeTests {
  private let sgd = OptimizerChoice.sgd(SGD(learningRate: 0.004, weightDecay: 0))

  @Test func valleysAreWhereTheySay() {
    for valley in Valley.allCases {
      #expect(abs(valley.slope(valley.bottom)) < 1e-12 && abs(valley.slope(valley.top)) < 1e-12)
      #expect(valley.curvature(valley.bottom) > 0 && valley.curvature(valley.top) < 0)
      #expect(abs(valley.curvature(valley.edge)) < 1e-12)
      #expect(valley.bottom > valley.edge && valley.edge > valley.top)
      #expect(valley.top > valley.farEdge)
    }
    #expect(abs(Valley.styblinskiTang.bottom - 2.746803) < 1e-6)
    #expect(abs(Valley.doubleWell.innerShare - 4.0 / 9) < 1e-12)
  }

  /// A sharper valley is left sooner; who does not leave is censored; threads change nothing.
  @Test func sharperIsLeftSooner() throws {
    let escape = ValleyEscape(
      valley: .doubleWell, sharpness: [1, 3], beside: [0.5], noise: .ratePerBatch([0.1]),
      limit: 20_000, replicas: 50)
    let exits = try escape.run(sgd, seed: 1)
    let means = exits.map { $0.steps.reduce(0, +) / 50 }
    #expect(means[1] < means[0] / 2)
    #expect(exits[0].escaped.contains(0) && exits[0].escaped.contains(1))
    #expect(try escape.run(sgd, seed: 1, threads: 2) == exits)
    for exit in exits {
      for (step, escaped) in zip(exit.steps, exit.escaped) where escaped == 0 {
        #expect(step == 20_000)
      }
    }
  }

  /// With η → 0 at one η/B, times in units of ηT agree.
  @Test func timesConvergeAtOneTemperature() throws {
    var means: [Double] = []
    for rate in [0.004, 0.002] {
      let escape = ValleyEscape(
        valley: .doubleWell, sharpness: [2], beside: [], noise: .ratePerBatch([0.2]),
        limit: 10_000_000, replicas: 1000)
      let exits = try escape.run(.sgd(SGD(learningRate: rate, weightDecay: 0)), seed: 1)[0]
      #expect(exits.escaped.allSatisfy { $0 == 1 })
      means.append(exits.steps.reduce(0, +) / 1000 * rate)
    }
    // Each has a standard error of about 1/√1000.
    #expect(abs(means[0] / means[1] - 1) < 5 * (2.0 / 1000).squareRoot() + 0.02)
  }

  @Test func divergenceIsNoEscape() throws {
    let escape = ValleyEscape(
      valley: .styblinskiTang, sharpness: [1], beside: [], noise: .batch([1e-6]), limit: 1000,
      replicas: 8)
    // The first step is beyond all numbers.
    let exits = try escape.run(.sgd(SGD(learningRate: 1e308, weightDecay: 0)), seed: 1)[0]
    #expect(exits.steps.map(\.isNaN) == Array(repeating: true, count: 8))
    #expect(exits.escaped == Array(repeating: 0, count: 8))
  }

  /// The bound holds, by far; a run's gradient falls.
  @Test func gradientsFallBelowTheBound() throws {
    let decay = GradientDecay(
      dimensions: 4, noise: 1, start: 2, horizons: [100, 3000], replicas: 64)
    // With Adai's own ε no gradient of this loss comes near the bound.
    var adai = Adai(learningRate: 1, weightDecay: 0)
    adai.epsilon = 0.5
    let choice = OptimizerChoice.adai(adai)
    let found = try decay.run(choice, seed: 1)
    let bound = try #require(decay.bound(of: choice))
    #expect(found.minimum[1] < found.minimum[0])
    #expect(zip(found.minimum, bound).allSatisfy { $0 < $1 })
  }
}
