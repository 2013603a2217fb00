/// Max and average pooling with square windows over batch × height × width × channels.
public struct Pooling: Hashable, Sendable {
  public let channels: Int
  public let height: Int
  public let width: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Int

  /// - Precondition: the window fits the padded image and the padding is at most half of it.
  public init(channels: Int, height: Int, width: Int, kernel: Int, stride: Int, padding: Int) {
    require(channels > 0 && kernel > 0 && stride > 0 && padding >= 0 && 2 * padding <= kernel)
    require(height + 2 * padding >= kernel && width + 2 * padding >= kernel)
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  public var outHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  public var outWidth: Int { (width + 2 * padding - kernel) / stride + 1 }

  /// The part of output row or column `index`'s window that lies in the image.
  @inline(__always)
  func window(_ index: Int, _ size: Int) -> Range<Int> {
    let start = index * stride - padding
    return max(0, start)..<min(size, start + kernel)
  }

  /// Whether windows are 2 × 2 side by side, all within the image: the usual case, with loops of its own.
  var isPlain: Bool { kernel == 2 && stride == 2 && padding == 0 }

  private func check<S: KernelScalar>(_ x: Images<S>, _ y: Images<S>, _ count: Int) {
    require(count <= x.batch && count <= y.batch && x.layout.isDense)
    require(
      x.layout.height == height && x.layout.width == width && x.layout.channels == channels)
    require(
      y.layout.height == outHeight && y.layout.width == outWidth && y.layout.channels == channels)
  }

  /// y = the largest x under each window; NaN if one is there.
  public func maximum<S: KernelScalar>(
    _ x: Images<S>, to y: Images<S>, count: Int, team: Team
  ) {
    check(x, y, count)
    require(y.layout.isDense)
    team.forEach(count) { image in
      isPlain ? plainMaximum(self, x, y, image) : maximumOfImage(self, x, y, image)
    }
  }

  /// Writes ∂y, or adds it, to the elements of ∂x that were the maxima, the first of equal ones in a window;
  /// the others get 0 or nothing.
  ///
  /// - Parameter rectified: whether a maximum that is not above 0 passes nothing on, since ReLU made x.
  public func maximumGradient<S: KernelScalar>(
    _ x: Images<S>, _ y: Images<S>, _ dy: Images<S>, to dx: Images<S>, accumulating: Bool,
    rectified: Bool, count: Int, team: Team
  ) {
    check(x, y, count)
    check(dx, dy, count)
    require(y.layout.isDense && dy.layout.isDense)
    team.forEach(count) { image in
      if isPlain && !accumulating {
        plainMaximumGradient(self, x, y, dy, dx, rectified, image)
      } else {
        if !accumulating { clear(dx, image) }
        addMaximumGradient(self, x, y, dy, dx, rectified, image)
      }
    }
  }

  /// y = the mean over each window; padding counts as zeros.
  public func average<S: KernelScalar>(
    _ x: Images<S>, to y: Images<S>, count: Int, team: Team
  ) {
    check(x, y, count)
    team.forEach(count) { averageOfImage(self, x, y, $0) }
  }

  /// Writes each window's share of ∂y to ∂x, or adds it.
  public func averageGradient<S: KernelScalar>(
    _ dy: Images<S>, to dx: Images<S>, accumulating: Bool, count: Int, team: Team
  ) {
    check(dx, dy, count)
    team.forEach(count) { image in
      if !accumulating { clear(dx, image) }
      addAverageGradient(self, dy, dx, image)
    }
  }
}

/// Calls `body` with the start of each vector of channels and how many of its lanes exist.
@inline(__always)
func forEachVector(_ channels: Int, _ body: (Int, Int) -> Void) {
  var channel = 0
  while channel < channels {
    body(channel, min(8, channels - channel))
    channel += 8
  }
}

private func clear<S: KernelScalar>(_ x: Images<S>, _ image: Int) {
  for row in 0..<x.layout.height {
    let start = x.start + image * x.layout.imagePitch + row * x.layout.rowPitch
    start.update(repeating: 0, count: x.layout.rowLength)
  }
}

/// Calls `body` for each vector of channels of each output of a row: where it and the first of its 2 × 2
/// elements lie in their rows, and how many lanes may be written to elements and to outputs.
///
/// A vector may spill over what is written later: the next pixel, but not past the end of a row.
@inline(__always)
private func forEachPlainVector(
  _ pool: Pooling, _ body: (_ out: Int, _ at: Int, _ lanes: Int, _ outLanes: Int) -> Void
) {
  let channels = pool.channels
  for column in 0..<pool.outWidth {
    forEachVector(channels) { channel, lanes in
      let out = column * channels + channel
      let isInner = lanes == 8 || (column + 1 < pool.outWidth && channels >= 8 - lanes)
      body(out, 2 * column * channels + channel, lanes, isInner ? 8 : lanes)
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func plainMaximum<S: KernelScalar>(
  _ pool: Pooling, _ x: Images<S>, _ y: Images<S>, _ image: Int
) {
  let (pitch, channels) = (x.layout.rowPitch, pool.channels)
  for row in 0..<pool.outHeight {
    let upper = x.start + image * x.layout.imagePitch + 2 * row * pitch
    let lower = upper + pitch
    let to = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch
    forEachPlainVector(pool) { out, at, _, outLanes in
      let first = S.larger(load(upper + at), load(upper + at + channels))
      let second = S.larger(load(lower + at), load(lower + at + channels))
      store(S.larger(first, second), to + out, first: outLanes)
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func plainMaximumGradient<S: KernelScalar>(
  _ pool: Pooling, _ x: Images<S>, _ y: Images<S>, _ dy: Images<S>, _ dx: Images<S>,
  _ rectified: Bool, _ image: Int
) {
  let (pitch, target, channels) = (x.layout.rowPitch, dx.layout.rowPitch, pool.channels)
  for row in 0..<pool.outHeight {
    let upper = x.start + image * x.layout.imagePitch + 2 * row * pitch
    let lower = upper + pitch
    let value = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch
    let upstream = dy.start + image * dy.layout.imagePitch + row * dy.layout.rowPitch
    let to = dx.start + image * dx.layout.imagePitch + 2 * row * target
    forEachPlainVector(pool) { out, at, lanes, outLanes in
      let largest = load(value + out)
      // What the window's earlier elements have left of ∂y: all of it, until one is the maximum.
      var left = load(upstream + out)
      if rectified { left = S.select(left, whereAboveZero: largest) }
      @inline(__always)
      func give(_ element: UnsafePointer<S>, _ to: UnsafeMutablePointer<S>, _ lanes: Int) {
        let share = S.select(left, where: load(element), equals: largest)
        left -= share
        store(share, to, first: lanes)
      }
      // The first pixel of a pair may spill over the second, which is written next if one vector holds it.
      let inPair = channels < 8 && channels >= 8 - lanes ? 8 : lanes
      give(upper + at, to + at, inPair)
      give(upper + at + channels, to + at + channels, outLanes)
      give(lower + at, to + target + at, inPair)
      give(lower + at + channels, to + target + at + channels, outLanes)
    }
  }
  // What no window covers.
  for row in 0..<pool.height {
    let start = dx.start + image * dx.layout.imagePitch + row * target
    let covered = row < 2 * pool.outHeight ? 2 * pool.outWidth * channels : 0
    for index in covered..<dx.layout.rowLength { start[index] = 0 }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func maximumOfImage<S: KernelScalar>(
  _ pool: Pooling, _ x: Images<S>, _ y: Images<S>, _ image: Int
) {
  let channels = pool.channels
  let from = x.start + image * x.layout.imagePitch
  for row in 0..<pool.outHeight {
    let rows = pool.window(row, pool.height)
    let to = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch
    for column in 0..<pool.outWidth {
      let columns = pool.window(column, pool.width)
      forEachVector(channels) { channel, lanes in
        var best = SIMD8<S>(repeating: -.infinity)
        for i in rows {
          for j in columns {
            best = S.larger(best, load(from + i * x.layout.rowPitch + j * channels + channel))
          }
        }
        store(best, to + column * channels + channel, first: lanes)
      }
    }
  }
}

/// A vector whose lanes from `count` on are zero.
@inline(__always)
private func keep<S: KernelScalar>(_ v: SIMD8<S>, first count: Int) -> SIMD8<S> {
  var kept = SIMD8<S>.zero
  for lane in 0..<8 { kept[lane] = lane < count ? v[lane] : 0 }
  return kept
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func addMaximumGradient<S: KernelScalar>(
  _ pool: Pooling, _ x: Images<S>, _ y: Images<S>, _ dy: Images<S>, _ dx: Images<S>,
  _ rectified: Bool, _ image: Int
) {
  let channels = pool.channels
  let from = x.start + image * x.layout.imagePitch
  let to = dx.start + image * dx.layout.imagePitch
  for row in 0..<pool.outHeight {
    let rows = pool.window(row, pool.height)
    let value = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch
    let upstream = dy.start + image * dy.layout.imagePitch + row * dy.layout.rowPitch
    for column in 0..<pool.outWidth {
      let columns = pool.window(column, pool.width)
      forEachVector(channels) { channel, lanes in
        let out = column * channels + channel
        let largest = load(value + out)
        // What the window's earlier elements have left of ∂y: all of it, until one is the maximum.
        var left = keep(load(upstream + out), first: lanes)
        if rectified { left = S.select(left, whereAboveZero: largest) }
        for i in rows {
          for j in columns {
            let element = load(from + i * x.layout.rowPitch + j * channels + channel)
            let share = S.select(left, where: element, equals: largest)
            left -= share
            let at = to + i * dx.layout.rowPitch + j * channels + channel
            store(load(at) + share, at, first: lanes)
          }
        }
      }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func averageOfImage<S: KernelScalar>(
  _ pool: Pooling, _ x: Images<S>, _ y: Images<S>, _ image: Int
) {
  let channels = pool.channels
  let area = S(pool.kernel * pool.kernel)
  let from = x.start + image * x.layout.imagePitch
  for row in 0..<pool.outHeight {
    let to = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch
    for column in 0..<pool.outWidth {
      forEachVector(channels) { channel, lanes in
        var sum = SIMD8<S>.zero
        for i in pool.window(row, pool.height) {
          for j in pool.window(column, pool.width) {
            sum += load(from + i * x.layout.rowPitch + j * channels + channel)
          }
        }
        store(sum / area, to + column * y.layout.pixelPitch + channel, first: lanes)
      }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func addAverageGradient<S: KernelScalar>(
  _ pool: Pooling, _ dy: Images<S>, _ dx: Images<S>, _ image: Int
) {
  let channels = pool.channels
  let area = S(pool.kernel * pool.kernel)
  let to = dx.start + image * dx.layout.imagePitch
  for row in 0..<pool.outHeight {
    let upstream = dy.start + image * dy.layout.imagePitch + row * dy.layout.rowPitch
    for column in 0..<pool.outWidth {
      forEachVector(channels) { channel, lanes in
        let share = load(upstream + column * dy.layout.pixelPitch + channel) / area
        for i in pool.window(row, pool.height) {
          for j in pool.window(column, pool.width) {
            let at = to + i * dx.layout.rowPitch + j * channels + channel
            store(load(at) + share, at, first: lanes)
          }
        }
      }
    }
  }
}
