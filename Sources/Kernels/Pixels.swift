/// Turns bytes into numbers, (x/255 − mean)/sd per channel, through a table made in double precision.
public struct PixelTable<S: KernelScalar>: Sendable {
  private let table: [S]
  private let channels: Int

  public init(mean: [Double], standardDeviation: [Double]) {
    channels = mean.count
    table = zip(mean, standardDeviation).flatMap { mean, deviation in
      (0..<256).map { S((Double($0) / 255 - mean) / deviation) }
    }
  }

  /// How one image is cropped and mirrored.
  public struct Variation: Hashable, Sendable {
    /// By how much the image is moved down and right, black filling what is free.
    public var down: Int
    public var right: Int
    public var mirrored: Bool

    public static var none: Variation { Variation(down: 0, right: 0, mirrored: false) }

    public init(down: Int, right: Int, mirrored: Bool) {
      (self.down, self.right, self.mirrored) = (down, right, mirrored)
    }
  }

  /// Writes image `index` of `pixels` as sample `sample` of a batch.
  ///
  /// Mirroring comes after moving. What is free after moving is a zero byte, as where PyTorch's RandomCrop
  /// pads an image before it is normalised.
  public func convert(
    _ pixels: [UInt8], image: Int, height: Int, width: Int, variation: Variation,
    to batch: Images<S>, sample: Int
  ) {
    let size = height * width * channels
    require(pixels.count >= (image + 1) * size && sample < batch.batch)
    require(batch.layout.size == size && batch.layout.width == width)
    pixels.withUnsafeBufferPointer { pixels in
      table.withUnsafeBufferPointer { table in
        guard let from = pixels.baseAddress, let table = table.baseAddress else { return }
        for row in 0..<height {
          var out = batch.start + sample * batch.layout.imagePitch + row * batch.layout.rowPitch
          if variation == .none && channels == 1 {
            let start = from + image * size + row * width
            for column in 0..<width { out[column] = table[Int(start[column])] }
            continue
          }
          let sourceRow = row - variation.down
          for column in 0..<width {
            let moved = variation.mirrored ? width - 1 - column : column
            let sourceColumn = moved - variation.right
            let inside =
              sourceRow >= 0 && sourceRow < height && sourceColumn >= 0 && sourceColumn < width
            let source = image * size + (sourceRow * width + sourceColumn) * channels
            for channel in 0..<channels {
              let byte = inside ? from[source + channel] : 0
              out[channel] = table[channel * 256 + Int(byte)]
            }
            out += channels
          }
        }
      }
    }
  }
}
