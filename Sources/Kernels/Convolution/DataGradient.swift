/// ∂x of a convolution from ∂y, as convolutions of ∂y with parts of the flipped kernels.
///
/// Position i of x takes part in output q through kernel row a + s·t where i + padding = s·(q + t) + a, s
/// the stride. Positions with one remainder a (and likewise for columns) form a phase; each phase is a
/// convolution of ∂y with stride 1 and the kernel's rows a, a + s, …, last first.
final class DataGradient<S: KernelScalar> {
  private let shape: ConvolutionShape
  private let border: Border
  private let padded: View<S>?
  private let phases: [Phase<S>]
  private let panels: Panels
  private let zeros: View<S>

  struct Phase<Scalar: KernelScalar> {
    let rows: RowMap
    /// The kernel rows of this phase in the order of ∂y's rows, and the columns.
    let kernelRows: [Int]
    let kernelColumns: [Int]
    /// Where each product's weight lies from the weight of output 0, input 0.
    let weightOffsets: [Int32]
    let weights: View<Scalar>
  }

  init(_ shape: ConvolutionShape, batch: Int) {
    self.shape = shape
    panels = Panels(channels: shape.inputs)
    zeros = View(zeros: 16 * panels.count)
    let (stride, kernel, padding) = (shape.stride, shape.kernel, shape.padding)
    let lead = (kernel + stride - 1) / stride - 1
    let below = max(0, (shape.height - 1 + padding) / stride - (shape.outHeight - 1))
    let after = max(0, (shape.width - 1 + padding) / stride - (shape.outWidth - 1))
    border = Border(
      above: lead, below: below, before: lead * shape.outputs, after: after * shape.outputs)
    let height = lead + shape.outHeight + below
    let width = lead + shape.outWidth + after
    let isPadded = lead + below + after > 0
    padded = isPadded ? View(zeros: batch * height * width * shape.outputs) : nil

    var phases: [Phase<S>] = []
    for rowPhase in 0..<stride {
      for columnPhase in 0..<stride {
        let kernelRows = Array(stride_(from: rowPhase, kernel, stride).reversed())
        let kernelColumns = Array(stride_(from: columnPhase, kernel, stride).reversed())
        var positions: [(x: Int, y: Int)] = []
        for row in 0..<shape.height where (row + padding) % stride == rowPhase {
          for column in 0..<shape.width where (column + padding) % stride == columnPhase {
            let firstRow = lead + (row + padding) / stride - max(0, kernelRows.count - 1)
            let firstColumn = lead + (column + padding) / stride - max(0, kernelColumns.count - 1)
            positions.append(
              (
                (firstRow * width + firstColumn) * shape.outputs,
                (row * shape.width + column) * shape.inputs
              ))
          }
        }
        if positions.isEmpty { continue }
        var offsets: [Int32] = []
        for row in kernelRows {
          for column in kernelColumns {
            for output in 0..<shape.outputs {
              offsets.append(Int32(output * shape.depth + row * kernel + column))
            }
          }
        }
        phases.append(
          Phase(
            rows: RowMap(
              images: shape.imagesPerBlock(rows: 48, positions: positions.count),
              xImagePitch: height * width * shape.outputs,
              yImagePitch: shape.height * shape.width * shape.inputs, channels: shape.inputs,
              positions: positions),
            kernelRows: kernelRows, kernelColumns: kernelColumns, weightOffsets: offsets,
            weights: View(zeros: panels.packedCount(depth: offsets.count))))
      }
    }
    self.phases = phases
  }

  func pack(weights source: View<S>) {
    for phase in phases {
      packPanels(
        source.pointer, channelStride: shape.kernel * shape.kernel, phase.weightOffsets, panels,
        phase.weights.pointer)
    }
  }

  func apply(_ dy: View<S>, to dx: View<S>, accumulating: Bool, count: Int, team: Team) {
    var source = dy
    if let padded {
      copyPadded(
        dy.pointer, height: shape.outHeight, rowLength: shape.outWidth * shape.outputs,
        to: padded.pointer, border: border, count: count, team)
      source = padded
    }
    let pitch = border.before + shape.outWidth * shape.outputs + border.after
    for phase in phases {
      let product = RowProduct<S>(
        segments: phase.kernelRows.count, length: phase.kernelColumns.count * shape.outputs,
        pitch: pitch, panels: panels, accumulating: accumulating,
        contiguous: phase.rows.contiguous)
      Kernels.apply(
        product, phase.rows, source.pointer, phase.weights.pointer, zeros.pointer, dx.pointer,
        count, team)
    }
  }
}

/// The numbers from a first one below a bound, a stride apart.
private func stride_(from first: Int, _ bound: Int, _ step: Int) -> [Int] {
  Array(stride(from: first, to: bound, by: step))
}
