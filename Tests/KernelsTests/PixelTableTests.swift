import Kernels
import Testing

@Suite struct PixelTableTests {
  /// One 2 × 3 image of one channel: 1 2 3 / 4 5 6, with byte 0 as black.
  private func convert(down: Int, right: Int, mirrored: Bool) -> [Double] {
    let table = PixelTable<Double>(mean: [0], standardDeviation: [1 / 255])
    let batch = Images<Double>(
      zeros: ImageLayout(channels: 1, height: 2, width: 3, border: 1), batch: 2)
    let pixels: [UInt8] = [9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6]
    table.convert(
      pixels.span, image: 1,
      variation: PixelTable.Variation(down: down, right: right, mirrored: mirrored), to: batch,
      sample: 1)
    #expect(batch.array.prefix(6).allSatisfy { $0 == 0 })
    return batch.array.suffix(6).map { $0.rounded() }
  }

  @Test func imagesAreMovedThenMirrored() {
    #expect(convert(down: 0, right: 0, mirrored: false) == [1, 2, 3, 4, 5, 6])
    #expect(convert(down: 0, right: 0, mirrored: true) == [3, 2, 1, 6, 5, 4])
    #expect(convert(down: 1, right: 0, mirrored: false) == [0, 0, 0, 1, 2, 3])
    #expect(convert(down: -1, right: 1, mirrored: false) == [0, 4, 5, 0, 0, 0])
    #expect(convert(down: 0, right: 1, mirrored: true) == [2, 1, 0, 5, 4, 0])
  }

  @Test func bytesAreNormalisedByChannel() {
    let table = PixelTable<Float>(mean: [0.5, 0.25], standardDeviation: [0.5, 2])
    let batch = Images<Float>(
      zeros: ImageLayout(channels: 2, height: 1, width: 2), batch: 1)
    let pixels: [UInt8] = [0, 255, 255, 0]
    table.convert(pixels.span, image: 0, variation: .none, to: batch, sample: 0)
    #expect(batch.array == [-1, 0.375, 1, -0.125])
  }
}
