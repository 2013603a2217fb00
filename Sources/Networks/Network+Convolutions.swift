import Kernels

extension Network {
  /// The convolution that a node is, if it is one or a linear layer.
  public func convolutionShape(_ index: Int) -> ConvolutionShape? {
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
