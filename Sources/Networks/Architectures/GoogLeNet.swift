extension Network {
  /// GoogLeNet for small images: a 3×3 stem, nine inception modules with batch normalisation, dropout of 0.4
  /// before the linear layer; `width` is the channels of the stem, 192 in the original, to which all other
  /// numbers of channels are in proportion.
  ///
  /// Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1, as it is usual for 32×32 images: two
  /// 3×3 convolutions where the original had one of 5×5, no padding in the stem, no auxiliary classifiers, and biases
  /// beside batch normalisation. 6,258,500 parameters on 3×32×32 images and 100 classes.
  static func googLeNet(width: Int, input: Shape, classes: Int) -> Network {
    var net = NetworkBuilder(input: input)
    func scaled(_ channels: Int) -> Int { max(1, (channels * width + 96) / 192) }
    var x = net.normalizedConvolution(
      ["prelayer.0", "prelayer.1", "prelayer.2"], net.input, outputs: width, kernel: 3, padding: 0,
      bias: true)
    for module in InceptionModule.all {
      if module.isPooledBefore {
        x = net.maxPool("\(module.name).pool", x, kernel: 3, stride: 2, padding: 1)
      }
      x = net.inception(module.name, x, channels: module.channels.map(scaled))
    }
    x = net.globalAveragePool("avgpool", x)
    x = net.dropout("dropout", x, probability: 0.4)
    _ = net.linear("linear", x, outputs: classes)
    return net.network()
  }
}

/// The channels of an inception module in the original: 1×1, then 3×3 and 5×5 after their reductions, then after pooling.
private struct InceptionModule {
  let name: String
  let channels: [Int]
  var isPooledBefore: Bool { name == "a4" || name == "a5" }

  static let all = [
    InceptionModule(name: "a3", channels: [64, 96, 128, 16, 32, 32]),
    InceptionModule(name: "b3", channels: [128, 128, 192, 32, 96, 64]),
    InceptionModule(name: "a4", channels: [192, 96, 208, 16, 48, 64]),
    InceptionModule(name: "b4", channels: [160, 112, 224, 24, 64, 64]),
    InceptionModule(name: "c4", channels: [128, 128, 256, 24, 64, 64]),
    InceptionModule(name: "d4", channels: [112, 144, 288, 32, 64, 64]),
    InceptionModule(name: "e4", channels: [256, 160, 320, 32, 128, 128]),
    InceptionModule(name: "a5", channels: [256, 160, 320, 32, 128, 128]),
    InceptionModule(name: "b5", channels: [384, 192, 384, 48, 128, 128]),
  ]
}

extension NetworkBuilder {
  /// Four branches side by side: 1×1; 1×1 then 3×3; 1×1 then twice 3×3; 3×3 max pooling then 1×1.
  ///
  /// - Parameter channels: of the first branch; of both convolutions of the second; of the first and of the other
  ///   two convolutions of the third; of the last.
  package mutating func inception(_ name: String, _ x: Int, channels: [Int]) -> Int {
    func names(_ branch: Int, _ module: Int) -> [String] {
      (0..<3).map { "\(name).b\(branch).\(module + $0)" }
    }
    func small(_ branch: Int, _ module: Int, _ x: Int, _ outputs: Int) -> Int {
      normalizedConvolution(
        names(branch, module), x, outputs: outputs, kernel: 1, padding: 0, bias: true)
    }
    func large(_ branch: Int, _ module: Int, _ x: Int, _ outputs: Int) -> Int {
      normalizedConvolution(
        names(branch, module), x, outputs: outputs, kernel: 3, padding: 1, bias: true)
    }
    let first = small(1, 0, x, channels[0])
    let second = large(2, 3, small(2, 0, x, channels[1]), channels[2])
    var third = large(3, 3, small(3, 0, x, channels[3]), channels[4])
    third = large(3, 6, third, channels[4])
    let pooled = maxPool("\(name).b4.0", x, kernel: 3, stride: 1, padding: 1)
    let fourth = small(4, 1, pooled, channels[5])
    return concatenate("\(name).cat", [first, second, third, fourth])
  }
}
