import Datasets
import Foundation
import Testing

@Suite struct SharedImagesTests {
  @Test func sharedImagesAreTheSameImages() throws {
    let dataset = try DatasetCatalog.load("synthetic-color", train: 50, test: 20, environment: [:])
    let shared = try SharedImages(dataset)
    #expect(shared.dataset == dataset)
    #expect(shared.digest == dataset.digest && shared.dataset.digest == dataset.digest)
    let opened = try SharedImages(opening: shared.path)
    #expect(opened.dataset == dataset && opened.digest == dataset.digest)
    #expect(opened.dataset.train.slice(10..<20) == dataset.train.slice(10..<20))
    #expect(opened.dataset.mean == dataset.mean)
  }

  /// The memory outlives who made it, as long as somebody maps it.
  @Test func sharedImagesLiveAsLongAsTheyAreUsed() throws {
    let dataset = try DatasetCatalog.load("synthetic", train: 20, test: 10, environment: [:])
    func passOn() throws -> SharedImages {
      let shared = try SharedImages(dataset)
      return try SharedImages(opening: shared.path)
    }
    #expect(try passOn().dataset == dataset)
  }

  /// Nobody can write to it or make it shorter, which would end those who read it.
  @Test func sharedImagesCannotChange() throws {
    let dataset = try DatasetCatalog.load("synthetic", train: 20, test: 10, environment: [:])
    let shared = try SharedImages(dataset)
    let file = try #require(FileHandle(forUpdatingAtPath: shared.path))
    #expect(throws: (any Error).self) { try file.write(contentsOf: Data([1, 2, 3])) }
    #expect(throws: (any Error).self) { try file.truncate(atOffset: 0) }
    #expect(throws: (any Error).self) { try file.truncate(atOffset: 1 << 24) }
    try file.close()
    #expect(shared.dataset == dataset)
  }

  /// A file that could change is not mapped, whatever is in it.
  @Test func otherFilesAreNotShared() throws {
    try withTemporaryFolder { folder in
      let dataset = try DatasetCatalog.load("synthetic", train: 20, test: 10, environment: [:])
      let shared = try SharedImages(dataset)
      let copy = "\(folder)/copy"
      try Data(contentsOf: URL(filePath: shared.path)).write(to: URL(filePath: copy))
      #expect(throws: DatasetError.self) { try SharedImages(opening: copy) }
      #expect(throws: DatasetError.self) { try SharedImages(opening: "\(folder)/none") }
    }
  }
}
