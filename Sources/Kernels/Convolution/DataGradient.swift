/// ∂x of a convolution from ∂y, as convolutions of ∂y with parts of the flipped kernels.
///
/// Position i of x takes part in output q through kernel row a + s·t where i + padding = s·(q + t) + a, s
/// the stride. Positions with one remainder a (and likewise for columns) form a phase; each phase is a
/// convolution of ∂y with stride 1 and the kernel's rows a, a + s, …, last first.
final class DataGradient<S: KernelScalar> {
  private let phases: [Phase]
  private let panels: Panels
  private let zeros: View<S>
  private let kernelSize: Int

  private struct Phase {
    let product: RowProduct
    let rows: RowMap
    /// Where each product's weight lies from the weight of output 0, input 0.
    let weightOffsets: [Int32]
    let weights: View<S>
  }

  /// - Parameters:
  ///   - dy: how ∂y lies in memory.
  ///   - dx: how ∂x lies in memory.
  init(_ shape: ConvolutionShape, dy: ImageLayout, dx: ImageLayout) {
    panels = Panels(channels: shape.inputs)
    zeros = View(zeros: 16 * panels.count)
    kernelSize = shape.kernel * shape.kernel
    var phases: [Phase] = []
    for rowPhase in 0..<shape.stride {
      for columnPhase in 0..<shape.stride {
        let kernelRows = Self.kernel(shape, phase: rowPhase)
        let kernelColumns = Self.kernel(shape, phase: columnPhase)
        let rows = Self.positions(shape, phase: rowPhase, shape.height, shape.outHeight)
        let columns = Self.positions(shape, phase: columnPhase, shape.width, shape.outWidth)
        if rows.isEmpty || columns.isEmpty { continue }
        var offsets: [Int32] = []
        for row in kernelRows {
          for column in kernelColumns {
            for output in 0..<shape.outputs {
              offsets.append(Int32(output * shape.depth + row * shape.kernel + column))
            }
          }
        }
        phases.append(
          Phase(
            product: RowProduct(
              kernelRows: kernelRows.count, kernelColumns: kernelColumns.count,
              channels: shape.outputs, pitch: dy.rowPitch, panels: panels),
            rows: RowMap(x: dy, y: dx, rows: rows, columns: columns), weightOffsets: offsets,
            weights: View(zeros: panels.packedCount(depth: offsets.count))))
      }
    }
    self.phases = phases
  }

  /// The kernel's rows or columns of a phase, in the order in which they meet those of ∂y.
  private static func kernel(_ shape: ConvolutionShape, phase: Int) -> [Int] {
    Array(stride(from: phase, to: shape.kernel, by: shape.stride).reversed())
  }

  /// The rows or columns of ∂x of a phase: number t of the kernel's meets row or column `x` + t of ∂y.
  private static func positions(
    _ shape: ConvolutionShape, phase: Int, _ size: Int, _ outSize: Int
  ) -> [RowMap.Position] {
    let count = kernel(shape, phase: phase).count
    return (0..<size).filter { ($0 + shape.padding) % shape.stride == phase }.map { at in
      let first = (at + shape.padding) / shape.stride - max(0, count - 1)
      let start = min(count, max(0, -first))
      let kernel = start..<max(start, min(count, outSize - first))
      return RowMap.Position(kernel: kernel, x: kernel.isEmpty ? 0 : first + start, y: at)
    }
  }

  func pack(weights source: View<S>) {
    for phase in phases {
      packPanels(
        source.pointer, channelStride: kernelSize, phase.weightOffsets, panels,
        phase.weights.pointer)
    }
  }

  func apply(_ dy: Images<S>, to dx: Images<S>, accumulating: Bool, count: Int, team: Team) {
    // A phase that no product reaches is zero.
    for phase in phases where phase.product.depth > 0 || !accumulating {
      var product = phase.product
      product.accumulating = accumulating
      let (map, weights) = (phase.rows, phase.weights.pointer)
      let (source, target, bias) = (dy.start, dx.start, zeros.pointer)
      team.forEach((count + map.images - 1) / map.images) { block in
        multiply(
          product, map, images: min(map.images, count - block * map.images),
          source + block * map.xPitch, weights, bias, target + block * map.yPitch)
      }
    }
  }
}
