import Diffusion
import Foundation
import Optimizers
import Testing

@Suite struct NetworkEscapeTests {
  private struct Case: Decodable {
    var inputs, hidden, classes: Int
    var l2, loss: Double
    var values, parameters, gradient: [Double]
    var labels: [Int]
  }

  private func golden() throws -> (case: Case, escape: NetworkEscape, images: SmallImages) {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/network.json")
    let one = try JSONDecoder().decode(Case.self, from: Data(contentsOf: path))
    let escape = NetworkEscape(
      hidden: one.hidden, pool: 1, l2: one.l2, descent: 30_000, threshold: 0.1, every: 2,
      sharpness: [0.5, 4], batches: [2], limit: 400, replicas: 20)
    let images = SmallImages(
      inputs: one.inputs, classes: one.classes, values: one.values, labels: one.labels)
    return (one, escape, images)
  }

  @Test func `loss and gradient are PyTorch's`() throws {
    let (one, escape, images) = try golden()
    let (loss, gradient) = escape.lossAndGradient(one.parameters, images)
    #expect(abs(loss / one.loss - 1) < 1e-13)
    #expect(gradient.count == one.gradient.count)
    for (ours, theirs) in zip(gradient, one.gradient) { #expect(abs(ours - theirs) < 1e-13) }
  }

  @Test func `descent ends at a minimum`() throws {
    let (_, escape, images) = try golden()
    let minimum = try escape.minimum(images, seed: 1)
    #expect(minimum.gradientNorm < 1e-8)
    for index in minimum.parameters.indices {
      for move in [-1e-3, 1e-3] {
        var moved = minimum.parameters
        moved[index] += move
        #expect(escape.lossAndGradient(moved, images).loss > minimum.loss)
      }
    }
  }

  @Test func `descent that ends short of a minimum says so, and can be stopped`() throws {
    var (_, escape, images) = try golden()
    #expect(throws: SimulationError.stopped) {
      try escape.minimum(images, seed: 1) { false }
    }
    escape.descent = 20
    let error = #expect(throws: SimulationError.self) { try escape.minimum(images, seed: 1) }
    #expect(
      error?.description.hasPrefix("after 20 steps of 'descent' the gradient's norm is") == true)
  }

  /// The gradient's noise alone moves a replica from where the whole gradient is none. Threads change nothing.
  @Test func `sharper minima are left sooner`() throws {
    let (_, escape, images) = try golden()
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
    var (_, escape, images) = try golden()
    (escape.batches, escape.sharpness, escape.limit) = ([200], [1], 200)
    let sgd = OptimizerChoice.sgd(SGD(learningRate: 0.2, weightDecay: 0))
    let exits = try escape.run(sgd, on: images, seed: 1).exits[0]
    #expect(exits.escaped == Array(repeating: 0, count: 20))
  }
}
