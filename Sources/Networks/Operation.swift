/// What a node of a network computes from its inputs.
public enum Operation: Hashable, Sendable {
  /// The images of a batch.
  case input
  /// y = x Wᵀ + b, with W out × in.
  case linear(outputs: Int)
  /// The 2-D cross-correlation of x with kernels out × in × kernel × kernel, as PyTorch's Conv2d.
  case convolution(outputs: Int, kernel: Int, stride: Int, padding: Int, bias: Bool)
  /// The largest value under a square window; padding counts as −∞.
  case maxPool(kernel: Int, stride: Int, padding: Int)
  /// The mean under a square window; padding counts as zeros, as PyTorch's default does.
  case averagePool(kernel: Int, stride: Int, padding: Int)
  /// The mean over all positions of each channel.
  case globalAveragePool
  /// γ (x − μ) / √(σ² + ε) + β per channel; μ and σ² over the batch when training, running when evaluating.
  ///
  /// The running values move by `momentum` towards the batch's in each training step; the running variance is
  /// the unbiased one, as PyTorch's.
  case batchNorm(epsilon: Double, momentum: Double)
  case relu
  /// The sum of two inputs of one shape.
  case add
  /// The inputs one after another along the channels.
  case concatenate
  /// Sets each element to zero with this probability when training and scales the others by 1/(1 − p).
  case dropout(probability: Double)
  /// The elements as one vector, in channel, row, column order.
  case flatten
}

/// How a parameter tensor starts.
public enum Initialization: Hashable, Sendable {
  /// Uniform in (−bound, bound).
  case uniform(bound: Double)
  case constant(Double)
}

/// A tensor that a network owns: a parameter, or a running statistic.
public struct TensorSpec: Hashable, Sendable {
  /// Its name in PyTorch's manner, `layer1.0.conv1.weight`.
  public let name: String
  /// Its shape in PyTorch's order: out × in × height × width, out × in, or one number.
  public let shape: [Int]
  public let initialization: Initialization
  /// The node it belongs to.
  public let node: Int

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
}

extension [TensorSpec] {
  /// Where the elements of a node's tensor are, where all lie one after another: that of its own module whose name ends in
  /// `name`, such as `weight`; `nil` if it has none.
  public func range(of name: String, node: Int) -> Range<Int>? {
    var offset = 0
    for tensor in self {
      if tensor.node == node, tensor.name.split(separator: ".").last == name[...] {
        return offset..<offset + tensor.count
      }
      offset += tensor.count
    }
    return nil
  }
}
