import Datasets
import Testing

@Suite struct SyntheticDatasetTests {
  func load(_ name: String, _ train: Int?, _ test: Int?) throws -> ImageDataset {
    try DatasetCatalog.load(name, train: train, test: test, environment: [:])
  }

  @Test func imagesNeverChange() throws {
    let grey = try load("synthetic", 100, 50).digest
    #expect(grey == "8bfa357c5acc26642e09b911592d1aa01021b29ae2e87a027b33ef2145688c0b")
    let color = try load("synthetic-color", 100, 50).digest
    #expect(color == "c641186cea0836b3f09c362c720b75440e9238b70cd016e44a5b2dc920745b2c")
  }

  @Test func fewerImagesAreTheFirst() throws {
    let (many, few) = (try load("synthetic", 200, 100), try load("synthetic", 20, 10))
    #expect(few.train == many.train.prefix(20))
    #expect(few.test == many.test.prefix(10))
  }

  @Test func thereAreSoMany() throws {
    let all = try load("synthetic-color", nil, nil)
    #expect((all.train.count, all.test.count) == (10_000, 2_000))
    #expect((all.train.channels, all.train.height, all.train.width) == (3, 12, 12))
    for label in 0..<UInt8(10) {
      #expect((900...1_100).contains(all.train.labels.count { $0 == label }))
    }
    #expect(
      throws: DatasetError.tooFew(
        name: "synthetic", part: "training", asked: 10_001, available: 10_000)
    ) { try load("synthetic", 10_001, 1) }
    #expect(
      throws: DatasetError.tooFew(name: "synthetic", part: "test", asked: 2_001, available: 2_000)
    ) { try load("synthetic", 1, 2_001) }
  }

  /// The mean image of each class tells most images' classes, but not all.
  @Test(arguments: ["synthetic", "synthetic-color"])
  func classesCanBeLearnedButNotPerfectly(name: String) throws {
    let dataset = try load(name, 2_000, 500)
    let size = dataset.train.pixels.count / dataset.train.count
    var sums = Array(repeating: Array(repeating: 0.0, count: size), count: 10)
    var counts = Array(repeating: 0.0, count: 10)
    for image in 0..<dataset.train.count {
      let label = Int(dataset.train.labels[image])
      counts[label] += 1
      for pixel in 0..<size {
        sums[label][pixel] += Double(dataset.train.pixels[image * size + pixel])
      }
    }
    let means = zip(sums, counts).map { sum, count in sum.map { $0 / count } }
    var correct = 0
    for image in 0..<dataset.test.count {
      let pixels = dataset.test.pixels[image * size..<(image + 1) * size].map(Double.init)
      let distances = means.map { mean in
        zip(mean, pixels).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let nearest = distances.indices.min { distances[$0] < distances[$1] }
      if nearest == Int(dataset.test.labels[image]) { correct += 1 }
    }
    let accuracy = Double(correct) / Double(dataset.test.count)
    #expect((0.5...0.99).contains(accuracy), "\(accuracy)")
  }
}
