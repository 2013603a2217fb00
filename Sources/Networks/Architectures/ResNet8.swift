extension Network {
  /// The CIFAR ResNet with one basic block each of 16, 32 and 64 channels.
  ///
  /// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2, with n = 1 and a
  /// 3×3 stem. The first block keeps the identity; the others project it by a 1×1 convolution.
  static func resNet8(input: Shape, classes: Int) -> Network {
    var net = NetworkBuilder(input: input)
    var x = net.convolution("conv1", net.input, outputs: 16, kernel: 3, padding: 1, bias: false)
    x = net.relu("relu", net.batchNorm("bn1", x))
    for (index, channels) in [16, 32, 64].enumerated() {
      x = net.basicBlock("layer\(index + 1).0", x, channels: channels, stride: index == 0 ? 1 : 2)
    }
    x = net.globalAveragePool("avgpool", x)
    _ = net.linear("fc", x, outputs: classes)
    return net.network()
  }
}

extension NetworkBuilder {
  /// Two 3×3 convolutions with batch normalisation, added to the input or to its projection, then ReLU.
  mutating func basicBlock(_ name: String, _ x: Int, channels: Int, stride: Int) -> Int {
    var y = convolution(
      "\(name).conv1", x, outputs: channels, kernel: 3, stride: stride, padding: 1, bias: false)
    y = relu("\(name).relu1", batchNorm("\(name).bn1", y))
    y = convolution(
      "\(name).conv2", y, outputs: channels, kernel: 3, padding: 1, bias: false)
    y = batchNorm("\(name).bn2", y)
    var shortcut = x
    if stride != 1 || shape(of: x).channels != channels {
      shortcut = convolution(
        "\(name).shortcut.0", x, outputs: channels, kernel: 1, stride: stride, bias: false)
      shortcut = batchNorm("\(name).shortcut.1", shortcut)
    }
    return relu("\(name).relu2", add("\(name).add", y, shortcut))
  }
}
