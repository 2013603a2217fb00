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
    precondition(channels > 0 && kernel > 0 && stride > 0 && padding >= 0 && 2 * padding <= kernel)
    precondition(height + 2 * padding >= kernel && width + 2 * padding >= kernel)
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  public var outHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  public var outWidth: Int { (width + 2 * padding - kernel) / stride + 1 }
  var inputCount: Int { height * width * channels }
  var outputCount: Int { outHeight * outWidth * channels }

  /// The part of output row or column `index`'s window that lies in the image.
  @inline(__always)
  func window(_ index: Int, _ size: Int) -> Range<Int> {
    let start = index * stride - padding
    return max(0, start)..<min(size, start + kernel)
  }

  /// y = the largest x under each window; NaN if one is there.
  public func maximum<S: KernelScalar>(_ x: View<S>, to y: View<S>, count: Int, team: Team) {
    precondition(x.count >= count * inputCount && y.count >= count * outputCount)
    let (x, y) = (x.pointer, y.pointer)
    team.forEach(count) { maximumOfImage(self, x + $0 * inputCount, y + $0 * outputCount) }
  }

  /// Adds ∂y to the elements of ∂x that were the maxima, the first of equal ones in a window.
  public func maximumGradient<S: KernelScalar>(
    _ x: View<S>, _ y: View<S>, _ dy: View<S>, addingTo dx: View<S>, count: Int, team: Team
  ) {
    precondition(dx.count >= count * inputCount && dy.count >= count * outputCount)
    let (x, y, dy, dx) = (x.pointer, y.pointer, dy.pointer, dx.pointer)
    team.forEach(count) { image in
      let (from, to) = (image * outputCount, image * inputCount)
      addMaximumGradient(self, x + to, y + from, dy + from, dx + to)
    }
  }

  /// y = the mean over each window; padding counts as zeros.
  public func average<S: KernelScalar>(_ x: View<S>, to y: View<S>, count: Int, team: Team) {
    precondition(x.count >= count * inputCount && y.count >= count * outputCount)
    let (x, y) = (x.pointer, y.pointer)
    team.forEach(count) { averageOfImage(self, x + $0 * inputCount, y + $0 * outputCount) }
  }

  /// Adds each window's share of ∂y to ∂x.
  public func averageGradient<S: KernelScalar>(
    _ dy: View<S>, addingTo dx: View<S>, count: Int, team: Team
  ) {
    precondition(dx.count >= count * inputCount && dy.count >= count * outputCount)
    let (dy, dx) = (dy.pointer, dx.pointer)
    team.forEach(count) { addAverageGradient(self, dy + $0 * outputCount, dx + $0 * inputCount) }
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

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func maximumOfImage<S: KernelScalar>(
  _ pool: Pooling, _ x: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>
) {
  let channels = pool.channels
  for row in 0..<pool.outHeight {
    let rows = pool.window(row, pool.height)
    for column in 0..<pool.outWidth {
      let columns = pool.window(column, pool.width)
      let out = (row * pool.outWidth + column) * channels
      forEachVector(channels) { channel, lanes in
        var best = SIMD8<S>(repeating: -.infinity)
        for i in rows {
          for j in columns {
            best = S.larger(best, load(x + (i * pool.width + j) * channels + channel))
          }
        }
        // A vector may spill over positions of this image, which are written later.
        if out + channel + 8 <= pool.outputCount {
          store(best, y + out + channel)
        } else {
          store(best, y + out + channel, first: lanes)
        }
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
  _ pool: Pooling, _ x: UnsafePointer<S>, _ y: UnsafePointer<S>, _ dy: UnsafePointer<S>,
  _ dx: UnsafeMutablePointer<S>
) {
  let channels = pool.channels
  for row in 0..<pool.outHeight {
    let rows = pool.window(row, pool.height)
    for column in 0..<pool.outWidth {
      let columns = pool.window(column, pool.width)
      let out = (row * pool.outWidth + column) * channels
      // Past the last channel a vector adds zeros to the positions that follow, those of the image only.
      let isLast = rows.upperBound == pool.height && columns.upperBound + 8 > pool.width
      forEachVector(channels) { channel, lanes in
        let largest = load(y + out + channel)
        // What the window's earlier elements have left of ∂y: all of it, until one is the maximum.
        var left = load(dy + out + channel)
        if lanes < 8 { left = keep(left, first: lanes) }
        for i in rows {
          for j in columns {
            let at = (i * pool.width + j) * channels + channel
            let share = S.select(left, where: load(x + at), equals: largest)
            left -= share
            let isWhole = !isLast && at + 8 <= pool.inputCount
            store(load(dx + at) + share, dx + at, first: isWhole ? 8 : lanes)
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
  _ pool: Pooling, _ x: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>
) {
  let channels = pool.channels
  let area = S(pool.kernel * pool.kernel)
  for row in 0..<pool.outHeight {
    for column in 0..<pool.outWidth {
      let out = (row * pool.outWidth + column) * channels
      forEachVector(channels) { channel, lanes in
        var sum = SIMD8<S>.zero
        for i in pool.window(row, pool.height) {
          for j in pool.window(column, pool.width) {
            sum += load(x + (i * pool.width + j) * channels + channel)
          }
        }
        store(sum / area, y + out + channel, first: lanes)
      }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func addAverageGradient<S: KernelScalar>(
  _ pool: Pooling, _ dy: UnsafePointer<S>, _ dx: UnsafeMutablePointer<S>
) {
  let channels = pool.channels
  let area = S(pool.kernel * pool.kernel)
  for row in 0..<pool.outHeight {
    for column in 0..<pool.outWidth {
      let out = dy + (row * pool.outWidth + column) * channels
      for i in pool.window(row, pool.height) {
        for j in pool.window(column, pool.width) {
          let to = dx + (i * pool.width + j) * channels
          for channel in 0..<channels { to[channel] += out[channel] / area }
        }
      }
    }
  }
}
