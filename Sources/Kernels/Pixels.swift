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
    _ pixels: Span<UInt8>, image: Int, variation: Variation,
    to batch: Images<S>, sample: Int
  ) {
    let size = batch.layout.size
    require(pixels.count >= (image + 1) * size && sample < batch.batch)
    require(batch.layout.channels == channels && batch.layout.isDense)
    pixels.withUnsafeBufferPointer { pixels in
      table.withUnsafeBufferPointer { table in
        guard let from = pixels.baseAddress, let table = table.baseAddress else { return }
        convertImage(from + image * size, table, variation, batch, sample)
      }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func convertImage<S: KernelScalar>(
  _ pixels: UnsafePointer<UInt8>, _ table: UnsafePointer<S>,
  _ variation: PixelTable<S>.Variation, _ batch: Images<S>, _ sample: Int
) {
  let (height, width, channels) = (
    batch.layout.height, batch.layout.width, batch.layout.channels
  )
  for row in 0..<height {
    let out = batch.start + sample * batch.layout.imagePitch + row * batch.layout.rowPitch
    let source = row - variation.down
    guard source >= 0 && source < height else {
      for column in 0..<width {
        for channel in 0..<channels { out[column * channels + channel] = table[channel * 256] }
      }
      continue
    }
    let start = pixels + source * width * channels
    if variation == .none {
      convertPixels(start, table, out, count: width, channels)
      continue
    }
    for column in 0..<width {
      let moved = (variation.mirrored ? width - 1 - column : column) - variation.right
      let isInside = moved >= 0 && moved < width
      for channel in 0..<channels {
        let byte = isInside ? start[moved * channels + channel] : 0
        out[column * channels + channel] = table[channel * 256 + Int(byte)]
      }
    }
  }
}

/// Pixels as they are, one after another.
@inline(__always)
private func convertPixels<S: KernelScalar>(
  _ pixels: UnsafePointer<UInt8>, _ table: UnsafePointer<S>, _ out: UnsafeMutablePointer<S>,
  count: Int, _ channels: Int
) {
  if channels == 1 {
    for index in 0..<count { out[index] = table[Int(pixels[index])] }
  } else {
    for index in 0..<count {
      for channel in 0..<channels {
        let at = index * channels + channel
        out[at] = table[channel * 256 + Int(pixels[at])]
      }
    }
  }
}
