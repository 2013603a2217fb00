/// Builds a network node by node; each call returns the new node's index.
package struct NetworkBuilder {
  private var nodes: [Network.Node]

  package init(input: Shape) {
    nodes = [Network.Node(name: "input", operation: .input, inputs: [], shape: input)]
  }

  /// The node of the input images.
  package var input: Int { 0 }

  /// The network that ends with the newest node.
  package func network() -> Network { Network(nodes: nodes) }

  package func shape(of node: Int) -> Shape { nodes[node].shape }

  private mutating func append(
    _ name: String, _ operation: Operation, _ inputs: [Int], _ shape: Shape
  ) -> Int {
    nodes.append(Network.Node(name: name, operation: operation, inputs: inputs, shape: shape))
    return nodes.count - 1
  }

  package mutating func linear(_ name: String, _ x: Int, outputs: Int) -> Int {
    append(name, .linear(outputs: outputs), [x], Shape(channels: outputs))
  }

  package mutating func convolution(
    _ name: String, _ x: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    bias: Bool = true
  ) -> Int {
    let shape = window(shape(of: x), outputs, kernel, stride, padding)
    let operation = Operation.convolution(
      outputs: outputs, kernel: kernel, stride: stride, padding: padding, bias: bias)
    return append(name, operation, [x], shape)
  }

  package mutating func maxPool(
    _ name: String, _ x: Int, kernel: Int, stride: Int? = nil, padding: Int = 0
  ) -> Int {
    let stride = stride ?? kernel
    precondition(2 * padding <= kernel, "padding is at most half the kernel")
    let shape = window(shape(of: x), shape(of: x).channels, kernel, stride, padding)
    return append(
      name, .maxPool(kernel: kernel, stride: stride, padding: padding), [x], shape)
  }

  package mutating func averagePool(
    _ name: String, _ x: Int, kernel: Int, stride: Int? = nil, padding: Int = 0
  ) -> Int {
    let stride = stride ?? kernel
    precondition(2 * padding <= kernel, "padding is at most half the kernel")
    let shape = window(shape(of: x), shape(of: x).channels, kernel, stride, padding)
    return append(
      name, .averagePool(kernel: kernel, stride: stride, padding: padding), [x], shape)
  }

  package mutating func globalAveragePool(_ name: String, _ x: Int) -> Int {
    append(name, .globalAveragePool, [x], Shape(channels: shape(of: x).channels))
  }

  package mutating func batchNorm(_ name: String, _ x: Int) -> Int {
    append(name, .batchNorm(epsilon: 1e-5, momentum: 0.1), [x], shape(of: x))
  }

  package mutating func relu(_ name: String, _ x: Int) -> Int {
    append(name, .relu, [x], shape(of: x))
  }

  /// A convolution, batch normalisation and ReLU, of these names.
  package mutating func normalizedConvolution(
    _ names: [String], _ x: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int,
    bias: Bool
  ) -> Int {
    let y = convolution(
      names[0], x, outputs: outputs, kernel: kernel, stride: stride, padding: padding, bias: bias)
    return relu(names[2], batchNorm(names[1], y))
  }

  package mutating func add(_ name: String, _ x: Int, _ y: Int) -> Int {
    precondition(shape(of: x) == shape(of: y), "a sum needs inputs of one shape")
    return append(name, .add, [x, y], shape(of: x))
  }

  package mutating func concatenate(_ name: String, _ inputs: [Int]) -> Int {
    var shape = shape(of: inputs[0])
    for other in inputs.dropFirst() {
      let next = nodes[other].shape
      precondition(
        next.height == shape.height && next.width == shape.width,
        "concatenated inputs have the same height and width")
      shape.channels += next.channels
    }
    return append(name, .concatenate, inputs, shape)
  }

  package mutating func dropout(_ name: String, _ x: Int, probability: Double) -> Int {
    precondition(probability >= 0 && probability < 1, "a dropout probability is in [0, 1)")
    return append(name, .dropout(probability: probability), [x], shape(of: x))
  }

  package mutating func flatten(_ name: String, _ x: Int) -> Int {
    append(name, .flatten, [x], Shape(channels: shape(of: x).count))
  }

  private func window(
    _ x: Shape, _ channels: Int, _ kernel: Int, _ stride: Int, _ padding: Int
  ) -> Shape {
    let height = x.height + 2 * padding - kernel
    let width = x.width + 2 * padding - kernel
    precondition(height >= 0 && width >= 0, "the window fits into the padded image")
    return Shape(channels: channels, height: height / stride + 1, width: width / stride + 1)
  }
}
