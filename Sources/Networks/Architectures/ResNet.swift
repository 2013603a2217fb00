extension Network {
  /// A residual network for small images: a 3×3 stem, then groups of basic blocks, each group with twice the
  /// channels of the one before and all but the first halving height and width.
  ///
  /// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016. Three groups from 16 channels are the
  /// CIFAR ResNet of section 4.2, with blocks that keep their input where shapes agree and project it by a 1×1
  /// convolution elsewhere; four from 64 are those of table 1, with the stem that is usual for 32×32 images.
  /// ResNet18 and ResNet34 on 3×32×32 images have 11,173,962 parameters for 10 classes and 21,328,292 for 100.
  static func resNet(blocks: [Int], width: Int, input: Shape, classes: Int) -> Network {
    var net = NetworkBuilder(input: input)
    var x = net.convolution(
      "conv1", net.input, outputs: width, kernel: 3, padding: 1, bias: false)
    x = net.relu("relu", net.batchNorm("bn1", x))
    for (group, count) in blocks.enumerated() {
      for block in 0..<count {
        x = net.basicBlock(
          "layer\(group + 1).\(block)", x, channels: width << group,
          stride: group > 0 && block == 0 ? 2 : 1)
      }
    }
    x = net.globalAveragePool("avgpool", x)
    _ = net.linear("fc", x, outputs: classes)
    return net.network()
  }
}

extension NetworkBuilder {
  /// Two 3×3 convolutions with batch normalisation, added to the input or to its projection, then ReLU.
  package mutating func basicBlock(_ name: String, _ x: Int, channels: Int, stride: Int) -> Int {
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
