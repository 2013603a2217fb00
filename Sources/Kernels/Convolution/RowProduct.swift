/// The sums of products of a block of rows with packed weights.
///
/// Row r, channel c gets bias[c] + Σ x[r, k] w[k, c]; the sum runs over k in order, one fused multiply-add
/// each. k runs over `segments` runs of `length` numbers each, `pitch` apart.
struct RowProduct<S: KernelScalar> {
  var segments: Int
  var length: Int
  var pitch: Int
  var panels: Panels
  /// Whether negative sums become zero (ReLU); NaN stays.
  var rectified = false
  /// Whether sums are added to what is there.
  var accumulating = false
  /// Whether rows are written one right behind the other.
  var contiguous: Bool
}

extension RowProduct {
  /// Computes `rows` rows.
  ///
  /// - Parameters:
  ///   - x: where the block's input begins; row r reads from `xOffsets[r]`.
  ///   - weights: panel after panel, each k × width.
  ///   - bias: one number per channel, with the last panel filled up.
  ///   - y: where the block's output begins; row r writes from `yOffsets[r]`.
  func callAsFunction(
    rows: Int, _ x: UnsafePointer<S>, _ xOffsets: UnsafePointer<Int32>,
    _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>,
    _ yOffsets: UnsafePointer<Int32>
  ) {
    for panel in 0..<panels.count {
      let w = weights + panel * 16 * segments * length
      let b = bias + panel * 16
      let valid = panels.valid(panel)
      // Vectors may spill over the next rows where those are written later and in this block.
      let spill = contiguous && !accumulating && panels.count == 1
      if panels.width(panel) == 16 {
        multiply6x16(
          self, rows, x, xOffsets, w, b, y + panel * 16, yOffsets, valid: valid, spill: spill)
      } else {
        multiply8x8(
          self, rows, x, xOffsets, w, b, y + panel * 16, yOffsets, valid: valid, spill: spill)
      }
    }
  }

  /// Writes or adds the first `valid` lanes of a sum, rectified if asked for.
  @inline(__always)
  func finish(_ sum: SIMD8<S>, _ y: UnsafeMutablePointer<S>, valid: Int) {
    // Lanes past the valid ones may be read, and are not written.
    var sum = accumulating ? load(y) + sum : sum
    if rectified { sum = S.rectified(sum) }
    store(sum, y, first: valid)
  }
}

/// Six rows by sixteen channels: twelve accumulators; each step loads two vectors and broadcasts six numbers.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func multiply6x16<S: KernelScalar>(
  _ product: RowProduct<S>, _ rows: Int, _ x: UnsafePointer<S>, _ xOffsets: UnsafePointer<Int32>,
  _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>,
  _ yOffsets: UnsafePointer<Int32>, valid: Int, spill: Bool
) {
  typealias V = SIMD8<S>
  let (segments, length, pitch) = (product.segments, product.length, product.pitch)
  let (bias0, bias1) = (load(bias), load(bias + 8))
  let last = rows - 1
  var row = 0
  while row < rows {
    var (a0, a1, b0, b1, c0, c1) = (bias0, bias1, bias0, bias1, bias0, bias1)
    var (d0, d1, e0, e1, f0, f1) = (bias0, bias1, bias0, bias1, bias0, bias1)
    var xa = x + Int(xOffsets[row])
    var xb = x + Int(xOffsets[min(row + 1, last)])
    var xc = x + Int(xOffsets[min(row + 2, last)])
    var xd = x + Int(xOffsets[min(row + 3, last)])
    var xe = x + Int(xOffsets[min(row + 4, last)])
    var xf = x + Int(xOffsets[min(row + 5, last)])
    var w = weights
    for _ in 0..<segments {
      for k in 0..<length {
        let (w0, w1) = (load(w), load(w + 8))
        w += 16
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
      xa += pitch
      xb += pitch
      xc += pitch
      xd += pitch
      xe += pitch
      xf += pitch
    }
    let isWhole = (valid == 16 || spill) && (row + 5) * valid + 16 <= rows * valid
    @inline(__always)
    func put(_ index: Int, _ low: V, _ high: V) {
      guard row + index < rows else { return }
      let at = y + Int(yOffsets[row + index])
      product.finish(low, at, valid: 8)
      product.finish(high, at + 8, valid: isWhole ? 8 : valid - 8)
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
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func multiply8x8<S: KernelScalar>(
  _ product: RowProduct<S>, _ rows: Int, _ x: UnsafePointer<S>, _ xOffsets: UnsafePointer<Int32>,
  _ weights: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>,
  _ yOffsets: UnsafePointer<Int32>, valid: Int, spill: Bool
) {
  typealias V = SIMD8<S>
  let (segments, length, pitch) = (product.segments, product.length, product.pitch)
  let bias0 = load(bias)
  let last = rows - 1
  var row = 0
  while row < rows {
    var (a, b, c, d, e, f, g, h) = (
      bias0, bias0, bias0, bias0, bias0, bias0, bias0, bias0
    )
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
        let w0 = load(w)
        w += 8
        a = a.addingProduct(V(repeating: xa[k]), w0)
        b = b.addingProduct(V(repeating: xb[k]), w0)
        c = c.addingProduct(V(repeating: xc[k]), w0)
        d = d.addingProduct(V(repeating: xd[k]), w0)
        e = e.addingProduct(V(repeating: xe[k]), w0)
        f = f.addingProduct(V(repeating: xf[k]), w0)
        g = g.addingProduct(V(repeating: xg[k]), w0)
        h = h.addingProduct(V(repeating: xh[k]), w0)
      }
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
    @inline(__always)
    func put(_ index: Int, _ sum: V) {
      guard row + index < rows else { return }
      product.finish(sum, y + Int(yOffsets[row + index]), valid: isWhole ? 8 : valid)
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
