/// The seeds of a cell's random streams.
public struct Seeds: Hashable, Sendable {
  /// Of the initial weights.
  public var initialization: Int
  /// Of the order of the training images, and of dropout.
  public var order: Int
  /// Of crops and flips.
  public var augmentation: Int

  public init(initialization: Int, order: Int, augmentation: Int) {
    (self.initialization, self.order, self.augmentation) = (initialization, order, augmentation)
  }

  /// All streams from one seed.
  public init(all seed: Int) { self.init(initialization: seed, order: seed, augmentation: seed) }
}

/// The seeds a study asks for.
public enum SeedGrid: Hashable, Sendable {
  /// One seed for all streams of a cell: `seeds: [0, 1, 2]`.
  case joint([Int])
  /// Every combination: `seeds: {init: […], order: […], augmentation: […]}`.
  case crossed(initialization: [Int], order: [Int], augmentation: [Int])

  /// Every combination of seeds, in file order: initialisation, then order, then augmentation.
  public var seeds: [Seeds] {
    switch self {
    case .joint(let seeds):
      seeds.map { Seeds(all: $0) }
    case .crossed(let initialization, let order, let augmentation):
      initialization.flatMap { first in
        order.flatMap { second in
          augmentation.map { Seeds(initialization: first, order: second, augmentation: $0) }
        }
      }
    }
  }
}
