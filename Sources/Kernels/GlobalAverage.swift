/// The mean over all positions of each channel of batch × positions × channels.
public enum GlobalAverage {
  public static func forward<S: KernelScalar>(
    _ x: View<S>, channels: Int, positions: Int, to y: View<S>, count: Int, team: Team
  ) {
    require(x.count >= count * positions * channels && y.count >= count * channels)
    let (x, y) = (x.pointer, y.pointer)
    team.forEach(count) { image in
      averageColumns(x + image * positions * channels, positions, channels, y + image * channels)
    }
  }

  /// Each position's share of ∂y, written to or added to `dx`.
  public static func gradient<S: KernelScalar>(
    _ dy: View<S>, channels: Int, positions: Int, to dx: View<S>, accumulating: Bool, count: Int,
    team: Team
  ) {
    require(dx.count >= count * positions * channels && dy.count >= count * channels)
    let (dy, dx) = (dy.pointer, dx.pointer)
    team.forEach(count) { image in
      spreadOverRows(
        dy + image * channels, positions, channels, dx + image * positions * channels, accumulating)
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func averageColumns<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ positions: Int, _ channels: Int, _ y: UnsafeMutablePointer<S>
) {
  sumColumns(x, rows: positions, columns: channels, to: y)
  for channel in 0..<channels { y[channel] /= S(positions) }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func spreadOverRows<S: KernelScalar>(
  _ dy: UnsafePointer<S>, _ positions: Int, _ channels: Int, _ dx: UnsafeMutablePointer<S>,
  _ accumulating: Bool
) {
  for channel in 0..<channels {
    let share = dy[channel] / S(positions)
    for position in 0..<positions {
      let at = position * channels + channel
      dx[at] = accumulating ? dx[at] + share : share
    }
  }
}
