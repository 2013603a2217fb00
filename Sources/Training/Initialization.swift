import Kernels
import Networks
import Randomness

extension Network {
  /// The initial parameters as one flat vector, in network order.
  ///
  /// Tensor number t draws from the stream (seed, initialisation, t): each element is (2u − 1) · bound in double
  /// precision with u uniform in [0, 1), rounded once; elements in row-major order of PyTorch's shape.
  ///
  /// - Parameter perturbation: by how many units in the last place one element, drawn from the stream
  ///   (seed, perturbation), is moved up.
  public func initialParameters(seed: Int, perturbation: Int = 0) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(parameterCount)
    for (index, tensor) in parameters.enumerated() {
      var stream = RandomStream(seed: seed, purpose: .initialization, index: index)
      for _ in 0..<tensor.count {
        switch tensor.initialization {
        case .uniform(let bound):
          values.append(Float((2 * Double(stream.uniform()) - 1) * bound))
        case .constant(let value):
          values.append(Float(value))
        }
      }
    }
    if perturbation != 0 {
      var stream = RandomStream(seed: seed, purpose: .perturbation)
      let index = stream.below(values.count)
      for _ in 0..<abs(perturbation) {
        values[index] = perturbation > 0 ? values[index].nextUp : values[index].nextDown
      }
    }
    return values
  }

  /// The running statistics before training, as one flat vector, in network order.
  public var initialStatistics: [Float] {
    statistics.flatMap { tensor in
      let value: Double =
        switch tensor.initialization {
        case .constant(let value): value
        case .uniform: 0
        }
      return [Float](repeating: Float(value), count: tensor.count)
    }
  }

  /// Parameters and statistics as named tensors, each module's together, in network order.
  public func tensors(parameters values: [Float], statistics others: [Float]) -> [(
    spec: TensorSpec, values: [Float]
  )] {
    var named: [(spec: TensorSpec, values: [Float])] = []
    var offset = 0
    for tensor in parameters {
      named.append((tensor, Array(values[offset..<offset + tensor.count])))
      offset += tensor.count
    }
    offset = 0
    for tensor in statistics {
      named.append((tensor, Array(others[offset..<offset + tensor.count])))
      offset += tensor.count
    }
    return named.enumerated()
      .sorted { ($0.element.spec.node, $0.offset) < ($1.element.spec.node, $1.offset) }
      .map(\.element)
  }
}
