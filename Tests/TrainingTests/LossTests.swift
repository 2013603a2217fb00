import Datasets
import Foundation
import Kernels
import Networks
import Optimizers
import Studies
import Testing
import Training

/// The first 50 training losses of each network against PyTorch's, from the same weights and batches
/// (Golden/make_losses.py).
@Suite struct LossTests {
  struct Golden: Decodable {
    struct Losses: Decodable {
      let float64: [Double]
      let float32: [Double]
    }
    let losses: [String: Losses]
  }

  static let networks: [NetworkChoice] = [
    .mlp(hidden: [256]), .lenet, .resnet8, .resnet18(width: 8),
  ]

  @Test(arguments: networks)
  func agreeInFloat64(network: NetworkChoice) throws {
    let expected = try #require(try Self.expected(network))
    let losses = try trainingLosses(network, as: Double.self)
    for (ours, theirs) in zip(losses, expected.float64) { #expect(abs(ours - theirs) < 1e-9) }
    #expect(losses.count == expected.float64.count)
  }

  /// Float32 runs part from float64 ones as small differences grow, PyTorch's too: over the 50 steps ours may
  /// part at most three times as far as PyTorch's.
  @Test(arguments: networks)
  func stayNearFloat64AsPyTorchDoes(network: NetworkChoice) throws {
    let expected = try #require(try Self.expected(network))
    let losses = try trainingLosses(network, as: Float.self)
    let theirs = distance(expected.float32, expected.float64)
    #expect(distance(losses, expected.float64) <= 3 * theirs)
    // Before any step they are roundings.
    #expect(distance(losses.prefix(1), expected.float64.prefix(1)) < 1e-6)
  }

  private func distance(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
    zip(a, b).reduce(0) { worst, pair in
      let error = abs(pair.0 - pair.1)
      return error <= worst ? worst : error
    }
  }

  private static func expected(_ network: NetworkChoice) throws -> Golden.Losses? {
    try JSONDecoder().decode(Golden.self, from: golden("losses.json")).losses[network.name]
  }

  private func trainingLosses<Scalar: KernelScalar & LaneScalar>(
    _ choice: NetworkChoice, as: Scalar.Type
  ) throws -> [Double] {
    let dataset = try DatasetCatalog.load(
      "fashion-mnist", train: 1600, test: 1,
      environment: ProcessInfo.processInfo.environment)
    let data = TrainingData(dataset, validation: 0)
    let loader = BatchLoader<Scalar>(
      data: data, training: TrainingSettings(epochs: 1, batch: .images(32)), seeds: Seeds(all: 0))
    let network = try choice.network(
      input: Shape(channels: 1, height: 28, width: 28), classes: 10)
    let executor = Executor<Scalar>(network, batch: 32)
    let count = network.parameterCount
    executor.parameters[0..<count].copy(
      from: network.initialParameters(seed: 0).map { Scalar($0) })
    executor.statistics.copy(from: network.initialStatistics.map { Scalar($0) })
    let update = try OptimizerChoice(
      name: "momentum", values: ["learning_rate": 0.1, "weight_decay": 5e-4]
    ).update(of: count, as: Scalar.self)
    let order = loader.order(epoch: 1)
    var labels = [UInt8](repeating: 0, count: 32)
    return (0..<50).map { step in
      _ = loader.load(step: step, of: order, epoch: 1, into: executor.images, labels: &labels)
      executor.prepare(forGradient: true)
      let found = executor.forward(.training, labels: labels[...])
      executor.backward(count: labels.count)
      update.step(executor.parameters, along: executor.gradient, count: count, schedule: 1)
      return found.lossSum / Double(labels.count)
    }
  }
}
