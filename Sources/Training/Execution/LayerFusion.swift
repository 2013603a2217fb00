import Kernels
import Networks

/// Which nodes of a network work together and share memory.
///
/// - A ReLU is applied by the linear, convolutional, normalising or adding layer that makes its input, if that
///   has no other reader.
/// - A sum is made by the batch normalisation that makes one of its terms for it alone, from a signal that it alone
///   reads.
/// - The gradient of a ReLU is taken by a max pooling that alone reads it.
/// - Values share memory in these groups; gradients also across a batch normalisation, which works in place.
struct LayerFusion {
  /// For each node, the nodes that read it.
  let readers: [[Int]]
  /// For each node, whether any parameter stands before it, so that its gradient is needed.
  let needsGradient: [Bool]
  /// The nodes whose ReLU is applied by the layer that makes their input.
  private(set) var fusedReLUs: Set<Int> = []
  /// For a sum, the batch normalisation that makes it.
  private(set) var normalizations: [Int: Int] = [:]
  /// For each node, the first node of those it shares its value with, and of those it shares its gradient with.
  private(set) var valueOwner: [Int]
  private(set) var gradientOwner: [Int]

  init(_ network: Network) {
    let nodes = network.nodes
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { readers[input].append(index) }
    }
    var needsGradient = [Bool](repeating: false, count: nodes.count)
    for tensor in network.parameters { needsGradient[tensor.node] = true }
    for (index, node) in nodes.enumerated() {
      for input in node.inputs where needsGradient[input] { needsGradient[index] = true }
    }
    (self.readers, self.needsGradient) = (readers, needsGradient)
    (valueOwner, gradientOwner) = (Array(nodes.indices), Array(nodes.indices))
    for (index, node) in nodes.enumerated() {
      guard let input = node.inputs.first else { continue }
      switch node.operation {
      case .relu where isRectifying(nodes[input].operation) && readers[input] == [index]:
        fusedReLUs.insert(index)
        (valueOwner[index], gradientOwner[index]) = (valueOwner[input], gradientOwner[input])
      case .flatten
      where keepsOrder(nodes[input]) && readers[input] == [index]
        && !readers[index].contains { hasPadding(nodes[$0].operation) }:
        (valueOwner[index], gradientOwner[index]) = (valueOwner[input], gradientOwner[input])
      case .batchNorm where needsGradient[input] && readers[input] == [index]:
        gradientOwner[index] = gradientOwner[input]
      case .add:
        let term = node.inputs.first {
          isNormalization(nodes[$0]) && readers[$0] == [index]
            && readers[nodes[$0].inputs[0]] == [$0]
        }
        if let term {
          normalizations[index] = term
          (valueOwner[index], gradientOwner[index]) = (valueOwner[term], gradientOwner[term])
        }
      default: break
      }
    }
  }

  /// The ReLU that a node's layer applies.
  func rectifies(_ index: Int) -> Bool {
    readers[index].count == 1 && fusedReLUs.contains(readers[index][0])
  }

  private func isRectifying(_ operation: Operation) -> Bool {
    switch operation {
    case .linear, .convolution, .batchNorm, .add: true
    default: false
    }
  }

  private func isNormalization(_ node: Network.Node) -> Bool {
    if case .batchNorm = node.operation { true } else { false }
  }

  private func hasPadding(_ operation: Operation) -> Bool {
    if case .convolution(_, _, _, let padding, _) = operation { padding > 0 } else { false }
  }

  /// Whether a node's images are vectors in PyTorch's order already.
  private func keepsOrder(_ node: Network.Node) -> Bool {
    node.shape.height * node.shape.width == 1 || (node.inputs.isEmpty && node.shape.channels == 1)
  }
}
