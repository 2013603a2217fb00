/// Moves numbers between layouts. Images lie as height × width × channels.
public enum Layout {
  /// Each image from height × width × channels to channels × height × width, PyTorch's order.
  public static func channelsFirst<S: KernelScalar>(
    _ x: View<S>, channels: Int, positions: Int, to y: View<S>, count: Int, team: Team
  ) {
    require(x.count >= count * channels * positions && y.count >= count * channels * positions)
    let (x, y) = (x.pointer, y.pointer)
    team.forEach(count) { image in
      let at = image * channels * positions
      transpose(x + at, rows: positions, columns: channels, to: y + at)
    }
  }

  /// Each image from channels × height × width to height × width × channels, written to or added to `y`.
  public static func channelsLast<S: KernelScalar>(
    _ x: View<S>, channels: Int, positions: Int, to y: View<S>, accumulating: Bool, count: Int,
    team: Team
  ) {
    require(x.count >= count * channels * positions && y.count >= count * channels * positions)
    let (x, y) = (x.pointer, y.pointer)
    team.forEach(count) { image in
      let at = image * channels * positions
      if accumulating {
        for position in 0..<positions {
          for channel in 0..<channels {
            y[at + position * channels + channel] += x[at + channel * positions + position]
          }
        }
      } else {
        transpose(x + at, rows: channels, columns: positions, to: y + at)
      }
    }
  }

  /// Copies the channels of x into some of the channels of y.
  public static func insertChannels<S: KernelScalar>(
    _ x: View<S>, channels: Int, to y: View<S>, at offset: Int, of all: Int, rows: Int, team: Team
  ) {
    require(x.count >= rows * channels && y.count >= rows * all && offset + channels <= all)
    let (x, y) = (x.pointer, y.pointer)
    team.forEachPart(of: rows) { part in
      for row in part {
        (y + row * all + offset).update(from: x + row * channels, count: channels)
      }
    }
  }

  /// Copies some of the channels of y into x, or adds them.
  public static func extractChannels<S: KernelScalar>(
    _ y: View<S>, at offset: Int, of all: Int, to x: View<S>, channels: Int, accumulating: Bool,
    rows: Int, team: Team
  ) {
    require(x.count >= rows * channels && y.count >= rows * all && offset + channels <= all)
    let (x, y) = (x.pointer, y.pointer)
    team.forEachPart(of: rows) { part in
      for row in part {
        let (from, to) = (y + row * all + offset, x + row * channels)
        if accumulating {
          for channel in 0..<channels { to[channel] += from[channel] }
        } else {
          to.update(from: from, count: channels)
        }
      }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func transpose<S: KernelScalar>(
  _ x: UnsafePointer<S>, rows: Int, columns: Int, to y: UnsafeMutablePointer<S>
) {
  for column in 0..<columns {
    for row in 0..<rows { y[column * rows + row] = x[row * columns + column] }
  }
}
