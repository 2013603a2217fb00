/// A network as a value: a graph of layers in the order they are computed.
///
/// It holds no weights and runs nothing; a plan is made from it.
public struct Network: Hashable, Sendable {
  /// A layer: what it computes, and of which earlier nodes.
  public struct Node: Hashable, Sendable {
    /// The path of the module, as PyTorch would name it: `layer1.0.conv1`.
    public let name: String
    public let operation: Operation
    /// The nodes it reads, by index; all come before it.
    public let inputs: [Int]
    /// The shape of what it gives for one sample.
    public let shape: Shape
  }

  /// The layers; the first is the input, the last gives the logits.
  public let nodes: [Node]

  /// The parameters, in the order of the network; they fill its flat parameter vector in this order.
  public let parameters: [TensorSpec]

  /// The running statistics, in the order of the network.
  public let statistics: [TensorSpec]

  /// The shape of an input image.
  public var input: Shape { nodes[0].shape }

  /// The number of classes.
  public var classes: Int { nodes[nodes.count - 1].shape.count }

  /// The number of scalar parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  init(nodes: [Node]) {
    self.nodes = nodes
    var parameters: [TensorSpec] = []
    var statistics: [TensorSpec] = []
    for (index, node) in nodes.enumerated() {
      func tensor(_ name: String, _ shape: [Int], _ start: Initialization) -> TensorSpec {
        TensorSpec(
          name: "\(node.name).\(name)", shape: shape, initialization: start, node: index)
      }
      switch node.operation {
      case .linear(let outputs):
        let inputs = nodes[node.inputs[0]].shape.count
        let bound = Initialization.uniform(bound: fanInBound(inputs))
        parameters.append(tensor("weight", [outputs, inputs], bound))
        parameters.append(tensor("bias", [outputs], bound))
      case .convolution(let outputs, let kernel, _, _, let bias):
        let channels = nodes[node.inputs[0]].shape.channels
        let bound = Initialization.uniform(bound: fanInBound(channels * kernel * kernel))
        parameters.append(tensor("weight", [outputs, channels, kernel, kernel], bound))
        if bias { parameters.append(tensor("bias", [outputs], bound)) }
      case .batchNorm:
        let channels = node.shape.channels
        parameters.append(tensor("weight", [channels], .constant(1)))
        parameters.append(tensor("bias", [channels], .constant(0)))
        statistics.append(tensor("running_mean", [channels], .constant(0)))
        statistics.append(tensor("running_var", [channels], .constant(1)))
      case .input, .maxPool, .averagePool, .globalAveragePool, .relu, .add, .concatenate, .dropout,
        .flatten:
        break
      }
    }
    self.parameters = parameters
    self.statistics = statistics
  }
}

/// The bound of PyTorch's default initialisation of linear and convolutional layers, 1/√fan_in.
///
/// It is what Kaiming's uniform initialisation gives with a = √5 (weights), and PyTorch's rule for biases.
private func fanInBound(_ fanIn: Int) -> Double { 1 / Double(fanIn).squareRoot() }
