import CAllocations
import Kernels
import Networks
import Optimizers
import Testing
import Training

/// Passes of whole networks: threads, memory and what a profile says.
@Suite struct PassTests {
  static let networks: [NetworkChoice] = [
    .mlp(hidden: [80, 30]), .lenet, .resnet8, .resnet18(width: 12), .vgg16(width: 6),
    .densenet121(width: 3), .googlenet(width: 20), .resnet50(width: 4),
  ]

  /// The gradient after a forward and a backward pass of some images.
  private func gradient(
    _ choice: NetworkChoice, batch: Int, planned: Int, threads: Int
  ) throws -> [Float] {
    let network = try choice.network(
      input: Shape(channels: 3, height: 21, width: 18), classes: 10)
    let executor = Executor<Float>(network, batch: planned, threads: threads)
    let count = network.parameterCount
    executor.parameters[0..<count].copy(from: network.initialParameters(seed: 5))
    executor.statistics.copy(from: network.initialStatistics)
    let size = network.nodes[0].shape.count
    executor.images.copy(
      from: (0..<planned * size).map { Float(GoldenLayer.element(1, $0)) })
    let labels = (0..<batch).map { UInt8($0 * 3 % 10) }
    executor.prepare(forGradient: true)
    executor.drawDropoutMasks(seed: 1, step: 2, count: batch)
    _ = executor.forward(.training, labels: labels[...])
    executor.backward(count: batch)
    return executor.gradient[0..<count].array + executor.statistics.array
  }

  @Test(arguments: networks)
  func threadsChangeNoBit(choice: NetworkChoice) throws {
    let one = try gradient(choice, batch: 37, planned: 37, threads: 1)
    for threads in [2, 3, 8] {
      let several = try gradient(choice, batch: 37, planned: 37, threads: threads)
      #expect(several == one, "\(threads) threads")
    }
    #expect(one.allSatisfy { $0.isFinite })
  }

  /// The last batch of an epoch has fewer images than memory was planned for.
  @Test(arguments: networks)
  func roomForMoreImagesChangesNoBit(choice: NetworkChoice) throws {
    let exact = try gradient(choice, batch: 5, planned: 5, threads: 1)
    let roomy = try gradient(choice, batch: 5, planned: 64, threads: 2)
    #expect(roomy == exact)
  }

  @Test(arguments: networks)
  func aStepAllocatesNothing(choice: NetworkChoice) throws {
    let step = try step(of: choice, batch: 16, height: 21, width: 18)
    let before = allocations_of_this_thread()
    for _ in 0..<3 { step() }
    #expect(allocations_of_this_thread() == before)
  }

  /// Objects are retained for blocks of work, never for an image's rows or pixels: at most once for a thousand
  /// multiply–adds.
  @Test(arguments: networks)
  func aStepRetainsHardlyAnything(choice: NetworkChoice) throws {
    let (batch, shape) = (24, Shape(channels: 3, height: 33, width: 34))
    let step = try step(of: choice, batch: batch, height: shape.height, width: shape.width)
    let before = retains_of_this_thread()
    step()
    let retains = Int(retains_of_this_thread() - before)
    let network = try choice.network(input: shape, classes: 10)
    #expect(retains > 0 && retains * 1000 < 3 * batch * multiplyAdds(of: network))
  }

  /// The multiply–adds of the linear and convolutional layers in a forward pass of one image.
  private func multiplyAdds(of network: Network) -> Int {
    network.nodes.reduce(0) { sum, node in
      switch node.operation {
      case .linear: sum + node.shape.count * network.nodes[node.inputs[0]].shape.count
      case .convolution(_, let kernel, _, _, _):
        sum + node.shape.count * kernel * kernel * network.nodes[node.inputs[0]].shape.channels
      default: sum
      }
    }
  }

  /// A training step that has been taken once, so that each thread's copies have their room.
  private func step(
    of choice: NetworkChoice, batch: Int, height: Int, width: Int
  ) throws -> () -> Void {
    let network = try choice.network(
      input: Shape(channels: 3, height: height, width: width), classes: 10)
    let executor = Executor<Float>(network, batch: batch)
    let count = network.parameterCount
    executor.parameters[0..<count].copy(from: network.initialParameters(seed: 5))
    let update = try OptimizerChoice(
      name: "adai", values: ["learning_rate": 0.1, "weight_decay": 5e-4]
    ).update(of: count, as: Float.self)
    let labels = (0..<batch).map { UInt8($0 % 10) }
    let step = {
      executor.prepare(forGradient: true)
      executor.drawDropoutMasks(seed: 1, step: 2, count: labels.count)
      _ = executor.forward(.training, labels: labels[...])
      executor.backward(count: labels.count)
      update.step(executor.parameters, along: executor.gradient, count: count, schedule: 1)
    }
    step()
    return step
  }

  @Test(arguments: [
    ("resnet18", 10, 11_173_962), ("resnet34", 100, 21_328_292), ("vgg16", 10, 14_728_266),
    ("densenet121", 100, 7_048_548), ("googlenet", 100, 6_258_500),
    ("resnet50", 1000, 25_557_032),
  ])
  func parametersAreCountedAsPublished(name: String, classes: Int, count: Int) throws {
    let network = try #require(NetworkChoice(named: name)).network(
      input: Shape(channels: 3, height: 64, width: 64), classes: classes)
    #expect(network.parameterCount == count)
  }

  @Test func aProfileCountsPassesAndTime() throws {
    let network = try NetworkChoice.lenet.network(
      input: Shape(channels: 1, height: 28, width: 28), classes: 10)
    let executor = Executor<Float>(network, batch: 8)
    let labels: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]
    #expect(executor.profile == nil)
    executor.startProfile()
    for _ in 0..<3 {
      executor.prepare(forGradient: true)
      _ = executor.forward(.training, labels: labels[...])
      executor.backward(count: 8)
    }
    let profile = try #require(executor.profile)
    #expect(profile.passes == 3 && profile.layers.count == network.nodes.count)
    let convolution = try #require(network.nodes.firstIndex { $0.name == "conv2" })
    #expect(profile.layers[convolution].forward > 0 && profile.layers[convolution].backward > 0)
    #expect(profile.loss > 0)
  }
}
