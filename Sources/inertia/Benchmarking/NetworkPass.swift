import ArgumentParser
import Foundation
import HDF5
import Kernels
import Networks
import Training

/// `inertia benchmark pass`: what holds whole networks against another framework's.
struct BenchmarkPass: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pass", abstract: "Run given images through a network with given weights.",
    discussion: """
      INPUT is an HDF5 file with `images` ([n, channels, height, width]), `labels` ([n], int32) and a group \
      `weights` as records have it, numbers in float32 or float64. OUTPUT gets `evaluation` ([n, classes]), \
      the logits in evaluation mode, and from a training pass after it `logits`, `loss` ([1]), and the groups \
      `gradients` and `statistics`. Dropout draws as in a run's first step with the order seed 0.

      For example:
        inertia benchmark pass --network vgg16 --width 4 --classes 10 input.h5 output.h5
      """)

  @Option(help: "A network's name in a study file.")
  var network: String

  @OptionGroup var options: NetworkOptions

  @Option(help: "The number of classes.")
  var classes = 10

  @Option(help: "How many threads share the work.")
  var threads = 1

  @Argument(help: "An HDF5 file with images, labels and weights.", completion: .file())
  var input: String

  @Argument(help: "The file to make, which must not exist.", completion: .file())
  var output: String

  func run() throws {
    let root = try HDF5File(opening: input).root()
    if try root.holds(Float.self, in: "images") {
      try run(root, as: Float.self)
    } else {
      try run(root, as: Double.self)
    }
  }

  private func run<Scalar: KernelScalar & HDF5Scalar & Hashable>(
    _ root: borrowing HDF5Group, as: Scalar.Type
  ) throws {
    let images = try root.read("images", as: Scalar.self)
    let labels = try root.read("labels", as: Int32.self).values.map { label in
      guard (0..<min(classes, 256)).contains(Int(label)) else {
        throw CommandError.malformed(
          option: "labels", value: "\(label)", expected: "a class, less than 256")
      }
      return UInt8(label)
    }
    guard images.shape.count == 4, images.shape[0] == labels.count else {
      throw CommandError.malformed(
        option: "images", value: "\(images.shape)", expected: "n × channels × height × width")
    }
    let shape = Shape(
      channels: images.shape[1], height: images.shape[2], width: images.shape[3])
    let network = try options.choice(of: network).network(input: shape, classes: classes)
    let executor = Executor<Scalar>(network, batch: labels.count, threads: threads)
    executor.images.copy(from: channelsLast(images.values, shape))
    try load(network.parameters, from: root, to: executor.parameters)
    try load(network.statistics, from: root, to: executor.statistics)
    executor.prepare(forGradient: true)
    _ = executor.forward(.evaluating, labels: labels[...])
    let evaluation = executor.outputs
    executor.drawDropoutMasks(seed: 0, step: 0, count: labels.count)
    let found = executor.forward(.training, labels: labels[...])
    let logits = executor.outputs
    executor.backward(count: labels.count)

    let file = try HDF5File(creating: output)
    do {
      let answer = try file.root()
      try answer.write(evaluation, shape: [labels.count, classes], to: "evaluation")
      try answer.write(logits, shape: [labels.count, classes], to: "logits")
      try answer.write([found.lossSum / Double(labels.count)], to: "loss")
      try write(network.parameters, executor.gradient, to: answer.createGroup("gradients"))
      try write(network.statistics, executor.statistics, to: answer.createGroup("statistics"))
    }
    try file.close()
  }

  private func channelsLast<Scalar>(_ values: [Scalar], _ shape: Shape) -> [Scalar] {
    let positions = shape.height * shape.width
    return stride(from: 0, to: values.count, by: shape.count).flatMap { image in
      (0..<shape.count).map {
        values[image + ($0 % shape.channels) * positions + $0 / shape.channels]
      }
    }
  }

  private func load<Scalar: KernelScalar & HDF5Scalar & Hashable>(
    _ tensors: [TensorSpec], from root: borrowing HDF5Group, to view: View<Scalar>
  ) throws {
    let weights = try root.group("weights")
    var offset = 0
    for tensor in tensors {
      let (module, name) = split(tensor.name)
      let array = try weights.group(module).read(name, as: Scalar.self)
      guard array.shape == tensor.shape else {
        throw CommandError.malformed(
          option: tensor.name, value: "\(array.shape)", expected: "\(tensor.shape)")
      }
      view[offset..<offset + tensor.count].copy(from: array.values)
      offset += tensor.count
    }
  }

  private func write<Scalar: KernelScalar & HDF5Scalar>(
    _ tensors: [TensorSpec], _ view: View<Scalar>, to group: borrowing HDF5Group
  ) throws {
    var offset = 0
    for tensor in tensors {
      let (module, name) = split(tensor.name)
      let exists = try group.contains(module)
      let child = exists ? try group.group(module) : try group.createGroup(module)
      try child.write(
        view[offset..<offset + tensor.count].array, shape: tensor.shape, to: name)
      offset += tensor.count
    }
  }

  private func split(_ name: String) -> (module: String, tensor: String) {
    let parts = name.split(separator: ".")
    return (parts.dropLast().joined(separator: "."), String(parts[parts.count - 1]))
  }
}
