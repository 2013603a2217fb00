import Diffusion
import Foundation
import Optimizers
import Testing

@Suite struct SaddleTests {
  private struct Case: Decodable {
    var optimizer: String
    var beta1, beta3, curvature, batch, rate: Double
    var warmup: Int
    var times: [Int]
    var mean_squares: [Double]

    var choice: OptimizerChoice {
      var values = ["learning_rate": rate, "weight_decay": 0]
      if optimizer == "momentum" { (values["momentum"], values["dampening"]) = (beta1, 1 - beta3) }
      guard let choice = try? OptimizerChoice(name: optimizer, values: values) else {
        preconditionFailure("the case names an optimizer")
      }
      return choice
    }
  }

  private static let cases: [Case] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/saddle.json")
    guard let data = try? Data(contentsOf: path),
      let cases = try? JSONDecoder().decode([Case].self, from: data)
    else { preconditionFailure("Golden/saddle.json lies beside the test") }
    return cases
  }()

  /// The recursion gives NumPy's numbers.
  @Test func exactSolutionIsNumPys() throws {
    for one in Self.cases {
      let theory = SaddleTheory(
        curvature: one.curvature, meanCurvature: one.curvature.magnitude, batch: one.batch)
      let rule = try #require(theory.linearRule(of: one.choice))
      let found = theory.meanSquares(rule, at: one.times, warmup: one.warmup)
      #expect(found.count == one.mean_squares.count)
      for (value, expected) in zip(found, one.mean_squares) {
        #expect(abs(value - expected) <= 1e-11 * expected)
      }
    }
  }

  /// What is simulated lies within 5 standard errors of the exact solution, over H, B, η, β and T.
  @Test func simulationIsTheExactSolution() throws {
    let curvatures = [-1.0, -0.05, 0.01, 0.8]
    var farthest = 0.0
    for one in Self.cases where one.curvature == -1 {
      let saddle = SaddlePassing(
        curvatures: curvatures, batches: [one.batch], times: one.times, warmup: one.warmup,
        replicas: 4000)
      let found = try saddle.run(one.choice, seed: 3)[0]
      for (i, curvature) in curvatures.enumerated() {
        let theory = SaddleTheory(curvature: curvature, meanCurvature: 1, batch: one.batch)
        let rule = try #require(theory.linearRule(of: one.choice))
        let exact = theory.meanSquares(rule, at: one.times, warmup: one.warmup)
        for time in one.times.indices {
          let index = time * curvatures.count + i
          let distance = abs(found.meanSquare[index] - exact[time]) / found.standardError[index]
          #expect(distance < 5)
          farthest = max(farthest, distance)
        }
      }
    }
    #expect(farthest > 0.5)
  }

  /// Neither threads nor how replicas fall into blocks change a bit, and a seed changes all.
  @Test func threadsChangeNoBit() throws {
    let saddle = SaddlePassing(curvatures: [-1, 0.5], batches: [4], times: [5, 9], replicas: 3001)
    let adai = OptimizerChoice.adai(Adai(learningRate: 0.1, weightDecay: 0))
    let one = try saddle.run(adai, seed: 1, threads: 1)
    let three = try saddle.run(adai, seed: 1, threads: 3)
    let other = try saddle.run(adai, seed: 2)
    // Without a momentum, the drift is NaN, which differs from itself.
    #expect(one[0].meanSquare == three[0].meanSquare)
    #expect(one[0].standardError == three[0].standardError)
    #expect(one[0].meanSquare != other[0].meanSquare)
  }

  @Test func stopsWhenTold() {
    let saddle = SaddlePassing(curvatures: [1], batches: [1], times: [1], replicas: 5000)
    #expect(throws: SimulationError.stopped) {
      try saddle.run(.sgd(SGD(learningRate: 0.1, weightDecay: 0)), seed: 0) { $0 < 0.5 }
    }
  }
}
