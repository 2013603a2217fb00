/// A 2-D convolution and its gradients, planned once for a shape and a largest batch.
///
/// Weights are outputs × inputs × kernel × kernel in the parameter vector and packed into panels of
/// vectors before use. Each output is bias + Σ over kernel row, kernel column, then input channel, one
/// fused multiply-add each, whatever the number of threads.
public final class Convolution<S: KernelScalar> {
  public let shape: ConvolutionShape
  let batch: Int
  let panels: Panels
  /// Packed weights, and the bias filled up to whole panels.
  private let weights: View<S>
  private let bias: View<S>
  /// The input with its zero border, if there is one.
  private let padded: View<S>?
  private let rows: RowMap
  /// Where product k lies in the weights of one output channel, and in the (padded) input from a row's start.
  private let weightOffsets: [Int32]
  private let inputOffsets: [Int32]
  private let gradientPanels: View<S>
  private var dataGradient: DataGradient<S>?

  /// - Parameters:
  ///   - batch: the largest number of images.
  ///   - needsInputGradient: whether `inputGradient` will be asked for; the first layer's is not.
  public init(_ shape: ConvolutionShape, batch: Int, needsInputGradient: Bool) {
    (self.shape, self.batch) = (shape, batch)
    panels = Panels(channels: shape.outputs)
    weights = View(zeros: panels.packedCount(depth: shape.depth))
    gradientPanels = View(zeros: panels.packedCount(depth: shape.depth))
    bias = View(zeros: 16 * panels.count)
    let height = shape.height + 2 * shape.padding
    let width = shape.width + 2 * shape.padding
    let (inputs, kernel) = (shape.inputs, shape.kernel)
    padded = shape.padding > 0 ? View(zeros: batch * height * width * inputs) : nil
    rows = RowMap(
      images: shape.imagesPerBlock(rows: 48, positions: shape.positions),
      xImagePitch: height * width * inputs, yImagePitch: shape.positions * shape.outputs,
      channels: shape.outputs,
      positions: (0..<shape.positions).map { position in
        let (row, column) = (position / shape.outWidth, position % shape.outWidth)
        return ((row * width + column) * shape.stride * inputs, position * shape.outputs)
      })
    var (weightOffsets, inputOffsets): ([Int32], [Int32]) = ([], [])
    for row in 0..<kernel {
      for column in 0..<kernel {
        for channel in 0..<inputs {
          weightOffsets.append(Int32((channel * kernel + row) * kernel + column))
          inputOffsets.append(Int32((row * width + column) * inputs + channel))
        }
      }
    }
    (self.weightOffsets, self.inputOffsets) = (weightOffsets, inputOffsets)
    dataGradient = needsInputGradient ? DataGradient(shape, batch: batch) : nil
  }

  /// Packs the weights, and the bias if there is one, for the calls that follow.
  public func pack(weights source: View<S>, bias sourceBias: View<S>?, forGradient: Bool) {
    require(source.count == shape.outputs * shape.depth)
    packPanels(
      source.pointer, channelStride: shape.depth, weightOffsets, panels, weights.pointer)
    if let sourceBias { bias.copy(from: sourceBias) }
    if forGradient { dataGradient?.pack(weights: source) }
  }

  /// y = bias + x ∗ w for `count` images, then ReLU if `rectified`.
  public func forward(_ x: View<S>, to y: View<S>, count: Int, rectified: Bool, team: Team) {
    let source = padInput(x, count: count, team: team)
    let product = RowProduct<S>(
      segments: shape.kernel, length: shape.kernel * shape.inputs,
      pitch: (shape.width + 2 * shape.padding) * shape.inputs, panels: panels,
      rectified: rectified, contiguous: rows.contiguous)
    apply(product, rows, source.pointer, weights.pointer, bias.pointer, y.pointer, count, team)
  }

  /// ∂x from ∂y, written to or added to `dx`.
  ///
  /// - Precondition: it was planned for and the weights packed for it.
  public func inputGradient(
    _ dy: View<S>, to dx: View<S>, accumulating: Bool, count: Int, team: Team
  ) {
    guard let dataGradient else { fatalError("the input gradient was not planned for") }
    dataGradient.apply(dy, to: dx, accumulating: accumulating, count: count, team: team)
  }

  /// ∂w, and ∂bias if there is one, from the x of the last `forward` and ∂y.
  public func weightGradient(
    _ x: View<S>, _ dy: View<S>, to dw: View<S>, bias db: View<S>?, count: Int, team: Team
  ) {
    let source = padded ?? x
    gradientPanels.fill(0)
    let images = shape.imagesPerBlock(rows: 256, positions: shape.positions)
    let (xPitch, yPitch) = (
      (shape.height + 2 * shape.padding) * (shape.width + 2 * shape.padding) * shape.inputs,
      shape.positions * shape.outputs
    )
    team.forEachPart(of: (0..<panels.count).reduce(0) { $0 + tiles($1) }) { part in
      var first = 0
      while first < count {
        let block = gradientRows(images: min(images, count - first), xPitch, yPitch)
        let xBlock = source.pointer + first * xPitch
        let yBlock = dy.pointer + first * yPitch
        var start = 0
        for panel in 0..<panels.count {
          let mine = part.clamped(to: start..<start + tiles(panel))
          for tile in mine {
            addTile(panel, (tile - start) * tileProducts(panel), block, xBlock, yBlock + 16 * panel)
          }
          start += tiles(panel)
        }
        first += images
      }
    }
    unpackPanels(
      gradientPanels.pointer, weightOffsets, panels, dw.pointer, channelStride: shape.depth)
    if let db {
      sumColumns(
        dy.pointer, rows: count * shape.positions, columns: shape.outputs, to: db.pointer)
    }
  }

  private func tileProducts(_ panel: Int) -> Int { panels.width(panel) == 16 ? 6 : 8 }

  private func tiles(_ panel: Int) -> Int {
    (shape.depth + tileProducts(panel) - 1) / tileProducts(panel)
  }

  private func addTile(
    _ panel: Int, _ k: Int, _ block: GradientRows, _ x: UnsafePointer<S>, _ dy: UnsafePointer<S>
  ) {
    let out = gradientPanels.pointer + panel * 16 * shape.depth + k * panels.width(panel)
    inputOffsets.withUnsafeBufferPointer { offsets in
      let start = offsets.baseAddress! + k
      let products = shape.depth - k
      if panels.width(panel) == 16 {
        addWeightGradient6x16(block, x, dy, start, products: min(6, products), out)
      } else {
        addWeightGradient8x8(block, x, dy, start, products: min(8, products), out)
      }
    }
  }

  /// The rows of a block of images; where all positions lie at one distance they are one row.
  private func gradientRows(images: Int, _ xPitch: Int, _ yPitch: Int) -> GradientRows {
    let step = shape.stride * shape.inputs
    let row = shape.stride * (shape.width + 2 * shape.padding) * shape.inputs
    var block = GradientRows(
      images: images, xImagePitch: xPitch, yImagePitch: yPitch, rows: shape.outHeight,
      xRowPitch: row, yRowPitch: shape.outWidth * shape.outputs, positions: shape.outWidth,
      xStep: step, yStep: shape.outputs)
    if shape.outWidth == 1 || row == shape.outWidth * step {
      (block.positions, block.rows) = (shape.positions, 1)
      block.xStep = shape.outWidth == 1 ? row : step
    }
    if block.rows == 1, shape.positions == 1 || xPitch == shape.positions * block.xStep {
      block.xStep = shape.positions == 1 ? xPitch : block.xStep
      (block.positions, block.images) = (images * shape.positions, 1)
    }
    return block
  }

  private func padInput(_ x: View<S>, count: Int, team: Team) -> View<S> {
    guard let padded else { return x }
    copyPadded(
      x.pointer, height: shape.height, rowLength: shape.width * shape.inputs, to: padded.pointer,
      border: Border(
        above: shape.padding, below: shape.padding, before: shape.padding * shape.inputs,
        after: shape.padding * shape.inputs),
      count: count, team)
    return padded
  }
}

/// Runs a product over all blocks of a batch.
func apply<S: KernelScalar>(
  _ product: RowProduct<S>, _ map: RowMap, _ x: UnsafePointer<S>, _ weights: UnsafePointer<S>,
  _ bias: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>, _ count: Int, _ team: Team
) {
  let blocks = (count + map.images - 1) / map.images
  map.x.withUnsafeBufferPointer { xOffsets in
    map.y.withUnsafeBufferPointer { yOffsets in
      guard let xStart = xOffsets.baseAddress, let yStart = yOffsets.baseAddress else { return }
      team.forEach(blocks) { block in
        let images = min(map.images, count - block * map.images)
        product(
          rows: images * map.rowsPerImage, x + block * map.xPitch, xStart, weights, bias,
          y + block * map.yPitch, yStart)
      }
    }
  }
}
