extension Network {
  /// VGG16 with batch normalisation for small images: thirteen 3×3 convolutions in groups that end with max
  /// pooling, then one linear layer; `width` is the channels of the first group.
  ///
  /// Configuration D of Simonyan & Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
  /// Recognition", ICLR 2015, table 1, as it is usual for 32×32 images: a linear layer where the original had
  /// three. Convolutions keep the biases that batch normalisation makes idle. 14,728,266 parameters on 3×32×32 images
  /// and 10 classes. Images that the poolings have made one pixel high or wide are pooled no more, and those that
  /// are larger than a pixel at the end are averaged.
  static func vgg16(width: Int, input: Shape, classes: Int) -> Network {
    var net = NetworkBuilder(input: input)
    var (x, module) = (net.input, 0)
    for (group, count) in [2, 2, 3, 3, 3].enumerated() {
      for _ in 0..<count {
        x = net.normalizedConvolution(
          ["features.\(module)", "features.\(module + 1)", "features.\(module + 2)"], x,
          outputs: width << min(group, 3), kernel: 3, padding: 1, bias: true)
        module += 3
      }
      let shape = net.shape(of: x)
      if shape.height > 1 && shape.width > 1 {
        x = net.maxPool("features.\(module)", x, kernel: 2)
      }
      module += 1
    }
    x = net.globalAveragePool("features.\(module)", x)
    _ = net.linear("classifier", x, outputs: classes)
    return net.network()
  }
}
