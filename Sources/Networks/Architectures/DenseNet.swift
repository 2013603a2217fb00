extension Network {
  /// DenseNet121 for small images: four blocks of 6, 12, 24 and 16 layers, each of which adds `growth` channels
  /// to all those before it; between blocks half of the channels, and height and width halved.
  ///
  /// Huang et al., "Densely Connected Convolutional Networks", CVPR 2017: DenseNet-BC, table 1, with a 3×3 stem
  /// instead of the 7×7 one and its pooling, as is usual for 32×32 images. 7,048,548 parameters on 3×32×32
  /// images and 100 classes with a growth of 32. A layer's own channels come before those it was given.
  static func denseNet121(growth: Int, input: Shape, classes: Int) -> Network {
    var net = NetworkBuilder(input: input)
    let blocks = [6, 12, 24, 16]
    var x = net.convolution(
      "conv1", net.input, outputs: 2 * growth, kernel: 3, padding: 1, bias: false)
    for (block, count) in blocks.enumerated() {
      for layer in 0..<count {
        x = net.denseLayer("dense\(block + 1).\(layer)", x, growth: growth)
      }
      if block + 1 < blocks.count { x = net.transition("trans\(block + 1)", x) }
    }
    x = net.relu("relu", net.batchNorm("bn", x))
    x = net.globalAveragePool("avgpool", x)
    _ = net.linear("linear", x, outputs: classes)
    return net.network()
  }
}

extension NetworkBuilder {
  /// Normalised 1×1 and 3×3 convolutions, whose `growth` channels are put before those of the input.
  package mutating func denseLayer(_ name: String, _ x: Int, growth: Int) -> Int {
    var y = relu("\(name).relu1", batchNorm("\(name).bn1", x))
    y = convolution("\(name).conv1", y, outputs: 4 * growth, kernel: 1, bias: false)
    y = relu("\(name).relu2", batchNorm("\(name).bn2", y))
    y = convolution("\(name).conv2", y, outputs: growth, kernel: 3, padding: 1, bias: false)
    return concatenate("\(name).cat", [y, x])
  }

  /// Half of the channels by a normalised 1×1 convolution, then the mean of each 2×2 pixels.
  package mutating func transition(_ name: String, _ x: Int) -> Int {
    let y = relu("\(name).relu", batchNorm("\(name).bn", x))
    let half = convolution(
      "\(name).conv", y, outputs: shape(of: x).channels / 2, kernel: 1, bias: false)
    return averagePool("\(name).pool", half, kernel: 2)
  }
}
