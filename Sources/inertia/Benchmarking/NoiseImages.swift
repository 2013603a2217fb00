import Datasets
import Networks
import Randomness

extension ImageDataset {
  /// Images of noise for timing, of any shape, which another program can make too.
  ///
  /// Words of the stream (seed 0, synthetic, index 3): first ⌈n / 4⌉ words whose bytes, the lowest of a word
  /// first, are the n bytes of all pixels, image × row × column × channel; subindex 1 has a word for each
  /// label, which is its remainder by the number of classes, at most 256. The one test image is the first image.
  static func noise(_ shape: Shape, count: Int, classes: Int = 10) -> ImageDataset {
    var (bytes, draws) = (
      RandomStream(seed: 0, purpose: .synthetic, index: 3),
      RandomStream(seed: 0, purpose: .synthetic, index: 3, subindex: 1)
    )
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * shape.count + 3)
    while pixels.count < count * shape.count {
      let word = bytes.nextWord()
      for shift in [0, 8, 16, 24] as [UInt32] { pixels.append(UInt8(word >> shift & 255)) }
    }
    pixels.removeLast(pixels.count - count * shape.count)
    let labels = (0..<count).map { _ in UInt8(draws.nextWord() % UInt32(min(classes, 256))) }
    let train = ImageSet(
      pixels: pixels, labels: labels, channels: shape.channels, height: shape.height,
      width: shape.width)
    return ImageDataset(
      name: "noise", train: train, test: train.prefix(1), classes: classes,
      mean: Array(repeating: 0.5, count: shape.channels),
      standardDeviation: Array(repeating: 0.25, count: shape.channels))
  }
}
