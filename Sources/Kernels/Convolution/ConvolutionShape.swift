/// The sizes of a 2-D convolution y = x ∗ w with square kernels.
///
/// x is batch × height × width × inputs, y is batch × outHeight × outWidth × outputs. A linear layer is the
/// convolution of a 1 × 1 image with a 1 × 1 kernel.
public struct ConvolutionShape: Hashable, Sendable {
  public let inputs: Int
  public let height: Int
  public let width: Int
  public let outputs: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Int

  /// - Precondition: every size is positive (padding: not negative) and the kernel fits the padded image.
  public init(
    inputs: Int, height: Int, width: Int, outputs: Int, kernel: Int = 1, stride: Int = 1,
    padding: Int = 0
  ) {
    require(inputs > 0 && outputs > 0 && kernel > 0 && stride > 0 && padding >= 0)
    require(height + 2 * padding >= kernel && width + 2 * padding >= kernel)
    (self.inputs, self.height, self.width, self.outputs) = (inputs, height, width, outputs)
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  public var outHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  public var outWidth: Int { (width + 2 * padding - kernel) / stride + 1 }
  /// The number of products summed for one output: kernel rows × kernel columns × inputs.
  public var depth: Int { kernel * kernel * inputs }
  /// The number of positions of one output image.
  public var positions: Int { outHeight * outWidth }

  /// x without a border.
  public var inputLayout: ImageLayout {
    ImageLayout(channels: inputs, height: height, width: width)
  }
  /// y without a border.
  public var outputLayout: ImageLayout {
    ImageLayout(channels: outputs, height: outHeight, width: outWidth)
  }
}

/// How a number of channels is cut into panels of vectors: sixteen wide, but the last eight if that will do.
struct Panels {
  /// The number of channels.
  let channels: Int

  var count: Int { (channels + 15) / 16 }
  /// The width of a panel, 8 or 16.
  @inline(__always)
  func width(_ panel: Int) -> Int { channels - 16 * panel <= 8 ? 8 : 16 }
  /// The channels of a panel that exist.
  @inline(__always)
  func valid(_ panel: Int) -> Int { min(16, channels - 16 * panel) }
  /// The number of elements of packed weights for so many products a channel.
  func packedCount(depth: Int) -> Int { (16 * (count - 1) + width(count - 1)) * depth }
}
