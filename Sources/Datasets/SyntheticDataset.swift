import Randomness

/// Images drawn from fixed random streams in integer arithmetic: no files, the same bytes everywhere.
///
/// Each class has a smooth pattern. An image is its class's pattern, shifted by up to two pixels, with some
/// of another class's pattern mixed in, under noise: a network learns it in seconds, but not perfectly.
struct SyntheticDataset {
  let name: String
  let summary: String
  let channels: Int
  /// Height and width in pixels, a multiple of 4.
  let side: Int

  static let grey = SyntheticDataset(
    name: "synthetic",
    summary: "patterns under noise, 28×28 grey, up to 10,000 for training and 2,000 for test",
    channels: 1, side: 28)
  static let color = SyntheticDataset(
    name: "synthetic-color",
    summary: "patterns under noise, 12×12 in colour, up to 10,000 for training and 2,000 for test",
    channels: 3, side: 12)

  static let all = [grey, color]
  static let classes = 10
  static let mostTrain = 10_000
  static let mostTest = 2_000

  /// What a random stream is for, as its index.
  private enum Stream: Int { case pattern, train, test }

  /// The first images; all, where no number is given.
  func load(train: Int?, test: Int?) throws(DatasetError) -> ImageDataset {
    let (train, test) = (train ?? Self.mostTrain, test ?? Self.mostTest)
    guard train <= Self.mostTrain else {
      throw .tooFew(name: name, part: "training", asked: train, available: Self.mostTrain)
    }
    guard test <= Self.mostTest else {
      throw .tooFew(name: name, part: "test", asked: test, available: Self.mostTest)
    }
    let patterns = (0..<Self.classes).map { pattern($0) }
    return ImageDataset(
      name: name, train: images(.train, count: train, patterns),
      test: images(.test, count: test, patterns), classes: Self.classes,
      mean: Array(repeating: 0.5, count: channels),
      standardDeviation: Array(repeating: 0.25, count: channels))
  }

  private func stream(_ purpose: Stream, _ number: Int) -> RandomStream {
    // The number of channels is the seed, so that the datasets are independent.
    RandomStream(seed: channels, purpose: .synthetic, index: purpose.rawValue, subindex: number)
  }

  /// A class's pattern, row × column × channel: random values 4 pixels apart, linearly between them, wrapped
  /// around at the edges.
  private func pattern(_ label: Int) -> [Int] {
    var random = stream(.pattern, label)
    let grid = side / 4
    let knots = (0..<grid * grid * channels).map { _ in random.below(256) }
    func knot(_ row: Int, _ column: Int, _ channel: Int) -> Int {
      knots[(row % grid * grid + column % grid) * channels + channel]
    }
    var pixels: [Int] = []
    for y in 0..<side {
      for x in 0..<side {
        let (row, down) = y.quotientAndRemainder(dividingBy: 4)
        let (column, right) = x.quotientAndRemainder(dividingBy: 4)
        for channel in 0..<channels {
          let top =
            knot(row, column, channel) * (4 - right) + knot(row, column + 1, channel) * right
          let bottom =
            knot(row + 1, column, channel) * (4 - right) + knot(row + 1, column + 1, channel)
            * right
          pixels.append((top * (4 - down) + bottom * down) / 16)
        }
      }
    }
    return pixels
  }

  private func images(_ part: Stream, count: Int, _ patterns: [[Int]]) -> ImageSet {
    let size = side * side * channels
    var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
    pixels.reserveCapacity(count * size)
    labels.reserveCapacity(count)
    for number in 0..<count {
      var random = stream(part, number)
      let label = random.below(Self.classes)
      let other = (label + 1 + random.below(Self.classes - 1)) % Self.classes
      // In 256ths: the other pattern is the fainter one, but sometimes hardly so.
      let strength = 80 + random.below(80)
      let otherStrength = random.below(strength)
      let (down, right) = (random.below(5) - 2, random.below(5) - 2)
      var noise: UInt32 = 0
      for y in 0..<side {
        for x in 0..<side {
          let source = ((y + down + side) % side * side + (x + right + side) % side) * channels
          for channel in 0..<channels {
            // A word of the stream serves four values.
            if pixels.count & 3 == 0 { noise = random.nextWord() }
            let (mine, theirs) = (
              patterns[label][source + channel] - 128, patterns[other][source + channel] - 128
            )
            let signal = (mine * strength + theirs * otherStrength) >> 8
            pixels.append(UInt8(min(max(128 + signal + Int(noise & 127) - 64, 0), 255)))
            noise >>= 8
          }
        }
      }
      labels.append(UInt8(label))
    }
    return ImageSet(
      pixels: pixels, labels: labels, channels: channels, height: side, width: side)
  }
}
