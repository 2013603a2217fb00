/// Rows of a product: where each reads and writes, for the rows of an image that sum over the same part of a kernel.
///
/// Kernel rows and columns that lie beside the image are left out of the sums.
struct RowGroup {
  /// The part of the kernel.
  let kernelRows: Range<Int>
  let kernelColumns: Range<Int>
  /// Row r of a block reads from `x[r]`, at its first kernel row and column, and writes from `y[r]`.
  let x: [Int32]
  let y: [Int32]
  /// Rows of one image.
  let rowsPerImage: Int
  /// Whether each row is written right behind the one before.
  let contiguous: Bool
}

/// The rows of a block of images, in groups.
struct RowMap {
  let groups: [RowGroup]
  /// Images in a block.
  let images: Int
  let xPitch: Int
  let yPitch: Int

  /// Along one side of an image, what a position sums over and where it lies.
  struct Position {
    /// Its part of the kernel.
    var kernel: Range<Int>
    /// The first row or column it reads, and the one it writes.
    var x: Int
    var y: Int
  }

  /// - Parameters:
  ///   - rows: the positions along the height.
  ///   - columns: the positions along the width.
  init(x: ImageLayout, y: ImageLayout, rows: [Position], columns: [Position]) {
    images = imagesPerBlock(size: y.size)
    (xPitch, yPitch) = (images * x.imagePitch, images * y.imagePitch)
    require(max(xPitch, yPitch) <= Int(Int32.max), "a block of images is too large")
    var groups: [RowGroup] = []
    for kernelRows in Self.parts(rows) {
      for kernelColumns in Self.parts(columns) {
        var (xs, ys): ([Int32], [Int32]) = ([], [])
        for image in 0..<images {
          for row in rows where row.kernel == kernelRows {
            for column in columns where column.kernel == kernelColumns {
              xs.append(
                Int32(image * x.imagePitch + row.x * x.rowPitch + column.x * x.channels))
              ys.append(
                Int32(image * y.imagePitch + row.y * y.rowPitch + column.y * y.pixelPitch))
            }
          }
        }
        groups.append(
          RowGroup(
            kernelRows: kernelRows, kernelColumns: kernelColumns, x: xs, y: ys,
            rowsPerImage: xs.count / images,
            contiguous: ys.indices.dropFirst().allSatisfy {
              ys[$0] == ys[$0 - 1] + Int32(y.channels)
            }))
      }
    }
    self.groups = groups
  }

  private static func parts(_ positions: [Position]) -> [Range<Int>] {
    positions.map(\.kernel).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

/// How many images a kernel works on at once: a number fixed by the numbers of an image that it makes.
func imagesPerBlock(size: Int) -> Int { max(1, 32768 / size) }
