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

  /// Loads the images of a step (from 0) of an epoch and their labels, and returns how many they are.
  package func load(
    step: Int, of order: [Int], epoch: Int, into images: Images<Scalar>, labels: inout [UInt8]
  ) -> Int {
    let first = step * batch
    let count = min(batch, order.count - first)
    data.train.pixels.withSpan { pixels in
      for sample in 0..<count {
        let index = order[first + sample]
        table.convert(
          pixels, image: index, variation: variation(image: index, epoch: epoch), to: images,
          sample: sample)
        labels[sample] = data.train.labels[index]
      }
    }
    return count
  }

  /// Loads images as they are.
  package func load(_ range: Range<Int>, of set: ImageSet, into images: Images<Scalar>) {
    set.pixels.withSpan { pixels in
      for (sample, index) in range.enumerated() {
        table.convert(pixels, image: index, variation: .none, to: images, sample: sample)
      }
    }
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
