/// The mean and the sum of squared deviations of each channel of a batch of images.
///
/// Each block of images is summed while it is in the cache: row by row, the rows in order, first for the mean
/// and then for the squares of deviations from it. Blocks are joined in order in double precision, by Chan,
/// Golub & LeVeque, "Algorithms for Computing the Sample Variance", 1983, equations 1.5.
public final class ChannelMoments<S: KernelScalar> {
  private let layout: ImageLayout
  let imagesPerBlock: Int
  /// Blocks × channels, filled up to whole vectors.
  private let means: View<S>
  private let squares: View<S>
  private let pitch: Int

  /// - Parameters:
  ///   - layout: how the images lie in memory.
  ///   - batch: the largest number of images.
  public init(_ layout: ImageLayout, batch: Int) {
    self.layout = layout
    imagesPerBlock = Kernels.imagesPerBlock(size: layout.size)
    pitch = (layout.channels + 7) / 8 * 8
    let blocks = (batch + imagesPerBlock - 1) / imagesPerBlock
    (means, squares) = (View(zeros: blocks * pitch), View(zeros: blocks * pitch))
  }

  /// Takes in a block of images.
  func take(block: Int, images: Int, of x: Images<S>) {
    momentsOfBlock(
      x.start + block * imagesPerBlock * layout.imagePitch, layout, images: images,
      means.pointer + block * pitch, squares.pointer + block * pitch)
  }

  /// Takes in all blocks.
  public func take(_ x: Images<S>, count: Int, team: Team) {
    team.forEach((count + imagesPerBlock - 1) / imagesPerBlock) { block in
      take(block: block, images: min(imagesPerBlock, count - block * imagesPerBlock), of: x)
    }
  }

  /// The mean of a channel and the sum of squared deviations from it, over `count` images.
  @inline(__always)
  func joined(channel: Int, count: Int) -> (mean: Double, squares: Double) {
    var (mean, sum, seen) = (0.0, 0.0, 0.0)
    var first = 0
    var at = channel
    let positions = layout.height * layout.width
    while first < count {
      let added = Double(min(imagesPerBlock, count - first) * positions)
      let distance = Double(means.pointer[at]) - mean
      let all = seen + added
      mean += distance * added / all
      sum += Double(squares.pointer[at]) + distance * distance * seen * added / all
      seen = all
      first += imagesPerBlock
      at += pitch
    }
    return (mean, sum)
  }
}

/// Calls `body` with the sum over the rows of images of the sum of `term` over the row, for each vector of channels.
@inline(__always)
func forEachChannelSum<S: KernelScalar>(
  _ layout: ImageLayout, images: Int, _ channels: Range<Int>,
  term: (_ vector: Int, _ at: Int, _ sum: SIMD8<S>) -> SIMD8<S>,
  body: (_ vector: Int, _ sum: SIMD8<S>) -> Void
) {
  for channel in stride(from: channels.lowerBound, to: channels.upperBound, by: 8) {
    var total = SIMD8<S>.zero
    for image in 0..<images {
      for row in 0..<layout.height {
        var sum = SIMD8<S>.zero
        var at = image * layout.imagePitch + row * layout.rowPitch + channel
        for _ in 0..<layout.width {
          sum = term(channel, at, sum)
          at += layout.pixelPitch
        }
        total += sum
      }
    }
    body(channel, total)
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func momentsOfBlock<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ layout: ImageLayout, images: Int, _ means: UnsafeMutablePointer<S>,
  _ squares: UnsafeMutablePointer<S>
) {
  let all = 0..<layout.channels
  let count = S(images * layout.height * layout.width)
  forEachChannelSum(
    layout, images: images, all,
    term: { _, at, sum in sum + load(x + at) },
    body: { channel, sum in store(sum / count, means + channel) })
  forEachChannelSum(
    layout, images: images, all,
    term: { channel, at, sum in
      let deviation = load(x + at) - load(means + channel)
      return sum.addingProduct(deviation, deviation)
    },
    body: { channel, sum in store(sum, squares + channel) })
}

/// Sums each channel over `count` images: over each row, the rows of an image in order, then the images.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func sumChannels<S: KernelScalar>(
  _ x: Images<S>, count: Int, to sums: UnsafeMutablePointer<S>, _ team: Team
) {
  let (layout, start) = (x.layout, x.start)
  team.forEachPart(of: (layout.channels + 7) / 8) { part in
    for vector in part {
      let channels = 8 * vector..<min(8 * vector + 8, layout.channels)
      var total = SIMD8<S>.zero
      for image in 0..<count {
        let from = start + image * layout.imagePitch
        forEachChannelSum(
          layout, images: 1, channels, term: { _, at, sum in sum + load(from + at) },
          body: { total += $1 })
      }
      store(total, sums + 8 * vector, first: channels.count)
    }
  }
}
