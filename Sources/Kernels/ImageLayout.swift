/// How a batch of images lies in memory: image × row × column × channel, each image in a border of zeros.
///
/// A convolution with padding reads the border of its input, so that nothing is copied for it.
public struct ImageLayout: Hashable, Sendable {
  public let channels: Int
  public let height: Int
  public let width: Int
  /// Zeros around each image, in pixels.
  public let border: Int

  public init(channels: Int, height: Int, width: Int, border: Int = 0) {
    require(channels > 0 && height > 0 && width > 0 && border >= 0)
    (self.channels, self.height, self.width) = (channels, height, width)
    self.border = border
  }

  /// The numbers of one image, without its border.
  public var size: Int { height * width * channels }
  /// The numbers of a row, without its border.
  var rowLength: Int { width * channels }
  /// From one row to the next.
  var rowPitch: Int { (width + 2 * border) * channels }
  /// From one image to the next.
  var imagePitch: Int { (height + 2 * border) * rowPitch }
  /// Where the first pixel of the first image lies.
  var origin: Int { border * (rowPitch + channels) }

  /// The same images with another border.
  public func with(border: Int) -> ImageLayout {
    ImageLayout(channels: channels, height: height, width: width, border: border)
  }
}

/// A batch of images in memory.
public struct Images<S: KernelScalar>: @unchecked Sendable {
  /// All numbers, those of borders too.
  public let numbers: View<S>
  public let layout: ImageLayout
  /// The largest number of images.
  public let batch: Int

  public init(_ numbers: View<S>, _ layout: ImageLayout) {
    (self.numbers, self.layout, batch) = (numbers, layout, numbers.count / layout.imagePitch)
    require(numbers.count == batch * layout.imagePitch)
  }

  /// Memory for so many black images.
  public init(zeros layout: ImageLayout, batch: Int) {
    self.init(View(zeros: batch * layout.imagePitch), layout)
  }

  /// The first pixel of the first image.
  var start: UnsafeMutablePointer<S> { numbers.pointer + layout.origin }

  /// The numbers of all images without their borders, in order.
  public var array: [S] {
    var result: [S] = []
    for image in 0..<batch {
      for row in 0..<layout.height {
        let from = start + image * layout.imagePitch + row * layout.rowPitch
        result += UnsafeBufferPointer(start: from, count: layout.rowLength)
      }
    }
    return result
  }

  /// Replaces the numbers of all images, given in order and without borders.
  public func copy(from values: [S]) {
    require(values.count == batch * layout.size)
    for image in 0..<batch {
      for row in 0..<layout.height {
        let to = start + image * layout.imagePitch + row * layout.rowPitch
        let from = (image * layout.height + row) * layout.rowLength
        for index in 0..<layout.rowLength { to[index] = values[from + index] }
      }
    }
  }
}

/// Numbers of a batch that lie together in memory.
struct ImageRun {
  let image: Int
  let row: Int
  /// Where it begins in its row, or in the batch if images have no border.
  let start: Int
  let length: Int
}

extension ImageLayout {
  /// Where a run begins, from the first pixel of the first image on.
  @inline(__always)
  func place(_ run: ImageRun) -> Int {
    run.image * imagePitch + run.row * rowPitch + run.start
  }
}

extension Team {
  /// Calls `body` for all runs of `count` images that lie together in each of two or three layouts of one size.
  @inline(__always)
  func forEachRun(
    _ count: Int, _ x: ImageLayout, _ y: ImageLayout, _ z: ImageLayout? = nil,
    body: (ImageRun) -> Void
  ) {
    let z = z ?? y
    require(x.size == y.size && y.size == z.size)
    require(x.rowLength == y.rowLength && y.rowLength == z.rowLength)
    if x.border == 0 && y.border == 0 && z.border == 0 {
      let all = count * x.size
      forEach((all + 4095) / 4096) { part in
        body(ImageRun(image: 0, row: 0, start: 4096 * part, length: min(4096, all - 4096 * part)))
      }
    } else {
      forEach(count) { image in
        for row in 0..<x.height {
          body(ImageRun(image: image, row: row, start: 0, length: x.rowLength))
        }
      }
    }
  }
}
