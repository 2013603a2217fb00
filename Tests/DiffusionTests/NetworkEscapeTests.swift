import Diffusion
import Optimizers
import Testing

@Suite struct NetworkEscapeTests {
  private func golden() throws -> (escape: NetworkEscape, images: SmallImages) {
    let golden = try GoldenNetwork.read()
    let escape = NetworkEscape(
      network: golden.network, threshold: 0.1, every: 2, sharpness: [0.5, 4], batches: [2],
      limit: 400, replicas: 20)
    return (escape, golden.images)
  }

  /// The gradient's noise alone moves a replica from where the whole gradient is none. Threads change nothing.
  @Test func `sharper minima are left sooner`() throws {
    let (escape, images) = try golden()
    let sgd = OptimizerChoice.sgd(SGD(learningRate: 0.2, weightDecay: 0))
    let found = try escape.run(sgd, on: images, seed: 1)
    let rates = found.exits.map { exit in
      exit.escaped.reduce(0, +) / exit.steps.reduce(0, +)
    }
    #expect(rates[1] > rates[0] && rates[1] > 0)
    let again = try escape.run(sgd, on: images, seed: 1, threads: 2)
    #expect(again.exits == found.exits && again.minimum == found.minimum)
    for exit in found.exits {
      for (step, escaped) in zip(exit.steps, exit.escaped) {
        #expect(escaped == 1 ? step.truncatingRemainder(dividingBy: 2) == 0 : step == 400)
      }
    }
  }

  /// Large mini-batches are drawn from all images alike, so that their mean gradient at the minimum is all but 0.
  @Test func `hardly any noise leaves nowhere`() throws {
    var (escape, images) = try golden()
    (escape.batches, escape.sharpness, escape.limit) = ([200], [1], 200)
    let sgd = OptimizerChoice.sgd(SGD(learningRate: 0.2, weightDecay: 0))
    let exits = try escape.run(sgd, on: images, seed: 1).exits[0]
    #expect(exits.escaped == Array(repeating: 0, count: 20))
  }
}
