/// The rows over which a tile of a weight gradient sums: positions in rows of images.
struct GradientRows {
  var images: Int
  var xImagePitch: Int
  var yImagePitch: Int
  var rows: Int
  var xRowPitch: Int
  var yRowPitch: Int
  var positions: Int
  var xStep: Int
  var yStep: Int
}

/// Adds Σ x[row, k] ∂y[row, c] over a block of rows to a tile of six products by sixteen channels.
///
/// Twelve accumulators; each step loads two vectors and broadcasts six numbers.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func addWeightGradient6x16<S: KernelScalar>(
  _ block: GradientRows, _ x: UnsafePointer<S>, _ dy: UnsafePointer<S>,
  _ offsets: UnsafePointer<Int32>, products: Int, _ out: UnsafeMutablePointer<S>
) {
  typealias V = SIMD8<S>
  var (a0, a1, b0, b1, c0, c1) = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
  var (d0, d1, e0, e1, f0, f1) = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
  let last = products - 1
  let ka = Int(offsets[0])
  let kb = Int(offsets[min(1, last)])
  let kc = Int(offsets[min(2, last)])
  let kd = Int(offsets[min(3, last)])
  let ke = Int(offsets[min(4, last)])
  let kf = Int(offsets[min(5, last)])
  let step = block.xStep
  for image in 0..<block.images {
    for row in 0..<block.rows {
      let xr = x + image * block.xImagePitch + row * block.xRowPitch
      let (xa, xb, xc, xd, xe, xf) = (xr + ka, xr + kb, xr + kc, xr + kd, xr + ke, xr + kf)
      var g = dy + image * block.yImagePitch + row * block.yRowPitch
      var at = 0
      for _ in 0..<block.positions {
        let (g0, g1) = (load(g), load(g + 8))
        var t = V(repeating: xa[at])
        a0 = a0.addingProduct(t, g0)
        a1 = a1.addingProduct(t, g1)
        t = V(repeating: xb[at])
        b0 = b0.addingProduct(t, g0)
        b1 = b1.addingProduct(t, g1)
        t = V(repeating: xc[at])
        c0 = c0.addingProduct(t, g0)
        c1 = c1.addingProduct(t, g1)
        t = V(repeating: xd[at])
        d0 = d0.addingProduct(t, g0)
        d1 = d1.addingProduct(t, g1)
        t = V(repeating: xe[at])
        e0 = e0.addingProduct(t, g0)
        e1 = e1.addingProduct(t, g1)
        t = V(repeating: xf[at])
        f0 = f0.addingProduct(t, g0)
        f1 = f1.addingProduct(t, g1)
        at += step
        g += block.yStep
      }
    }
  }
  @inline(__always)
  func add(_ index: Int, _ low: V, _ high: V) {
    guard index < products else { return }
    let at = out + index * 16
    store(load(at) + low, at)
    store(load(at + 8) + high, at + 8)
  }
  add(0, a0, a1)
  add(1, b0, b1)
  add(2, c0, c1)
  add(3, d0, d1)
  add(4, e0, e1)
  add(5, f0, f1)
}

/// Adds Σ x[row, k] ∂y[row, c] over a block of rows to a tile of eight products by eight channels.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
func addWeightGradient8x8<S: KernelScalar>(
  _ block: GradientRows, _ x: UnsafePointer<S>, _ dy: UnsafePointer<S>,
  _ offsets: UnsafePointer<Int32>, products: Int, _ out: UnsafeMutablePointer<S>
) {
  typealias V = SIMD8<S>
  var (a, b, c, d) = (V.zero, V.zero, V.zero, V.zero)
  var (e, f, g, h) = (V.zero, V.zero, V.zero, V.zero)
  let last = products - 1
  let ka = Int(offsets[0])
  let kb = Int(offsets[min(1, last)])
  let kc = Int(offsets[min(2, last)])
  let kd = Int(offsets[min(3, last)])
  let ke = Int(offsets[min(4, last)])
  let kf = Int(offsets[min(5, last)])
  let kg = Int(offsets[min(6, last)])
  let kh = Int(offsets[min(7, last)])
  let step = block.xStep
  for image in 0..<block.images {
    for row in 0..<block.rows {
      let xr = x + image * block.xImagePitch + row * block.xRowPitch
      let (xa, xb, xc, xd) = (xr + ka, xr + kb, xr + kc, xr + kd)
      let (xe, xf, xg, xh) = (xr + ke, xr + kf, xr + kg, xr + kh)
      var upstream = dy + image * block.yImagePitch + row * block.yRowPitch
      var at = 0
      for _ in 0..<block.positions {
        let g0 = load(upstream)
        a = a.addingProduct(V(repeating: xa[at]), g0)
        b = b.addingProduct(V(repeating: xb[at]), g0)
        c = c.addingProduct(V(repeating: xc[at]), g0)
        d = d.addingProduct(V(repeating: xd[at]), g0)
        e = e.addingProduct(V(repeating: xe[at]), g0)
        f = f.addingProduct(V(repeating: xf[at]), g0)
        g = g.addingProduct(V(repeating: xg[at]), g0)
        h = h.addingProduct(V(repeating: xh[at]), g0)
        at += step
        upstream += block.yStep
      }
    }
  }
  @inline(__always)
  func add(_ index: Int, _ sum: V) {
    guard index < products else { return }
    store(load(out + index * 8) + sum, out + index * 8)
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
