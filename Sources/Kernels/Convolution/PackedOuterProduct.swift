/// The sums of ``addOuterProduct(count:block:_:_:leftCount:_:rightCount:_:pitch:part:)`` for many right numbers:
/// both sides are first copied to where the tiles read them one after another.
///
/// Numbers a power of two apart share a few places of the first cache; copies do not. A block is as many rows of
/// images as make 128 positions.
final class PackedOuterProduct<S: KernelScalar> {
  /// Panels of right numbers from which copying pays.
  static var fewestPanels: Int { 4 }

  private let leftCount: Int
  private let rightCount: Int
  private let panels: Int
  /// Rows of images in a block, and their positions.
  private let rows: Int
  private let positions: Int
  /// Panel × position × 16 right numbers of a block.
  private let right: View<S>
  /// Thread × position × 8 left numbers of a block, from the first call on.
  private var left = View<S>(zeros: 0)

  /// - Parameter width: the positions of a row of an image.
  init(leftCount: Int, rightCount: Int, width: Int) {
    (self.leftCount, self.rightCount) = (leftCount, rightCount)
    panels = (rightCount + 15) / 16
    rows = max(1, 128 / width)
    positions = rows * width
    right = View(zeros: panels * positions * 16)
  }

  /// Adds Σ left[r, offsets[i]] right[r, j] over rows r to `out[i, j]`.
  ///
  /// - Parameters:
  ///   - count: the number of images.
  ///   - places: how the rows of one image lie in memory.
  func add(
    count: Int, _ places: OuterRows, _ numbers: UnsafePointer<S>, _ offsets: UnsafePointer<Int32>,
    _ source: UnsafePointer<S>, to out: UnsafeMutablePointer<S>, team: Team
  ) {
    if left.count < team.threads * positions * 8 {
      self.left = View(zeros: team.threads * positions * 8)
    }
    let scratch = self.left.pointer
    let all = count * places.rows
    var first = 0
    while first < all {
      let block = first..<min(first + rows, all)
      let packed = right.pointer
      team.forEachPart(of: panels) { part in
        for panel in part {
          packRight(
            places, block, source + 16 * panel, packed + panel * positions * 16)
        }
      }
      let tiles = (leftCount + 5) / 6
      let parts = min(team.threads, tiles)
      team.forEach(parts) { part in
        addTiles(
          places, block, numbers, offsets, tiles * part / parts..<tiles * (part + 1) / parts,
          leftCount: leftCount, packed, panelPitch: positions * 16, rightCount: rightCount, out,
          scratch + part * positions * 8)
      }
      first += rows
    }
  }
}

/// Calls `body` with where each row of a block begins on the left and on the right.
@inline(__always)
private func forEachRow(_ places: OuterRows, _ block: Range<Int>, _ body: (Int, Int) -> Void) {
  for row in block {
    let (image, line) = (row / places.rows, row % places.rows)
    body(
      image * places.leftImagePitch + line * places.leftRowPitch,
      image * places.rightImagePitch + line * places.rightRowPitch)
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func packRight<S: KernelScalar>(
  _ places: OuterRows, _ block: Range<Int>, _ source: UnsafePointer<S>,
  _ packed: UnsafeMutablePointer<S>
) {
  var to = packed
  forEachRow(places, block) { _, start in
    var from = source + start
    for _ in 0..<places.positions {
      store(load(from), to)
      store(load(from + 8), to + 8)
      from += places.rightStep
      to += 16
    }
  }
}

/// Copies six left numbers of each position of a block, eight places apart.
@inline(__always)
private func packLeft<S: KernelScalar>(
  _ places: OuterRows, _ block: Range<Int>, _ source: UnsafePointer<S>,
  _ offsets: UnsafePointer<Int32>, count: Int, _ packed: UnsafeMutablePointer<S>
) {
  var to = packed
  let isRun = count == 6 && offsets[5] == offsets[0] + 5
  forEachRow(places, block) { start, _ in
    var from = source + start
    for _ in 0..<places.positions {
      if isRun {
        store(load(from + Int(offsets[0])), to)
      } else {
        for index in 0..<count { to[index] = from[Int(offsets[index])] }
      }
      from += places.leftStep
      to += 8
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func addTiles<S: KernelScalar>(
  _ places: OuterRows, _ block: Range<Int>, _ left: UnsafePointer<S>,
  _ offsets: UnsafePointer<Int32>, _ part: Range<Int>, leftCount: Int, _ right: UnsafePointer<S>,
  panelPitch: Int, rightCount: Int, _ out: UnsafeMutablePointer<S>,
  _ scratch: UnsafeMutablePointer<S>
) {
  for tile in part {
    let k = 6 * tile
    let count = min(6, leftCount - k)
    packLeft(places, block, left, offsets + k, count: count, scratch)
    for panel in 0..<(rightCount + 15) / 16 {
      addTile(
        scratch, right + panel * panelPitch, positions: block.count * places.positions,
        count: count, valid: min(16, rightCount - 16 * panel),
        out + k * rightCount + 16 * panel, pitch: rightCount)
    }
  }
}

/// Six left numbers by sixteen right ones, from copies.
@inline(__always)
private func addTile<S: KernelScalar>(
  _ left: UnsafePointer<S>, _ right: UnsafePointer<S>, positions: Int, count: Int, valid: Int,
  _ out: UnsafeMutablePointer<S>, pitch: Int
) {
  typealias V = SIMD8<S>
  var (a0, a1, b0, b1, c0, c1) = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
  var (d0, d1, e0, e1, f0, f1) = (V.zero, V.zero, V.zero, V.zero, V.zero, V.zero)
  var (x, v) = (left, right)
  for _ in 0..<positions {
    let (v0, v1) = (load(v), load(v + 8))
    var t = V(repeating: x[0])
    a0 = a0.addingProduct(t, v0)
    a1 = a1.addingProduct(t, v1)
    t = V(repeating: x[1])
    b0 = b0.addingProduct(t, v0)
    b1 = b1.addingProduct(t, v1)
    t = V(repeating: x[2])
    c0 = c0.addingProduct(t, v0)
    c1 = c1.addingProduct(t, v1)
    t = V(repeating: x[3])
    d0 = d0.addingProduct(t, v0)
    d1 = d1.addingProduct(t, v1)
    t = V(repeating: x[4])
    e0 = e0.addingProduct(t, v0)
    e1 = e1.addingProduct(t, v1)
    t = V(repeating: x[5])
    f0 = f0.addingProduct(t, v0)
    f1 = f1.addingProduct(t, v1)
    x += 8
    v += 16
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
