/// The rows over which an outer product sums: positions in rows of images, in two places.
struct OuterRows {
  var images: Int
  var rows: Int
  var positions: Int
  var leftImagePitch: Int
  var leftRowPitch: Int
  var leftStep: Int
  var rightImagePitch: Int
  var rightRowPitch: Int
  var rightStep: Int

  /// Joins rows, and then images, that follow each other at one distance in both places.
  func joined() -> OuterRows {
    var joined = self
    if positions == 1 || leftRowPitch == positions * leftStep,
      positions == 1 || rightRowPitch == positions * rightStep
    {
      joined.leftStep = positions == 1 ? leftRowPitch : leftStep
      joined.rightStep = positions == 1 ? rightRowPitch : rightStep
      (joined.positions, joined.rows) = (rows * positions, 1)
    }
    guard joined.rows == 1 else { return joined }
    let count = joined.positions
    if count == 1 || leftImagePitch == count * joined.leftStep,
      count == 1 || rightImagePitch == count * joined.rightStep
    {
      joined.leftStep = count == 1 ? leftImagePitch : joined.leftStep
      joined.rightStep = count == 1 ? rightImagePitch : joined.rightStep
      (joined.positions, joined.images) = (images * count, 1)
    }
    return joined
  }
}

/// Adds Σ left[r, offsets[i]] right[r, j] over rows r to `out[i, j]`, for a part of the tiles.
///
/// The sum over the rows of a block of images runs in order, one fused multiply-add each; the blocks' sums are
/// added in order.
///
/// - Parameters:
///   - count: the number of images.
///   - block: the rows of one block of images; the last one may have fewer images.
///   - offsets: where each left number lies from the start of a row; there are `leftCount`.
///   - rightCount: how many right numbers, which follow each other.
///   - pitch: from one row of `out` to the next.
///   - part: which of `outerTiles(leftCount, rightCount)` tiles.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func addOuterProduct<S: KernelScalar>(
  count: Int, block: OuterRows, _ left: UnsafePointer<S>, _ offsets: UnsafePointer<Int32>,
  leftCount: Int, _ right: UnsafePointer<S>, rightCount: Int, _ out: UnsafeMutablePointer<S>,
  pitch: Int, part: Range<Int>
) {
  let panels = Panels(channels: rightCount)
  var first = 0
  while first < count {
    var rows = block
    rows.images = min(block.images, count - first)
    rows = rows.joined()
    let (leftBlock, rightBlock) = (
      left + first * block.leftImagePitch, right + first * block.rightImagePitch
    )
    var start = 0
    for panel in 0..<panels.count {
      let isWide = panels.width(panel) == 16
      let tileRows = isWide ? 6 : 8
      let tiles = (leftCount + tileRows - 1) / tileRows
      let mine = part.clamped(to: start..<start + tiles)
      for tile in mine {
        let k = (tile - start) * tileRows
        let from = rightBlock + 16 * panel
        let to = out + k * pitch + 16 * panel
        let valid = panels.valid(panel)
        if isWide {
          addTile6x16(
            rows, leftBlock, offsets + k, count: min(6, leftCount - k), from, valid: valid, to,
            pitch: pitch)
        } else {
          addTile8x8(
            rows, leftBlock, offsets + k, count: min(8, leftCount - k), from, valid: valid, to,
            pitch: pitch)
        }
      }
      start += tiles
    }
    first += block.images
  }
}

/// The number of tiles of an outer product.
func outerTiles(_ leftCount: Int, _ rightCount: Int) -> Int {
  let panels = Panels(channels: rightCount)
  return (0..<panels.count).reduce(0) {
    let rows = panels.width($1) == 16 ? 6 : 8
    return $0 + (leftCount + rows - 1) / rows
  }
}

/// A tile of six left numbers by sixteen right ones.
@inline(__always)
private func addTile6x16<S: KernelScalar>(
  _ rows: OuterRows, _ left: UnsafePointer<S>, _ offsets: UnsafePointer<Int32>, count: Int,
  _ right: UnsafePointer<S>, valid: Int, _ out: UnsafeMutablePointer<S>, pitch: Int
) {
  typealias V = SIMD8<S>
  var (a0, a1, b0, b1, c0, c1) = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
  var (d0, d1, e0, e1, f0, f1) = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
  let last = count - 1
  let ka = Int(offsets[0])
  let kb = Int(offsets[min(1, last)])
  let kc = Int(offsets[min(2, last)])
  let kd = Int(offsets[min(3, last)])
  let ke = Int(offsets[min(4, last)])
  let kf = Int(offsets[min(5, last)])
  let step = rows.leftStep
  for image in 0..<rows.images {
    for row in 0..<rows.rows {
      let from = left + image * rows.leftImagePitch + row * rows.leftRowPitch
      let (xa, xb, xc) = (from + ka, from + kb, from + kc)
      let (xd, xe, xf) = (from + kd, from + ke, from + kf)
      var v = right + image * rows.rightImagePitch + row * rows.rightRowPitch
      var at = 0
      for _ in 0..<rows.positions {
        let (v0, v1) = (load(v), load(v + 8))
        var t = V(repeating: xa[at])
        a0 = a0.addingProduct(t, v0)
        a1 = a1.addingProduct(t, v1)
        t = V(repeating: xb[at])
        b0 = b0.addingProduct(t, v0)
        b1 = b1.addingProduct(t, v1)
        t = V(repeating: xc[at])
        c0 = c0.addingProduct(t, v0)
        c1 = c1.addingProduct(t, v1)
        t = V(repeating: xd[at])
        d0 = d0.addingProduct(t, v0)
        d1 = d1.addingProduct(t, v1)
        t = V(repeating: xe[at])
        e0 = e0.addingProduct(t, v0)
        e1 = e1.addingProduct(t, v1)
        t = V(repeating: xf[at])
        f0 = f0.addingProduct(t, v0)
        f1 = f1.addingProduct(t, v1)
        at += step
        v += rows.rightStep
      }
    }
  }
  @inline(__always)
  func add(_ index: Int, _ low: V, _ high: V) {
    guard index < count else { return }
    let at = out + index * pitch
    store(load(at) + low, at, first: valid)
    store(load(at + 8) + high, at + 8, first: max(0, valid - 8))
  }
  add(0, a0, a1)
  add(1, b0, b1)
  add(2, c0, c1)
  add(3, d0, d1)
  add(4, e0, e1)
  add(5, f0, f1)
}

/// A tile of eight left numbers by eight right ones.
@inline(__always)
private func addTile8x8<S: KernelScalar>(
  _ rows: OuterRows, _ left: UnsafePointer<S>, _ offsets: UnsafePointer<Int32>, count: Int,
  _ right: UnsafePointer<S>, valid: Int, _ out: UnsafeMutablePointer<S>, pitch: Int
) {
  typealias V = SIMD8<S>
  var (a, b, c, d, e, f) = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
  var (g, h) = (V.zero, V.zero)
  let last = count - 1
  let ka = Int(offsets[0])
  let kb = Int(offsets[min(1, last)])
  let kc = Int(offsets[min(2, last)])
  let kd = Int(offsets[min(3, last)])
  let ke = Int(offsets[min(4, last)])
  let kf = Int(offsets[min(5, last)])
  let kg = Int(offsets[min(6, last)])
  let kh = Int(offsets[min(7, last)])
  let step = rows.leftStep
  for image in 0..<rows.images {
    for row in 0..<rows.rows {
      let from = left + image * rows.leftImagePitch + row * rows.leftRowPitch
      let (xa, xb, xc, xd) = (from + ka, from + kb, from + kc, from + kd)
      let (xe, xf, xg, xh) = (from + ke, from + kf, from + kg, from + kh)
      var v = right + image * rows.rightImagePitch + row * rows.rightRowPitch
      var at = 0
      for _ in 0..<rows.positions {
        let v0 = load(v)
        a = a.addingProduct(V(repeating: xa[at]), v0)
        b = b.addingProduct(V(repeating: xb[at]), v0)
        c = c.addingProduct(V(repeating: xc[at]), v0)
        d = d.addingProduct(V(repeating: xd[at]), v0)
        e = e.addingProduct(V(repeating: xe[at]), v0)
        f = f.addingProduct(V(repeating: xf[at]), v0)
        g = g.addingProduct(V(repeating: xg[at]), v0)
        h = h.addingProduct(V(repeating: xh[at]), v0)
        at += step
        v += rows.rightStep
      }
    }
  }
  @inline(__always)
  func add(_ index: Int, _ sum: V) {
    guard index < count else { return }
    let at = out + index * pitch
    store(load(at) + sum, at, first: valid)
  }
  add(0, a)
  add(1, b)
  add(2, c)
  add(3, d)
  add(4, e)
  add(5, f)
  add(6, g)
  add(7, h)
}
