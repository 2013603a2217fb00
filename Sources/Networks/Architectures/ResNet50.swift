extension Network {
  /// ResNet50 for large images: a 7×7 stem with stride 2 and max pooling, then groups of 3, 4, 6 and 3 bottleneck
  /// blocks; `width` is the channels of the stem and of the first group's 3×3 convolutions.
  ///
  /// He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table 1, with the stride at a block's 3×3
  /// convolution, as torchvision and most reproductions have it. 25,557,032 parameters on 3×224×224 images and
  /// 1,000 classes.
  static func resNet50(width: Int, input: Shape, classes: Int) -> Network {
    var net = NetworkBuilder(input: input)
    var x = net.convolution(
      "conv1", net.input, outputs: width, kernel: 7, stride: 2, padding: 3, bias: false)
    x = net.relu("relu", net.batchNorm("bn1", x))
    x = net.maxPool("maxpool", x, kernel: 3, stride: 2, padding: 1)
    for (group, count) in [3, 4, 6, 3].enumerated() {
      for block in 0..<count {
        x = net.bottleneck(
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
  /// Convolutions 1×1, 3×3 and 1×1 to four times the channels, with batch normalisation, added to the input or
  /// to its projection, then ReLU.
  package mutating func bottleneck(_ name: String, _ x: Int, channels: Int, stride: Int) -> Int {
    func names(_ number: Int) -> [String] {
      ["\(name).conv\(number)", "\(name).bn\(number)", "\(name).relu\(number)"]
    }
    var y = normalizedConvolution(
      names(1), x, outputs: channels, kernel: 1, padding: 0, bias: false)
    y = normalizedConvolution(
      names(2), y, outputs: channels, kernel: 3, stride: stride, padding: 1, bias: false)
    y = convolution("\(name).conv3", y, outputs: 4 * channels, kernel: 1, bias: false)
    y = batchNorm("\(name).bn3", y)
    var shortcut = x
    if stride != 1 || shape(of: x).channels != 4 * channels {
      shortcut = convolution(
        "\(name).downsample.0", x, outputs: 4 * channels, kernel: 1, stride: stride, bias: false)
      shortcut = batchNorm("\(name).downsample.1", shortcut)
    }
    return relu("\(name).relu3", add("\(name).add", y, shortcut))
  }
}
