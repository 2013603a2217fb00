import Diffusion
import Optimizers
import Synchronization
import Testing

/// A simulation of one long group of replicas is asked again and again whether to go on, and ends when told.
@Suite struct StopTests {
  private let sgd = OptimizerChoice.sgd(SGD(learningRate: 0.004, weightDecay: 0))

  /// Runs a simulation that is told to stop at the third question after its only group has begun.
  private func stops(_ run: (@escaping @Sendable (Double) -> Bool) throws -> Void) {
    let questions = Mutex(0)
    #expect(throws: SimulationError.stopped) {
      try run { fraction in
        guard fraction > 0 else { return true }
        return questions.withLock {
          $0 += 1
          return $0 < 3
        }
      }
    }
    #expect(questions.withLock { $0 } == 3)
  }

  @Test func `a saddle's`() {
    let saddle = SaddlePassing(curvatures: [1], batches: [1], times: [1 << 26], replicas: 8)
    stops { _ = try saddle.run(sgd, seed: 1, proceed: $0) }
  }

  @Test func `a descent's`() {
    let decay = GradientDecay(
      dimensions: 1 << 16, noise: 0.1, start: 1, horizons: [1 << 10], replicas: 8)
    stops { _ = try decay.run(sgd, seed: 1, proceed: $0) }
  }

  @Test func `a valley's`() {
    let escape = ValleyEscape(
      valley: .doubleWell, sharpness: [1], beside: [], noise: .batch([1e12]), limit: 1 << 26,
      replicas: 8)
    stops { _ = try escape.run(sgd, seed: 1, proceed: $0) }
  }

  @Test(arguments: [1, 1000])
  func `a network's minimum's`(every: Int) throws {
    let golden = try GoldenNetwork.read()
    let escape = NetworkEscape(
      network: golden.network, threshold: 1e9, every: every, sharpness: [1], batches: [2],
      limit: 1 << 20, replicas: 8)
    stops { _ = try escape.run(sgd, on: golden.images, seed: 1, proceed: $0) }
  }

  @Test func `a network's saddle's`() throws {
    let golden = try GoldenNetwork.read()
    let passing = NetworkSaddle(
      network: golden.network, directions: [1], batches: [2], times: [1 << 20], replicas: 8)
    stops { _ = try passing.run(sgd, on: golden.images, seed: 1, proceed: $0) }
  }
}
