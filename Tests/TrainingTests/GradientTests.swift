import Networks
import Testing
import Training

/// The gradient of whole networks against central differences of the loss, in float64.
///
/// Networks as deep as resnet8 have a ReLU within any useful distance of its kink; LossTests holds those.
@Suite struct GradientTests {
  @Test(arguments: [NetworkChoice.mlp(hidden: [9, 7]), .lenet])
  func agreesWithCentralDifferences(choice: NetworkChoice) throws {
    let network = try choice.network(
      input: Shape(channels: 1, height: 13, width: 15), classes: 10)
    let (batch, count) = (5, network.parameterCount)
    let executor = Executor<Double>(network, batch: batch)
    let start = network.initialParameters(seed: 3).map { Double($0) }
    executor.statistics.copy(from: network.initialStatistics.map { Double($0) })
    executor.images.copy(
      from: (0..<batch * network.nodes[0].shape.count).map { GoldenLayer.element(1, $0) })
    let labels = (0..<batch).map { UInt8(($0 * 3) % 10) }

    func loss(_ parameters: [Double]) -> Double {
      executor.parameters[0..<count].copy(from: parameters)
      executor.prepare(forGradient: true)
      return executor.forward(.training, labels: labels[...]).lossSum / Double(batch)
    }
    _ = loss(start)
    executor.backward(count: batch)
    let gradient = executor.gradient[0..<count].array

    for s in 40..<44 {
      let direction = (0..<count).map { GoldenLayer.element(s, $0) }
      let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
      let h = 1e-6
      let above = loss(zip(start, direction).map { $0 + h * $1 })
      let below = loss(zip(start, direction).map { $0 - h * $1 })
      #expect(abs((above - below) / (2 * h) - slope) < 1e-7 * max(1, abs(slope)))
    }
  }
}
