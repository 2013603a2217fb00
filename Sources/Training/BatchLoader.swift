import Datasets
import Kernels
import Randomness
import Studies

/// Puts images into an executor, in an order and with variations drawn from the cell's streams.
package struct BatchLoader<Scalar: KernelScalar> {
  let data: TrainingData
  let training: TrainingSettings
  let seeds: Seeds
  private let table: PixelTable<Scalar>

  package init(data: TrainingData, training: TrainingSettings, seeds: Seeds) {
    (self.data, self.training, self.seeds) = (data, training, seeds)
    table = PixelTable(mean: data.mean, standardDeviation: data.standardDeviation)
  }

  /// The number of images of a step.
  package var batch: Int {
    switch training.batch {
    case .images(let count): min(count, data.train.count)
    case .all: data.train.count
    }
  }

  package var stepsPerEpoch: Int { (data.train.count + batch - 1) / batch }

  /// The order of the training images in an epoch (from 1): a permutation from the stream (order, epoch).
  package func order(epoch: Int) -> [Int] {
    var stream = RandomStream(seed: seeds.order, purpose: .order, index: epoch)
    return stream.permutation(of: data.train.count)
  }

  /// Loads the images of a step (from 0) of an epoch and returns their labels.
  package func load(step: Int, of order: [Int], epoch: Int, into images: View<Scalar>) -> [UInt8] {
    let indices = order[step * batch..<min((step + 1) * batch, order.count)]
    for (sample, index) in indices.enumerated() {
      table.convert(
        data.train.pixels, image: index, height: data.train.height, width: data.train.width,
        variation: variation(image: index, epoch: epoch), to: images, sample: sample)
    }
    return indices.map { data.train.labels[$0] }
  }

  /// Loads images as they are and returns their labels.
  package func load(_ range: Range<Int>, of set: ImageSet, into images: View<Scalar>) -> [UInt8] {
    for (sample, index) in range.enumerated() {
      table.convert(
        set.pixels, image: index, height: set.height, width: set.width, variation: .none,
        to: images, sample: sample)
    }
    return Array(set.labels[range])
  }

  /// How an image is varied in an epoch, from the stream (augmentation, epoch, image): rows down, columns right, mirrored.
  private func variation(image: Int, epoch: Int) -> PixelTable<Scalar>.Variation {
    guard let augmentation = training.augmentation else { return .none }
    var stream = RandomStream(
      seed: seeds.augmentation, purpose: .augmentation, index: epoch, subindex: image)
    let down = stream.below(2 * augmentation.crop + 1) - augmentation.crop
    let right = stream.below(2 * augmentation.crop + 1) - augmentation.crop
    let mirrored = stream.nextWord() & 1 == 1
    return PixelTable.Variation(
      down: down, right: right, mirrored: augmentation.flip && mirrored)
  }
}
