extension Network {
  /// A multilayer perceptron: flatten, then linear layers `fc1`, `fc2`, … with ReLU between them.
  static func mlp(input: Shape, hidden: [Int], classes: Int) -> Network {
    var net = NetworkBuilder(input: input)
    var x = net.flatten("flatten", net.input)
    for (index, width) in hidden.enumerated() {
      x = net.linear("fc\(index + 1)", x, outputs: width)
      x = net.relu("relu\(index + 1)", x)
    }
    _ = net.linear("fc\(hidden.count + 1)", x, outputs: classes)
    return net.network()
  }
}
