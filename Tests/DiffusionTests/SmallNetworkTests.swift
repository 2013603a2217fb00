import Diffusion
import Foundation
import Testing

/// A small network and its images, with what PyTorch says of them (Golden/make_network.py).
struct GoldenNetwork {
  struct Case: Decodable {
    var inputs, hidden, classes: Int
    var l2, loss: Double
    var values, parameters, gradient, hessian: [Double]
    var labels: [Int]
  }

  let expected: Case
  let network: SmallNetwork
  let images: SmallImages

  static func read() throws -> GoldenNetwork {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "Golden/network.json")
    let one = try JSONDecoder().decode(Case.self, from: Data(contentsOf: path))
    return GoldenNetwork(
      expected: one,
      network: SmallNetwork(hidden: one.hidden, pool: 1, l2: one.l2, descent: 30_000),
      images: SmallImages(
        inputs: one.inputs, classes: one.classes, values: one.values, labels: one.labels))
  }
}

@Suite struct SmallNetworkTests {
  @Test func `loss and gradient are PyTorch's`() throws {
    let golden = try GoldenNetwork.read()
    let (one, images) = (golden.expected, golden.images)
    let (loss, gradient) = golden.network.lossAndGradient(one.parameters, images)
    #expect(abs(loss / one.loss - 1) < 1e-13)
    #expect(gradient.count == one.gradient.count)
    for (ours, theirs) in zip(gradient, one.gradient) { #expect(abs(ours - theirs) < 1e-13) }
  }

  @Test func `the Hessian is PyTorch's`() throws {
    let golden = try GoldenNetwork.read()
    let hessian = golden.network.hessian(golden.expected.parameters, golden.images)
    #expect(hessian.count == golden.expected.hessian.count)
    for (ours, theirs) in zip(hessian, golden.expected.hessian) {
      #expect(abs(ours - theirs) < 1e-13)
    }
  }

  @Test func `descent ends at a minimum`() throws {
    let golden = try GoldenNetwork.read()
    let (network, images) = (golden.network, golden.images)
    let minimum = try network.minimum(images, seed: 1)
    #expect(minimum.gradientNorm < 1e-8)
    for index in minimum.parameters.indices {
      for move in [-1e-3, 1e-3] {
        var moved = minimum.parameters
        moved[index] += move
        #expect(network.lossAndGradient(moved, images).loss > minimum.loss)
      }
    }
  }

  @Test func `descent that ends short of a minimum says so, and can be stopped`() throws {
    let golden = try GoldenNetwork.read()
    var network = golden.network
    let images = golden.images
    #expect(throws: SimulationError.stopped) {
      try network.minimum(images, seed: 1) { false }
    }
    network.descent = 20
    let error = #expect(throws: SimulationError.self) { try network.minimum(images, seed: 1) }
    #expect(
      error?.description.hasPrefix("after 20 steps of 'descent' the gradient's norm is") == true)
  }
}
