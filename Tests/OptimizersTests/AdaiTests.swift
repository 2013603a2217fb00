import Optimizers
import Testing

@Suite struct AdaiTests {
  /// Three steps of Algorithm 2 from θ = 0 with η = 1, β₀ = 0.1, β₂ = 0.99, ε = 10⁻³, computed apart in
  /// float64: β₁ (by the ratio of its running products), m̂ and θ.
  @Test func threeStepsOfFourParameters() {
    let gradients = [[2, 1, 0.1, 0], [-1, 0.5, 0.2, 0], [0.5, -0.25, 0.05, 1]]
    let beta1 = [
      [0.680638722555, 0.920159680639, 0.999, 0.999],
      [0.682554920879, 0.920638730220, 0.996806348902, 0.999],
      [0.724866745992, 0.931216686498, 0.997232832529, 0.946683734980],
    ]
    let moment = [
      [2, 1, 0.1, 0],
      [0.221352700343, 0.740421015686, 0.176212469368, 0],
      [0.336943459393, 0.417761420472, 0.125931794100, 0.965722408375],
    ]
    let theta = [
      [-2, -1, -0.1, 0],
      [-2.221352700343, -1.740421015686, -0.276212469368, 0],
      [-2.558296159735, -2.158182436157, -0.402144263468, -0.965722408375],
    ]
    let rule = ruleOf(Adai(learningRate: 1, weightDecay: 0))
    var descent = Descent(rule, from: [0, 0, 0, 0])
    for t in 0..<3 {
      let before = descent
      descent.step(along: gradients[t])
      for i in 0..<4 {
        let (old, new) = (before.memory[i], descent.memory[i])
        #expect(abs(new.beta1Product / old.beta1Product - beta1[t][i]) < 1e-12)
        #expect(abs(new.m / (1 - new.beta1Product) - moment[t][i]) < 1e-12)
        #expect(abs(descent.parameters[i] - theta[t][i]) < 2e-12)
      }
    }
  }

  /// Π β₁ = β₁ in the first step, so m̂ = g, whatever β₁ is.
  @Test func theFirstStepFollowsTheGradientItself() {
    let rule = ruleOf(Adai(learningRate: 0.5, weightDecay: 0))
    var descent = Descent(rule, from: [1, 1, 1, 1])
    descent.step(along: [8, 1, -1e-3, 0])
    for (parameter, expected) in zip(descent.parameters, [-3, 0.5, 1.0005, 1]) {
      #expect(abs(parameter - expected) < 1e-13)
    }
  }

  /// v̄ = 0 leaves everything where it is, and the largest inertia.
  @Test func noGradientAtAllMovesNothing() {
    let rule = ruleOf(Adai(learningRate: 1, weightDecay: 0))
    var descent = Descent(rule, from: [1, -2])
    descent.step(along: [0, 0])
    #expect(descent.parameters == [1, -2])
    #expect(descent.memory.map(\.beta1Product) == [0.999, 0.999])
    descent.step(along: [1, 0])
    #expect(descent.parameters.allSatisfy { $0.isFinite })
  }

  /// v̂ / v̄ knows no scale, however small the gradients are; a power of two changes no rounding.
  @Test func theScaleOfGradientsDoesNotMatter() {
    let gradients = [[2, 1, 0.1, 0], [-1, 0.5, 0.2, 0], [0.5, -0.25, 0.05, 1]]
    let (small, large) = (gradients.map { $0.map { 0x1p-20 * $0 } }, 0x1p20)
    let start = [1, -2, 0.5, 3]
    func paths(_ choice: (Double) -> any Optimizer) -> Bool {
      choice(1).path(from: start, along: gradients)
        == choice(large).path(from: start, along: small)
    }
    #expect(paths { Adai(learningRate: $0, weightDecay: 0) })
    #expect(paths { AdaiW(learningRate: $0, weightDecay: 0) })
    #expect(paths { AdaiV2(learningRate: $0, weightDecay: 0) })
  }

  /// The mean is over every element: a parameter's inertia depends on what the others see.
  @Test func theMeanIsOverTheWholeModel() {
    let rule = ruleOf(Adai(learningRate: 1, weightDecay: 0))
    var alone = Descent(rule, from: [0])
    var together = Descent(rule, from: [0, 0, 0, 0])
    alone.step(along: [1])
    together.step(along: [1, 3, 0, 0])
    // v̂ / v̄ is 1, and 1 / (10 / 4).
    #expect(abs(alone.memory[0].beta1Product - 0.9) < 1e-15)
    #expect(abs(together.memory[0].beta1Product - 0.96) < 1e-15)
  }

  @Test func weightDecayEntersTheSecondMoment() {
    let rule = ruleOf(Adai(learningRate: 1, weightDecay: 0.5))
    var descent = Descent(rule, from: [2, 0])
    descent.step(along: [0, 1])
    #expect(descent.memory.allSatisfy { abs($0.v - 0.01) < 1e-15 })
    #expect(abs(descent.parameters[0] - 1) < 1e-13)
  }
}
