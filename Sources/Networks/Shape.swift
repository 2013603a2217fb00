/// The shape of one sample at some point of a network: channels × height × width.
///
/// A vector of n numbers is n × 1 × 1.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  public var channels: Int
  public var height: Int
  public var width: Int

  public init(channels: Int, height: Int = 1, width: Int = 1) {
    precondition(channels > 0 && height > 0 && width > 0, "a shape has no empty side")
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// The number of elements.
  public var count: Int { channels * height * width }

  public var description: String {
    height == 1 && width == 1 ? "\(channels)" : "\(channels)×\(height)×\(width)"
  }
}
