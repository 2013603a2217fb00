import Diffusion
import Optimizers
import Testing

@Suite struct NetworkSaddleTests {
  private func passing() throws -> (passing: NetworkSaddle, images: SmallImages) {
    let golden = try GoldenNetwork.read()
    let passing = NetworkSaddle(
      network: golden.network, directions: [1, 2, -2, -1], batches: [2], times: [1, 5, 30],
      warmup: 20, replicas: 1500)
    return (passing, golden.images)
  }

  @Test func `the search ends at a saddle with one negative curvature`() throws {
    let (passing, images) = try passing()
    let saddle = try passing.saddle(images, seed: 1)
    let theta = saddle.point.parameters
    #expect(saddle.point.gradientNorm <= NetworkSaddle.gradientBound)
    #expect(saddle.curvatures[0] < 0 && saddle.curvatures[1] > 0)
    #expect(saddle.curvatures == saddle.curvatures.sorted())
    // Along the first eigenvector the loss falls on both sides, along the others it rises.
    for (curvature, vector) in zip(saddle.curvatures, saddle.vectors) {
      for move in [-1e-3, 1e-3] {
        let moved = zip(theta, vector).map { $0 + move * $1 }
        let rise = passing.network.lossAndGradient(moved, images).loss - saddle.point.loss
        #expect(abs(rise / (0.5 * curvature * move * move) - 1) < 0.05)
      }
    }
  }

  /// From many minima: none leads to another minimum, or to a point with several negative curvatures.
  @Test func `whatever a search ends at has one negative curvature`() throws {
    let (passing, images) = try passing()
    var found = 0
    for seed in 0..<40 {
      guard let saddle = try? passing.saddle(images, seed: seed) else { continue }
      found += 1
      #expect(saddle.curvatures.count { $0 < 0 } == 1, "seed \(seed)")
    }
    #expect(found > 10)
  }

  @Test func `a search can be stopped`() throws {
    let (passing, images) = try passing()
    // The descent asks too.
    var asked = 0
    let asks = passing.network.descent / 64 + 3
    #expect(throws: SimulationError.stopped) {
      try passing.saddle(images, seed: 1) {
        asked += 1
        return asked < asks
      }
    }
    #expect(asked == asks)
  }

  /// Where steps are small the loss is a quadratic and the noise that of the saddle.
  @Test(arguments: [("sgd", [:]), ("momentum", ["momentum": 0.9, "dampening": 0.9])])
  func `small displacements are those of the linearised problem`(
    name: String, settings: [String: Double]
  ) throws {
    let (passing, images) = try passing()
    let values = settings.merging(["learning_rate": 1e-3, "weight_decay": 0]) { own, _ in own }
    let optimizer = try OptimizerChoice(name: name, values: values)
    let (saddle, displacements) = try passing.run(optimizer, on: images, seed: 1)
    var farthest = 0.0
    for (i, direction) in passing.directions.enumerated() {
      let place = NetworkSaddle.place(of: direction, among: saddle.curvatures.count)
      var theory = SaddleTheory(curvature: saddle.curvatures[place], meanCurvature: 1, batch: 2)
      theory.noise = saddle.noise[place] / 2
      let rule = try #require(theory.linearRule(of: optimizer))
      let exact = theory.meanSquares(rule, at: passing.times, warmup: passing.warmup)
      for time in passing.times.indices {
        let index = time * passing.directions.count + i
        let difference = displacements[0].meanSquare[index] - exact[time]
        let distance = abs(difference) / displacements[0].standardError[index]
        #expect(distance < 5)
        farthest = max(farthest, distance)
      }
    }
    #expect(farthest > 0.3)
  }

  @Test func `threads change no bit, and a seed changes all`() throws {
    var (passing, images) = try passing()
    passing.replicas = 19
    let adai = OptimizerChoice.adai(Adai(learningRate: 0.1, weightDecay: 0))
    let one = try passing.run(adai, on: images, seed: 1)
    let three = try passing.run(adai, on: images, seed: 1, threads: 3)
    #expect(one.saddle == three.saddle && one.displacements == three.displacements)
    #expect(one.displacements[0].drift.allSatisfy { $0 > 0 })
    let other = try passing.run(adai, on: images, seed: 2)
    #expect(one.displacements[0].meanSquare != other.displacements[0].meanSquare)
  }
}
