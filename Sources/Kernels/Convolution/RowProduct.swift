/// The sums of products of rows with packed weights.
///
/// Row r, channel c gets start + Σ x[r, k] w[k, c]; the sum runs over k in order, one fused multiply-add each.
/// k runs over kernel rows, kernel columns, then channels of x.
struct RowProduct {
  /// The kernel's rows and columns.
  var kernelRows: Int
  var kernelColumns: Int
  /// The channels of x.
  var channels: Int
  /// From one row of x to the next.
  var pitch: Int
  var panels: Panels
  /// Whether negative sums become zero (ReLU); NaN stays.
  var rectified = false
  /// Whether sums start from what is there, and not from the bias.
  var accumulating = false

  /// The products of one sum over the whole kernel.
  var depth: Int { kernelRows * kernelColumns * channels }
}

/// The products summed in registers before a sum is put down, so that their weights stay in the first cache.
private let chunk = 384

/// Computes the rows of a block, group by group.
///
/// - Parameters:
///   - images: the number of images of the block, which may be its last, shorter one.
///   - weights: panel after panel, each k × width.
///   - bias: one number per channel, with the last panel filled up.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func multiply<S: KernelScalar>(
  _ product: RowProduct, _ map: RowMap, images: Int, _ x: UnsafePointer<S>,
  _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>
) {
  let (panels, depth) = (product.panels, product.depth)
  let whole = product.kernelColumns * product.channels
  for group in map.groups {
    let segments = group.kernelRows.count
    let length = group.kernelColumns.count * product.channels
    // Either all kernel rows at once, or pieces of one after another.
    let isWhole = segments * length <= chunk
    let perSegment = isWhole ? 1 : (length + chunk - 1) / chunk
    let pieces = isWhole ? 1 : segments * perSegment
    // Vectors may spill over the next rows where those are written later and in this block.
    let spill =
      group.contiguous && !product.accumulating && panels.count == 1 && pieces == 1
    group.x.withUnsafeBufferPointer { xOffsets in
      group.y.withUnsafeBufferPointer { yOffsets in
        guard let xOffsets = xOffsets.baseAddress, let yOffsets = yOffsets.baseAddress else {
          return
        }
        for piece in 0..<pieces {
          let (segment, part) = (piece / perSegment, piece % perSegment)
          let (from, to) = (part * length / perSegment, (part + 1) * length / perSegment)
          let tiles = RowTiles(
            rows: images * group.rowsPerImage, segments: isWhole ? segments : 1,
            length: to - from, pitch: product.pitch, weightPitch: whole,
            continuing: piece > 0 || product.accumulating,
            rectified: product.rectified && piece == pieces - 1)
          let start = x + segment * product.pitch + from
          let k =
            (group.kernelRows.lowerBound + segment) * whole
            + group.kernelColumns.lowerBound * product.channels + from
          for panel in 0..<panels.count {
            let width = panels.width(panel)
            let w = weights + panel * 16 * depth + k * width
            let valid = panels.valid(panel)
            let (b, out) = (bias + 16 * panel, y + 16 * panel)
            if width == 16 {
              multiply6x16(
                tiles, start, xOffsets, w, b, out, yOffsets, valid: valid, spill: spill)
            } else {
              multiply8x8(
                tiles, start, xOffsets, w, b, out, yOffsets, valid: valid, spill: spill)
            }
          }
        }
      }
    }
  }
}

/// What the tiles of one call sum.
private struct RowTiles {
  var rows: Int
  var segments: Int
  var length: Int
  var pitch: Int
  /// From the weights of one segment to those of the next, in products.
  var weightPitch: Int
  /// Whether sums start from what is there.
  var continuing: Bool
  var rectified: Bool

  /// Writes the first `valid` lanes of a sum, rectified if asked for.
  @inline(__always)
  func finish<S: KernelScalar>(_ sum: SIMD8<S>, _ y: UnsafeMutablePointer<S>, valid: Int) {
    store(rectified ? S.rectified(sum) : sum, y, first: valid)
  }

  /// Calls `body` with the length of a segment, as a constant where it is short: such loops are then unrolled.
  @inline(__always)
  func withLength(_ body: (Int) -> Void) {
    switch length {
    case 3: body(3)
    case 5: body(5)
    case 9: body(9)
    default: body(length)
    }
  }
}

/// Six rows by sixteen channels: twelve accumulators; each step loads two vectors and broadcasts six numbers.
@inline(__always)
private func multiply6x16<S: KernelScalar>(
  _ tiles: RowTiles, _ x: UnsafePointer<S>, _ xOffsets: UnsafePointer<Int32>,
  _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>,
  _ yOffsets: UnsafePointer<Int32>, valid: Int, spill: Bool
) {
  tiles.withLength { length in
    if MemoryLayout<S>.size == 8 {
      // The upper half follows the lower in memory, which is written by then: it must not spill over.
      rows6x8(
        tiles, length, 16, x, xOffsets, weights, bias, y, yOffsets, valid: 8, spill: false)
      return rows6x8(
        tiles, length, 16, x, xOffsets, weights + 8, bias + 8, y + 8, yOffsets,
        valid: valid - 8, spill: false)
    }
    rows6x16(tiles, length, x, xOffsets, weights, bias, y, yOffsets, valid: valid, spill: spill)
  }
}

@inline(__always)
private func rows6x16<S: KernelScalar>(
  _ tiles: RowTiles, _ length: Int, _ x: UnsafePointer<S>, _ xOffsets: UnsafePointer<Int32>,
  _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>,
  _ yOffsets: UnsafePointer<Int32>, valid: Int, spill: Bool
) {
  typealias V = SIMD8<S>
  let (rows, segments, pitch) = (tiles.rows, tiles.segments, tiles.pitch)
  let weightStep = 16 * tiles.weightPitch
  let (bias0, bias1) = (load(bias), load(bias + 8))
  let last = rows - 1
  var row = 0
  while row < rows {
    var (a0, a1, b0, b1, c0, c1) = (bias0, bias1, bias0, bias1, bias0, bias1)
    var (d0, d1, e0, e1, f0, f1) = (bias0, bias1, bias0, bias1, bias0, bias1)
    if tiles.continuing {
      let ya = y + Int(yOffsets[row])
      let yb = y + Int(yOffsets[min(row + 1, last)])
      let yc = y + Int(yOffsets[min(row + 2, last)])
      let yd = y + Int(yOffsets[min(row + 3, last)])
      let ye = y + Int(yOffsets[min(row + 4, last)])
      let yf = y + Int(yOffsets[min(row + 5, last)])
      (a0, a1, b0, b1) = (load(ya), load(ya + 8), load(yb), load(yb + 8))
      (c0, c1, d0, d1) = (load(yc), load(yc + 8), load(yd), load(yd + 8))
      (e0, e1, f0, f1) = (load(ye), load(ye + 8), load(yf), load(yf + 8))
    }
    var xa = x + Int(xOffsets[row])
    var xb = x + Int(xOffsets[min(row + 1, last)])
    var xc = x + Int(xOffsets[min(row + 2, last)])
    var xd = x + Int(xOffsets[min(row + 3, last)])
    var xe = x + Int(xOffsets[min(row + 4, last)])
    var xf = x + Int(xOffsets[min(row + 5, last)])
    var w = weights
    for _ in 0..<segments {
      for k in 0..<length {
        let (w0, w1) = (load(w + 16 * k), load(w + 16 * k + 8))
        var t = V(repeating: xa[k])
        a0 = a0.addingProduct(t, w0)
        a1 = a1.addingProduct(t, w1)
        t = V(repeating: xb[k])
        b0 = b0.addingProduct(t, w0)
        b1 = b1.addingProduct(t, w1)
        t = V(repeating: xc[k])
        c0 = c0.addingProduct(t, w0)
        c1 = c1.addingProduct(t, w1)
        t = V(repeating: xd[k])
        d0 = d0.addingProduct(t, w0)
        d1 = d1.addingProduct(t, w1)
        t = V(repeating: xe[k])
        e0 = e0.addingProduct(t, w0)
        e1 = e1.addingProduct(t, w1)
        t = V(repeating: xf[k])
        f0 = f0.addingProduct(t, w0)
        f1 = f1.addingProduct(t, w1)
      }
      w += weightStep
      xa += pitch
      xb += pitch
      xc += pitch
      xd += pitch
      xe += pitch
      xf += pitch
    }
    let isWhole = (valid == 16 || spill) && (row + 5) * valid + 16 <= rows * valid
    let (place, left) = (yOffsets + row, rows - row)
    @inline(__always)
    func put(_ index: Int, _ low: V, _ high: V) {
      guard index < left else { return }
      let at = y + Int(place[index])
      tiles.finish(low, at, valid: 8)
      tiles.finish(high, at + 8, valid: isWhole ? 8 : valid - 8)
    }
    put(0, a0, a1)
    put(1, b0, b1)
    put(2, c0, c1)
    put(3, d0, d1)
    put(4, e0, e1)
    put(5, f0, f1)
    row += 6
  }
}

/// Eight rows by eight channels: eight accumulators; each step loads one vector and broadcasts eight numbers.
@inline(__always)
private func multiply8x8<S: KernelScalar>(
  _ tiles: RowTiles, _ x: UnsafePointer<S>, _ xOffsets: UnsafePointer<Int32>,
  _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>,
  _ yOffsets: UnsafePointer<Int32>, valid: Int, spill: Bool
) {
  tiles.withLength { length in
    if MemoryLayout<S>.size == 8 {
      return rows6x8(
        tiles, length, 8, x, xOffsets, weights, bias, y, yOffsets, valid: valid, spill: spill)
    }
    rows8x8(tiles, length, x, xOffsets, weights, bias, y, yOffsets, valid: valid, spill: spill)
  }
}

@inline(__always)
private func rows8x8<S: KernelScalar>(
  _ tiles: RowTiles, _ length: Int, _ x: UnsafePointer<S>, _ xOffsets: UnsafePointer<Int32>,
  _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>,
  _ yOffsets: UnsafePointer<Int32>, valid: Int, spill: Bool
) {
  typealias V = SIMD8<S>
  let (rows, segments, pitch) = (tiles.rows, tiles.segments, tiles.pitch)
  let weightStep = 8 * tiles.weightPitch
  let bias0 = load(bias)
  let last = rows - 1
  var row = 0
  while row < rows {
    var (a, b, c, d, e, f, g, h) = (
      bias0, bias0, bias0, bias0, bias0, bias0, bias0, bias0
    )
    if tiles.continuing {
      a = load(y + Int(yOffsets[row]))
      b = load(y + Int(yOffsets[min(row + 1, last)]))
      c = load(y + Int(yOffsets[min(row + 2, last)]))
      d = load(y + Int(yOffsets[min(row + 3, last)]))
      e = load(y + Int(yOffsets[min(row + 4, last)]))
      f = load(y + Int(yOffsets[min(row + 5, last)]))
      g = load(y + Int(yOffsets[min(row + 6, last)]))
      h = load(y + Int(yOffsets[min(row + 7, last)]))
    }
    var xa = x + Int(xOffsets[row])
    var xb = x + Int(xOffsets[min(row + 1, last)])
    var xc = x + Int(xOffsets[min(row + 2, last)])
    var xd = x + Int(xOffsets[min(row + 3, last)])
    var xe = x + Int(xOffsets[min(row + 4, last)])
    var xf = x + Int(xOffsets[min(row + 5, last)])
    var xg = x + Int(xOffsets[min(row + 6, last)])
    var xh = x + Int(xOffsets[min(row + 7, last)])
    var w = weights
    for _ in 0..<segments {
      for k in 0..<length {
        let w0 = load(w + 8 * k)
        a = a.addingProduct(V(repeating: xa[k]), w0)
        b = b.addingProduct(V(repeating: xb[k]), w0)
        c = c.addingProduct(V(repeating: xc[k]), w0)
        d = d.addingProduct(V(repeating: xd[k]), w0)
        e = e.addingProduct(V(repeating: xe[k]), w0)
        f = f.addingProduct(V(repeating: xf[k]), w0)
        g = g.addingProduct(V(repeating: xg[k]), w0)
        h = h.addingProduct(V(repeating: xh[k]), w0)
      }
      w += weightStep
      xa += pitch
      xb += pitch
      xc += pitch
      xd += pitch
      xe += pitch
      xf += pitch
      xg += pitch
      xh += pitch
    }
    let isWhole = (valid == 8 || spill) && (row + 7) * valid + 8 <= rows * valid
    let (place, left) = (yOffsets + row, rows - row)
    @inline(__always)
    func put(_ index: Int, _ sum: V) {
      guard index < left else { return }
      tiles.finish(sum, y + Int(place[index]), valid: isWhole ? 8 : valid)
    }
    put(0, a)
    put(1, b)
    put(2, c)
    put(3, d)
    put(4, e)
    put(5, f)
    put(6, g)
    put(7, h)
    row += 8
  }
}

/// Six rows by eight channels in double precision: twelve registers of sums, as six by sixteen take in single; each
/// step loads two and broadcasts six numbers. Each sum is what the larger tiles make it, bit for bit.
///
/// - Parameter width: from the weights of one product to those of the next.
@inline(__always)
private func rows6x8<S: KernelScalar>(
  _ tiles: RowTiles, _ length: Int, _ width: Int, _ x: UnsafePointer<S>,
  _ xOffsets: UnsafePointer<Int32>, _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>,
  _ y: UnsafeMutablePointer<S>, _ yOffsets: UnsafePointer<Int32>, valid: Int, spill: Bool
) {
  typealias V = SIMD8<S>
  let (rows, segments, pitch) = (tiles.rows, tiles.segments, tiles.pitch)
  let weightStep = width * tiles.weightPitch
  let bias0 = load(bias)
  let last = rows - 1
  var row = 0
  while row < rows {
    var (a, b, c, d, e, f) = (bias0, bias0, bias0, bias0, bias0, bias0)
    if tiles.continuing {
      a = load(y + Int(yOffsets[row]))
      b = load(y + Int(yOffsets[min(row + 1, last)]))
      c = load(y + Int(yOffsets[min(row + 2, last)]))
      d = load(y + Int(yOffsets[min(row + 3, last)]))
      e = load(y + Int(yOffsets[min(row + 4, last)]))
      f = load(y + Int(yOffsets[min(row + 5, last)]))
    }
    var xa = x + Int(xOffsets[row])
    var xb = x + Int(xOffsets[min(row + 1, last)])
    var xc = x + Int(xOffsets[min(row + 2, last)])
    var xd = x + Int(xOffsets[min(row + 3, last)])
    var xe = x + Int(xOffsets[min(row + 4, last)])
    var xf = x + Int(xOffsets[min(row + 5, last)])
    var w = weights
    for _ in 0..<segments {
      for k in 0..<length {
        let w0 = load(w + width * k)
        a = a.addingProduct(V(repeating: xa[k]), w0)
        b = b.addingProduct(V(repeating: xb[k]), w0)
        c = c.addingProduct(V(repeating: xc[k]), w0)
        d = d.addingProduct(V(repeating: xd[k]), w0)
        e = e.addingProduct(V(repeating: xe[k]), w0)
        f = f.addingProduct(V(repeating: xf[k]), w0)
      }
      w += weightStep
      xa += pitch
      xb += pitch
      xc += pitch
      xd += pitch
      xe += pitch
      xf += pitch
    }
    let isWhole = valid == 8 || (spill && (row + 5) * valid + 8 <= rows * valid)
    let (place, left) = (yOffsets + row, rows - row)
    @inline(__always)
    func put(_ index: Int, _ sum: V) {
      guard index < left else { return }
      tiles.finish(sum, y + Int(place[index]), valid: isWhole ? 8 : valid)
    }
    put(0, a)
    put(1, b)
    put(2, c)
    put(3, d)
    put(4, e)
    put(5, f)
    row += 6
  }
}
