extension Network {
  /// LeNet-5 with ReLU and max pooling: two 5×5 convolutions, then 120, 84 and the classes.
  ///
  /// LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, figure 2, with today's
  /// activations, and fully connected where the original joined channels by a table. 61,706 parameters on 1×28×28 and 10 classes.
  static func leNet(input: Shape, classes: Int) -> Network {
    var net = NetworkBuilder(input: input)
    var x = net.convolution("conv1", net.input, outputs: 6, kernel: 5, padding: 2)
    x = net.relu("relu1", x)
    x = net.maxPool("pool1", x, kernel: 2)
    x = net.convolution("conv2", x, outputs: 16, kernel: 5)
    x = net.relu("relu2", x)
    x = net.maxPool("pool2", x, kernel: 2)
    x = net.flatten("flatten", x)
    x = net.relu("relu3", net.linear("fc1", x, outputs: 120))
    x = net.relu("relu4", net.linear("fc2", x, outputs: 84))
    _ = net.linear("fc3", x, outputs: classes)
    return net.network()
  }
}
