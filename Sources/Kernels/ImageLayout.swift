/// How a batch of images lies in memory: image × row × column × channel, each image in a border of zeros.
///
/// A convolution with padding reads the border of its input, so that nothing is copied for it.
public struct ImageLayout: Hashable, Sendable {
  public let channels: Int
  public let height: Int
  public let width: Int
  /// Zeros around each image, in pixels.
  public let border: Int
  /// From one pixel to the next: more than `channels` where these are some of the channels of wider images.
  public let pixelPitch: Int

  public init(channels: Int, height: Int, width: Int, border: Int = 0) {
    self.init(
      channels: channels, height: height, width: width, border: border, pixelPitch: channels)
  }

  private init(channels: Int, height: Int, width: Int, border: Int, pixelPitch: Int) {
    require(channels > 0 && height > 0 && width > 0 && border >= 0 && pixelPitch >= channels)
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.border, self.pixelPitch) = (border, pixelPitch)
  }

  /// Some of the channels of these images.
  func part(channels: Int) -> ImageLayout {
    ImageLayout(
      channels: channels, height: height, width: width, border: border, pixelPitch: pixelPitch)
  }

  /// Whether a row's numbers follow each other.
  var isDense: Bool { pixelPitch == channels }

  /// The numbers of one image, without its border.
  public var size: Int { height * width * channels }
  /// The numbers of a row, without its border.
  var rowLength: Int { width * channels }
  /// From one row to the next.
  var rowPitch: Int { (width + 2 * border) * pixelPitch }
  /// The numbers of one image with its border, from one image to the next.
  public var imagePitch: Int { (height + 2 * border) * rowPitch }
  /// Where the first pixel of the first image lies.
  var origin: Int { border * (rowPitch + pixelPitch) }

  /// Images of the same shape with this border, and nothing else between them.
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
  /// Which of the wider images' channels is the first of these.
  private let firstChannel: Int

  public init(_ numbers: View<S>, _ layout: ImageLayout) {
    require(layout.isDense)
    (self.numbers, self.layout, batch) = (numbers, layout, numbers.count / layout.imagePitch)
    firstChannel = 0
    require(numbers.count == batch * layout.imagePitch)
  }

  private init(of whole: Images, channels: Range<Int>) {
    require(channels.lowerBound >= 0 && channels.upperBound <= whole.layout.channels)
    (numbers, layout) = (whole.numbers, whole.layout.part(channels: channels.count))
    (batch, firstChannel) = (whole.batch, whole.firstChannel + channels.lowerBound)
  }

  /// Some of the channels, in the same memory.
  public func channels(_ range: Range<Int>) -> Images { Images(of: self, channels: range) }

  /// Memory for so many black images.
  public init(zeros layout: ImageLayout, batch: Int) {
    self.init(View(zeros: batch * layout.imagePitch), layout)
  }

  /// The first pixel of the first image.
  var start: UnsafeMutablePointer<S> { numbers.pointer + layout.origin + firstChannel }

  /// The numbers of all images without their borders, in order.
  public var array: [S] {
    require(layout.isDense)
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
    require(values.count == batch * layout.size && layout.isDense)
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
    require(x.size == y.size && y.size == z.size && x.isDense && y.isDense && z.isDense)
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
