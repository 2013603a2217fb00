/// Moves between orders of elements.
public enum Layout {
  /// Each image from height × width × channels to a vector in PyTorch's order, channels × height × width.
  public static func channelsFirst<S: KernelScalar>(
    _ x: Images<S>, to y: Images<S>, count: Int, team: Team
  ) {
    require(y.layout.channels == x.layout.size && y.layout.isDense)
    require(count <= min(x.batch, y.batch))
    team.forEach(count) { flattenImage(x, y.start + $0 * y.layout.imagePitch, $0) }
  }

  /// Each vector in PyTorch's order to an image, written to or added to `y`.
  public static func channelsLast<S: KernelScalar>(
    _ x: Images<S>, to y: Images<S>, accumulating: Bool, count: Int, team: Team
  ) {
    require(x.layout.channels == y.layout.size && x.layout.isDense)
    require(count <= min(x.batch, y.batch))
    team.forEach(count) {
      unflattenImage(x.start + $0 * x.layout.imagePitch, y, accumulating, $0)
    }
  }

  /// Copies x into some of the channels of y.
  public static func insertChannels<S: KernelScalar>(
    _ x: Images<S>, to y: Images<S>, at offset: Int, count: Int, team: Team
  ) {
    require(offset >= 0 && offset + x.layout.channels <= y.layout.channels)
    require(x.layout.height == y.layout.height && x.layout.width == y.layout.width)
    require(count <= min(x.batch, y.batch))
    team.forEach(count) { insertImage(x, y, offset, $0) }
  }

  /// Copies some of the channels of y into x, or adds them.
  public static func extractChannels<S: KernelScalar>(
    _ y: Images<S>, at offset: Int, to x: Images<S>, accumulating: Bool, count: Int, team: Team
  ) {
    require(offset >= 0 && offset + x.layout.channels <= y.layout.channels)
    require(x.layout.height == y.layout.height && x.layout.width == y.layout.width)
    require(count <= min(x.batch, y.batch))
    team.forEach(count) { extractImage(y, offset, x, accumulating, $0) }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func flattenImage<S: KernelScalar>(
  _ x: Images<S>, _ y: UnsafeMutablePointer<S>, _ image: Int
) {
  let layout = x.layout
  let positions = layout.height * layout.width
  let from = x.start + image * layout.imagePitch
  for row in 0..<layout.height {
    for column in 0..<layout.width {
      let pixel = from + row * layout.rowPitch + column * layout.pixelPitch
      let to = y + row * layout.width + column
      for channel in 0..<layout.channels { to[channel * positions] = pixel[channel] }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func unflattenImage<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ y: Images<S>, _ accumulating: Bool, _ image: Int
) {
  let layout = y.layout
  let positions = layout.height * layout.width
  let to = y.start + image * layout.imagePitch
  for row in 0..<layout.height {
    for column in 0..<layout.width {
      let pixel = to + row * layout.rowPitch + column * layout.pixelPitch
      let from = x + row * layout.width + column
      for channel in 0..<layout.channels {
        let value = from[channel * positions]
        pixel[channel] = accumulating ? pixel[channel] + value : value
      }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func insertImage<S: KernelScalar>(
  _ x: Images<S>, _ y: Images<S>, _ offset: Int, _ image: Int
) {
  for row in 0..<x.layout.height {
    let from = x.start + image * x.layout.imagePitch + row * x.layout.rowPitch
    let to = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch + offset
    for column in 0..<x.layout.width {
      (to + column * y.layout.pixelPitch).update(
        from: from + column * x.layout.pixelPitch, count: x.layout.channels)
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func extractImage<S: KernelScalar>(
  _ y: Images<S>, _ offset: Int, _ x: Images<S>, _ accumulating: Bool, _ image: Int
) {
  for row in 0..<x.layout.height {
    let from = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch + offset
    let to = x.start + image * x.layout.imagePitch + row * x.layout.rowPitch
    for column in 0..<x.layout.width {
      let (pixel, target) = (
        from + column * y.layout.pixelPitch, to + column * x.layout.pixelPitch
      )
      if accumulating {
        addRun(target, pixel, target, x.layout.channels)
      } else {
        target.update(from: pixel, count: x.layout.channels)
      }
    }
  }
}
