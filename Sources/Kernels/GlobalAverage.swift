/// The mean over all positions of each channel of each image.
public enum GlobalAverage {
  public static func forward<S: KernelScalar>(
    _ x: Images<S>, to y: Images<S>, count: Int, team: Team
  ) {
    require(y.layout.size == x.layout.channels && y.layout.isDense)
    require(count <= min(x.batch, y.batch))
    team.forEach(count) { averageImage(x, y.start + $0 * y.layout.imagePitch, $0) }
  }

  /// Each position's share of ∂y, written to or added to `dx`.
  public static func gradient<S: KernelScalar>(
    _ dy: Images<S>, to dx: Images<S>, accumulating: Bool, count: Int, team: Team
  ) {
    require(dy.layout.size == dx.layout.channels && dy.layout.isDense)
    require(count <= min(dy.batch, dx.batch))
    team.forEach(count) {
      spreadOverImage(dy.start + $0 * dy.layout.imagePitch, dx, accumulating, $0)
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func averageImage<S: KernelScalar>(
  _ x: Images<S>, _ y: UnsafeMutablePointer<S>, _ image: Int
) {
  let layout = x.layout
  let from = x.start + image * layout.imagePitch
  let positions = S(layout.height * layout.width)
  forEachChannelSum(
    layout, images: 1, 0..<layout.channels, term: { _, at, sum in sum + load(from + at) },
    body: { channel, sum in
      store(sum / positions, y + channel, first: min(8, layout.channels - channel))
    })
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func spreadOverImage<S: KernelScalar>(
  _ dy: UnsafePointer<S>, _ dx: Images<S>, _ accumulating: Bool, _ image: Int
) {
  let layout = dx.layout
  let to = dx.start + image * layout.imagePitch
  let positions = S(layout.height * layout.width)
  forEachVector(layout.channels) { channel, lanes in
    let share = load(dy + channel) / positions
    for row in 0..<layout.height {
      for column in 0..<layout.width {
        let at = to + row * layout.rowPitch + column * layout.pixelPitch + channel
        store(accumulating ? load(at) + share : share, at, first: lanes)
      }
    }
  }
}
