import Figures
import Networks

extension Network.Node {
  /// The floating-point operations of a forward pass of one image, a multiplication with an addition
  /// counting two; 0 where there are only comparisons and copies.
  func operations(in network: Network) -> Int {
    let inputs = inputs.map { network.nodes[$0].shape }
    switch operation {
    case .linear(let outputs): return 2 * inputs[0].count * outputs
    case .convolution(_, let kernel, _, _, let bias):
      return shape.count * (2 * inputs[0].channels * kernel * kernel + (bias ? 1 : 0))
    case .averagePool(let kernel, _, _): return shape.count * kernel * kernel
    case .globalAveragePool: return inputs[0].count
    case .batchNorm: return 2 * shape.count
    case .add: return shape.count
    case .input, .maxPool, .relu, .concatenate, .dropout, .flatten: return 0
    }
  }

  /// The floating-point operations of a forward pass of one image that are products of weights, each with
  /// its addition.
  fileprivate func products(in network: Network) -> Int {
    let input = inputs.first.map { network.nodes[$0].shape }
    switch (operation, input) {
    case (.linear(let outputs), let input?): return 2 * input.count * outputs
    case (.convolution(_, let kernel, _, _, _), let input?):
      return shape.count * 2 * input.channels * kernel * kernel
    default: return 0
    }
  }
}

extension Network {
  /// The floating-point operations of a forward pass of one image.
  var operations: Int { nodes.reduce(0) { $0 + $1.operations(in: self) } }

  /// The floating-point operations in the linear and convolutional layers, without their biases, of a
  /// forward and a backward pass of one image.
  ///
  /// A pass backward costs one forward for the weights' gradients and one for the inputs', which the first
  /// layers spare.
  var trainingOperations: Int { trainingProducts.reduce(0, +) }

  /// The same for each node.
  var trainingProducts: [Int] {
    var needsGradient = [Bool](repeating: false, count: nodes.count)
    for tensor in parameters { needsGradient[tensor.node] = true }
    return nodes.indices.map { index in
      let node = nodes[index]
      let passesOn = node.inputs.contains { needsGradient[$0] }
      if passesOn { needsGradient[index] = true }
      return (passesOn ? 3 : 2) * node.products(in: self)
    }
  }

  /// The number of parameters of a node.
  func parameterCount(of node: Int) -> Int {
    parameters.reduce(0) { $1.node == node ? $0 + $1.count : $0 }
  }
}

extension Operation {
  /// The operation in words.
  var words: String {
    switch self {
    case .input: "input"
    case .linear: "linear"
    case .convolution(_, let kernel, let stride, let padding, _):
      "convolution \(kernel)×\(kernel)" + Self.details(stride, padding, usualStride: 1)
    case .maxPool(let kernel, let stride, let padding):
      "max pool \(kernel)×\(kernel)" + Self.details(stride, padding, usualStride: kernel)
    case .averagePool(let kernel, let stride, let padding):
      "average pool \(kernel)×\(kernel)" + Self.details(stride, padding, usualStride: kernel)
    case .globalAveragePool: "global average pool"
    case .batchNorm: "batch norm"
    case .relu: "ReLU"
    case .add: "add"
    case .concatenate: "concatenate"
    case .dropout(let probability): "dropout \(probability.setting)"
    case .flatten: "flatten"
    }
  }

  private static func details(_ stride: Int, _ padding: Int, usualStride: Int) -> String {
    (stride == usualStride ? "" : ", stride \(stride)")
      + (padding == 0 ? "" : ", padding \(padding)")
  }
}
