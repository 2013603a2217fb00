/// A 2-D convolution and its gradients, planned once for a shape and for where its images lie.
///
/// Weights are outputs × inputs × kernel × kernel in the parameter vector and packed into panels of
/// vectors before use. Each output is bias + Σ over kernel row, kernel column, then input channel, one
/// fused multiply-add each, whatever the number of threads.
public final class Convolution<S: KernelScalar> {
  public let shape: ConvolutionShape
  /// How x, y, ∂y and ∂x lie in memory.
  private let layouts: (x: ImageLayout, y: ImageLayout, dy: ImageLayout, dx: ImageLayout?)
  private let product: RowProduct
  private let rows: RowMap
  /// Packed weights, and the bias filled up to whole panels.
  private let weights: View<S>
  private let bias: View<S>
  /// Which product the weight at each place of one output channel belongs to, and the inverse.
  private let products: [Int32]
  private let weightOffsets: [Int32]
  /// Where product k lies in x, from a position's start.
  private let inputOffsets: [Int32]
  /// ∂w as products × outputs, before it is put into its own order; a linear layer needs none.
  private let sums: View<S>?

  /// The numbers of memory that a convolution works in, which others may use between its calls.
  public static func workspace(_ shape: ConvolutionShape) -> Int {
    isVectorProduct(shape) ? 0 : shape.depth * shape.outputs
  }

  /// Whether ∂w needs no other order, as a linear layer's.
  private static func isVectorProduct(_ shape: ConvolutionShape) -> Bool {
    shape.kernel == 1 && shape.positions == 1 && shape.padding == 0
  }
  private let packedSums: PackedOuterProduct<S>?
  private let dataGradient: DataGradient<S>?

  /// - Parameters:
  ///   - x: how x lies in memory, with at least the border that the shape asks for.
  ///   - y: how y lies in memory.
  ///   - dy: how ∂y lies in memory.
  ///   - dx: how ∂x lies in memory; `nil` if it will not be asked for, as for the first layer.
  ///   - workspace: at least ``workspace(_:)`` numbers.
  public init(
    _ shape: ConvolutionShape, x: ImageLayout, y: ImageLayout, dy: ImageLayout, dx: ImageLayout?,
    workspace: View<S>
  ) {
    require(x.border >= shape.padding && x.size == shape.inputLayout.size)
    require(y.size == shape.outputLayout.size && dy.size == y.size)
    // A kernel's row is one run of numbers.
    require(x.isDense && dy.isDense && dx?.isDense ?? true)
    (self.shape, layouts) = (shape, (x, y, dy, dx))
    let (kernel, inputs, padding) = (shape.kernel, shape.inputs, shape.padding)
    let panels = Panels(channels: shape.outputs)
    product = RowProduct(
      kernelRows: kernel, kernelColumns: kernel, channels: inputs, pitch: x.rowPitch,
      panels: panels)
    weights = View(zeros: panels.packedCount(depth: shape.depth))
    bias = View(zeros: 16 * panels.count)
    // For few channels it is quicker to sum over the border too.
    let isCut = inputs >= 8
    func positions(_ size: Int, _ outSize: Int) -> [RowMap.Position] {
      (0..<outSize).map { at in
        let first = at * shape.stride - padding
        guard isCut else { return RowMap.Position(kernel: 0..<kernel, x: first, y: at) }
        let start = min(kernel, max(0, -first))
        let kernel = start..<max(start, min(kernel, size - first))
        return RowMap.Position(kernel: kernel, x: kernel.isEmpty ? 0 : first + start, y: at)
      }
    }
    rows = RowMap(
      x: x, y: y, rows: positions(shape.height, shape.outHeight),
      columns: positions(shape.width, shape.outWidth))
    var products = [Int32](repeating: 0, count: shape.depth)
    var (weightOffsets, inputOffsets): ([Int32], [Int32]) = ([], [])
    for row in 0..<kernel {
      for column in 0..<kernel {
        for channel in 0..<inputs {
          let place = (channel * kernel + row) * kernel + column
          products[place] = Int32(weightOffsets.count)
          weightOffsets.append(Int32(place))
          inputOffsets.append(
            Int32((row - padding) * x.rowPitch + (column - padding) * x.channels + channel))
        }
      }
    }
    (self.products, self.weightOffsets) = (products, weightOffsets)
    if Self.isVectorProduct(shape) {
      // ∂y's numbers are then the left ones of the outer product, and its result is in order.
      self.inputOffsets = (0..<Int32(shape.outputs)).map { $0 }
      sums = nil
    } else {
      self.inputOffsets = inputOffsets
      sums = workspace[0..<Self.workspace(shape)]
    }
    let (left, right) = sums == nil ? (shape.outputs, inputs) : (shape.depth, shape.outputs)
    let isMany = right > 16 * (PackedOuterProduct<S>.fewestPanels - 1)
    packedSums =
      isMany
      ? PackedOuterProduct(leftCount: left, rightCount: right, width: shape.outWidth) : nil
    dataGradient = dx.map { DataGradient(shape, dy: dy, dx: $0) }
  }

  /// Packs the weights, and the bias if there is one, for the calls that follow.
  public func pack(weights source: View<S>, bias sourceBias: View<S>?, forGradient: Bool) {
    require(source.count == shape.outputs * shape.depth)
    packTransposed(source.pointer, products, product.panels, weights.pointer)
    if let sourceBias { bias.copy(from: sourceBias) }
    if forGradient { dataGradient?.pack(weights: source) }
  }

  /// y = bias + x ∗ w for `count` images, then ReLU if `rectified`.
  ///
  /// - Parameter moments: takes in y's mean and variance, block by block while it is in the cache.
  public func forward(
    _ x: Images<S>, to y: Images<S>, count: Int, rectified: Bool, moments: ChannelMoments<S>?,
    team: Team
  ) {
    require(count <= x.batch && count <= y.batch)
    require(x.layout == layouts.x && y.layout == layouts.y)
    require((moments?.imagesPerBlock ?? rows.images) == rows.images)
    var product = product
    product.rectified = rectified
    let (source, target) = (x.start, y.start)
    let (map, weights, bias) = (rows, weights.pointer, bias.pointer)
    team.forEach((count + map.images - 1) / map.images) { block in
      let images = min(map.images, count - block * map.images)
      multiply(
        product, map, images: images, source + block * map.xPitch, weights, bias,
        target + block * map.yPitch)
      moments?.take(block: block, images: images, of: y)
    }
  }

  /// ∂x from ∂y, written to or added to `dx`.
  ///
  /// - Precondition: it was planned for and the weights packed for it.
  public func inputGradient(
    _ dy: Images<S>, to dx: Images<S>, accumulating: Bool, count: Int, team: Team
  ) {
    guard let dataGradient else { fatalError("the input gradient was not planned for") }
    require(count <= dy.batch && count <= dx.batch)
    require(dy.layout == layouts.dy && dx.layout == layouts.dx)
    dataGradient.apply(dy, to: dx, accumulating: accumulating, count: count, team: team)
  }

  /// ∂w, and ∂bias if there is one, from x and ∂y.
  public func weightGradient(
    _ x: Images<S>, _ dy: Images<S>, to dw: View<S>, bias db: View<S>?, count: Int, team: Team
  ) {
    require(count <= x.batch && count <= dy.batch)
    require(x.layout == layouts.x && dy.layout == layouts.dy)
    require(
      dw.count == shape.outputs * shape.depth && (db?.count ?? shape.outputs) == shape.outputs)
    if let sums {
      sums.fill(0)
      addProducts(
        rows(left: x.layout, step: shape.stride, right: dy.layout), x.start, shape.depth, dy.start,
        shape.outputs, to: sums.pointer, count, team)
      unpackProducts(sums.pointer, weightOffsets, channels: shape.outputs, dw.pointer)
    } else {
      dw.fill(0)
      addProducts(
        rows(left: dy.layout, step: 1, right: x.layout), dy.start, shape.outputs, x.start,
        shape.inputs, to: dw.pointer, count, team)
    }
    if let db { sumChannels(dy, count: count, to: db.pointer, team) }
  }

  /// The rows of a block of images.
  private func rows(left: ImageLayout, step: Int, right: ImageLayout) -> OuterRows {
    OuterRows(
      images: max(1, 256 / shape.positions),
      rows: shape.outHeight, positions: shape.outWidth, leftImagePitch: left.imagePitch,
      leftRowPitch: step * left.rowPitch, leftStep: step * left.channels,
      rightImagePitch: right.imagePitch, rightRowPitch: right.rowPitch,
      rightStep: right.channels)
  }

  private func addProducts(
    _ block: OuterRows, _ left: UnsafePointer<S>, _ leftCount: Int, _ right: UnsafePointer<S>,
    _ rightCount: Int, to out: UnsafeMutablePointer<S>, _ count: Int, _ team: Team
  ) {
    inputOffsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      if let packedSums {
        return packedSums.add(count: count, block, left, offsets, right, to: out, team: team)
      }
      team.forEachPart(of: outerTiles(leftCount, rightCount)) { part in
        addOuterProduct(
          count: count, block: block, left, offsets, leftCount: leftCount, right,
          rightCount: rightCount, out, pitch: rightCount, part: part)
      }
    }
  }
}
