import Datasets
import Diffusion
import Optimizers
import Studies
import Testing
import Training

@Suite struct SimulationTests {
  /// Two channels of one colour each are, pooled, two pixels of grey.
  @Test func `small networks see each channel of a pixel`() throws {
    let colors: [[UInt8]] = [[10, 200], [90, 30], [250, 0], [40, 140], [170, 60]]
    let labels: [UInt8] = [0, 1, 0, 1, 1]
    func measured(_ pixels: [UInt8], channels: Int, side: (Int, Int), pool: Int) throws -> [Double]?
    {
      let images = ImageSet(
        pixels: pixels, labels: labels, channels: channels, height: side.0, width: side.1)
      let dataset = ImageDataset(
        name: "few", train: images, test: images, classes: 2,
        mean: Array(repeating: 0, count: channels),
        standardDeviation: Array(repeating: 1, count: channels))
      let network = SmallNetwork(hidden: 2, pool: pool, l2: 0.1, descent: 2000)
      let escape = NetworkEscape(
        network: network, threshold: 0.1, every: 1, sharpness: [1], batches: [1], limit: 5,
        replicas: 3)
      let cell = Cell(
        simulation: .networkEscape(escape),
        dataset: DatasetIdentity(
          name: "few", train: 5, test: 5, digest: "", mean: dataset.mean,
          standardDeviation: dataset.standardDeviation, channels: channels, height: side.0,
          width: side.1, classes: 2),
        optimizer: .sgd(SGD(learningRate: 0.1, weightDecay: 0)), seed: 0)
      let record = try simulate(cell, on: dataset, threads: 1) { _ in true }
      return record.measurements[0][variable: "minimum"]
    }
    let grey = try measured(colors.flatMap { $0 }, channels: 1, side: (1, 2), pool: 1)
    let color = try measured(
      colors.flatMap { $0 + $0 + $0 + $0 }, channels: 2, side: (2, 2), pool: 2)
    #expect(grey != nil && grey == color)
  }
}
