/// Packs weights into panels: for each panel of channels, product after product, one vector of channels.
///
/// Element (k, channel c) is taken from `source[c * channelStride + offsets[k]]`; channels that do not exist
/// are zero.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func packPanels<S: KernelScalar>(
  _ source: UnsafePointer<S>, channelStride: Int, _ offsets: [Int32], _ panels: Panels,
  _ packed: UnsafeMutablePointer<S>
) {
  var out = packed
  for panel in 0..<panels.count {
    let (width, valid) = (panels.width(panel), panels.valid(panel))
    let first = source + 16 * panel * channelStride
    for offset in offsets {
      let from = first + Int(offset)
      for channel in 0..<valid { out[channel] = from[channel * channelStride] }
      for channel in valid..<max(valid, width) { out[channel] = 0 }
      out += width
    }
  }
}

/// Puts packed panels back: element (k, channel c) goes to `target[c * channelStride + offsets[k]]`.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func unpackPanels<S: KernelScalar>(
  _ packed: UnsafePointer<S>, _ offsets: [Int32], _ panels: Panels,
  _ target: UnsafeMutablePointer<S>, channelStride: Int
) {
  var from = packed
  for panel in 0..<panels.count {
    let (width, valid) = (panels.width(panel), panels.valid(panel))
    let first = target + 16 * panel * channelStride
    for offset in offsets {
      let to = first + Int(offset)
      for channel in 0..<valid { to[channel * channelStride] = from[channel] }
      from += width
    }
  }
}

/// How many zeros surround each image: rows above and below, numbers before and after each row.
struct Border {
  var above: Int
  var below: Int
  var before: Int
  var after: Int
}

/// Copies images into the middle of larger ones, whose border is left alone.
func copyPadded<S: KernelScalar>(
  _ source: UnsafePointer<S>, height: Int, rowLength: Int, to target: UnsafeMutablePointer<S>,
  border: Border, count: Int, _ team: Team
) {
  let pitch = border.before + rowLength + border.after
  let imagePitch = (border.above + height + border.below) * pitch
  team.forEach(count) { image in
    let from = source + image * height * rowLength
    let to = target + image * imagePitch + border.above * pitch + border.before
    for row in 0..<height {
      (to + row * pitch).update(from: from + row * rowLength, count: rowLength)
    }
  }
}
