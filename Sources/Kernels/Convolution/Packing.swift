/// Packs weights into panels of channels: for each panel, product after product, one vector of channels.
///
/// Product k of channel c is taken from `source[c * channelStride + offsets[k]]`; channels that do not exist
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

/// Packs weights whose products follow each other in the source: the product at place p of each channel becomes
/// product `products[p]`.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func packTransposed<S: KernelScalar>(
  _ source: UnsafePointer<S>, _ products: [Int32], _ panels: Panels,
  _ packed: UnsafeMutablePointer<S>
) {
  let depth = products.count
  for panel in 0..<panels.count {
    let (width, valid) = (panels.width(panel), panels.valid(panel))
    let out = packed + 16 * panel * depth
    for half in stride(from: 0, to: width, by: 8) {
      let from = source + (16 * panel + half) * depth
      let channels = max(0, min(8, valid - half))
      var place = 0
      if channels == 8 {
        while place + 8 <= depth {
          let columns = transposed(from + place, pitch: depth)
          @inline(__always)
          func put(_ index: Int, _ v: SIMD8<S>) {
            store(v, out + Int(products[place + index]) * width + half)
          }
          put(0, columns.0)
          put(1, columns.1)
          put(2, columns.2)
          put(3, columns.3)
          put(4, columns.4)
          put(5, columns.5)
          put(6, columns.6)
          put(7, columns.7)
          place += 8
        }
      }
      while place < depth {
        let to = out + Int(products[place]) * width + half
        for channel in 0..<8 {
          to[channel] = channel < channels ? from[channel * depth + place] : 0
        }
        place += 1
      }
    }
  }
}

/// The columns of the 8 × 8 numbers from an address on.
@inline(__always)
func transposed<S: KernelScalar>(
  _ x: UnsafePointer<S>, pitch: Int
) -> (
  SIMD8<S>, SIMD8<S>, SIMD8<S>, SIMD8<S>, SIMD8<S>, SIMD8<S>, SIMD8<S>, SIMD8<S>
) {
  // Each round parts the even from the odd lanes of two vectors, whose numbers differ in one bit: the lowest,
  // then the next. After three rounds element (i, j) is at (j, i).
  @inline(__always)
  func parted(_ a: SIMD8<S>, _ b: SIMD8<S>) -> (SIMD8<S>, SIMD8<S>) {
    let both = SIMD16<S>(lowHalf: a, highHalf: b)
    return (both.evenHalf, both.oddHalf)
  }
  let (a0, a1) = parted(load(x), load(x + pitch))
  let (a2, a3) = parted(load(x + 2 * pitch), load(x + 3 * pitch))
  let (a4, a5) = parted(load(x + 4 * pitch), load(x + 5 * pitch))
  let (a6, a7) = parted(load(x + 6 * pitch), load(x + 7 * pitch))
  let (b0, b2) = parted(a0, a2)
  let (b1, b3) = parted(a1, a3)
  let (b4, b6) = parted(a4, a6)
  let (b5, b7) = parted(a5, a7)
  let (c0, c4) = parted(b0, b4)
  let (c1, c5) = parted(b1, b5)
  let (c2, c6) = parted(b2, b6)
  let (c3, c7) = parted(b3, b7)
  return (c0, c1, c2, c3, c4, c5, c6, c7)
}

/// Puts products × channels back: product k of channel c goes to `target[c * products + offsets[k]]`.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func unpackProducts<S: KernelScalar>(
  _ sums: UnsafePointer<S>, _ offsets: [Int32], channels: Int, _ target: UnsafeMutablePointer<S>
) {
  let depth = offsets.count
  for first in stride(from: 0, to: channels, by: 16) {
    let end = min(first + 16, channels)
    for k in 0..<depth {
      let to = target + Int(offsets[k])
      for channel in first..<end { to[channel * depth] = sums[k * channels + channel] }
    }
  }
}
