import Kernels
import Networks

/// The memory of a network's signals, for batches up to a size.
///
/// Values are kept until their gradients have been taken. A gradient's memory is used again, for images of the
/// same layout, once the layers that read it have run.
struct SignalPlan<Scalar: KernelScalar> {
  private(set) var signals: [Signal<Scalar>] = []

  init(_ network: Network, _ fusion: LayerFusion, batch: Int) {
    let nodes = network.nodes
    var border: [Int: Int] = [:]
    for (index, node) in nodes.enumerated() {
      guard let shape = network.convolutionShape(index) else { continue }
      let input = fusion.valueOwner[node.inputs[0]]
      border[input] = max(border[input] ?? 0, shape.inputBorder)
    }
    func layout(_ index: Int, border: Int?) -> ImageLayout {
      let shape = nodes[index].shape
      return ImageLayout(
        channels: shape.channels, height: shape.height, width: shape.width, border: border ?? 0)
    }

    var values: [Int: Images<Scalar>] = [:]
    for owner in Set(fusion.valueOwner) {
      values[owner] = Images(zeros: layout(owner, border: border[owner]), batch: batch)
    }
    let gradients = Self.gradients(
      network, fusion, layout: { layout($0, border: nil) }, batch: batch)
    for index in nodes.indices {
      let own = layout(index, border: nil)
      func seen(_ images: Images<Scalar>) -> Images<Scalar> {
        // Another shape of the same numbers, as a flatten makes it.
        images.layout.size == own.size && images.layout.channels == own.channels
          ? images : Images(images.numbers, own)
      }
      guard let value = values[fusion.valueOwner[index]] else {
        preconditionFailure("every signal that is read has a value")
      }
      signals.append(
        Signal(
          value: seen(value), gradient: seen(gradients[fusion.gradientOwner[index]] ?? value)))
    }
  }

  /// Memory for each gradient, shared by those that are never needed at one time.
  private static func gradients(
    _ network: Network, _ fusion: LayerFusion, layout: (Int) -> ImageLayout, batch: Int
  ) -> [Int: Images<Scalar>] {
    var gradients: [Int: Images<Scalar>] = [:]
    var free: [ImageLayout: [Images<Scalar>]] = [:]
    for index in network.nodes.indices.reversed() {
      for node in [index] + network.nodes[index].inputs where fusion.needsGradient[node] {
        let owner = fusion.gradientOwner[node]
        guard gradients[owner] == nil else { continue }
        let layout = layout(owner)
        gradients[owner] = free[layout]?.popLast() ?? Images(zeros: layout, batch: batch)
      }
      if fusion.gradientOwner[index] == index, let done = gradients[index] {
        free[done.layout, default: []].append(done)
      }
    }
    return gradients
  }
}

extension Network {
  /// The convolution that a node is, if it is one or a linear layer.
  func convolutionShape(_ index: Int) -> ConvolutionShape? {
    guard let input = nodes[index].inputs.first.map({ nodes[$0].shape }) else { return nil }
    switch nodes[index].operation {
    case .linear(let outputs):
      return ConvolutionShape(inputs: input.count, height: 1, width: 1, outputs: outputs)
    case .convolution(let outputs, let kernel, let stride, let padding, _):
      return ConvolutionShape(
        inputs: input.channels, height: input.height, width: input.width, outputs: outputs,
        kernel: kernel, stride: stride, padding: padding)
    default: return nil
    }
  }
}
