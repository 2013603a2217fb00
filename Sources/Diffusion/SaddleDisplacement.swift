/// How far replicas have gone from a saddle: averages over them for one batch size, each times × directions, row-major.
public struct SaddleDisplacement: Hashable, Sendable {
  /// ⟨Δθᵢ²⟩.
  public var meanSquare: [Double]
  /// The standard error of ⟨Δθᵢ²⟩.
  public var standardError: [Double]
  /// The part of ⟨Δθᵢ²⟩ that the momentum at the start explains, ⟨Δθᵢ mᵢ⟩² / ⟨mᵢ²⟩; NaN without a momentum.
  public var drift: [Double]
  /// The standard error of the drift, by the jackknife over blocks of replicas; NaN with fewer than two.
  ///
  /// The blocks are of 1,024 replicas, of a network of eight. The last may be smaller: Busing, Meijer and van der Leeden,
  /// "Delete-m jackknife for unequal m", Statistics and Computing 9, 3–8 (1999).
  public var driftError: [Double]

  /// - Parameter blocks: the sums of each block of replicas.
  init(_ blocks: [SaddleSums], replicas: Int) {
    let (count, directions) = (blocks[0].squares.count, blocks[0].momenta.count)
    let n = Double(replicas)
    let squares = (0..<count).map { index in blocks.reduce(0) { $0 + $1.squares[index] } / n }
    standardError = (0..<count).map { index in
      let fourth = blocks.reduce(0) { $0 + $1.fourths[index] } / n
      return (max(0, fourth - squares[index] * squares[index]) / n).squareRoot()
    }
    (meanSquare, drift, driftError) = (squares, [], [])
    for index in 0..<count {
      let terms = blocks.map { ($0.products[index], $0.momenta[index % directions]) }
      let (product, momentum) = terms.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
      drift.append(momentum == 0 ? .nan : product * product / momentum / n)
      guard blocks.count > 1, momentum != 0 else {
        driftError.append(.nan)
        continue
      }
      // Leaving one block out at a time.
      let others = zip(blocks, terms).map { block, term in
        let (p, m) = (product - term.0, momentum - term.1)
        return p * p / m / (n - block.replicas)
      }
      let parts = blocks.map { n / $0.replicas }
      let center = zip(others, parts).reduce(0) { $0 + (drift[index] - (1 - 1 / $1.1) * $1.0) }
      let spread = zip(others, parts).reduce(0) { sum, one in
        let (other, part) = one
        let distance = part * drift[index] - (part - 1) * other - center
        return sum + distance * distance / (part - 1)
      }
      driftError.append((spread / Double(blocks.count)).squareRoot())
    }
  }
}

/// Sums over the replicas of a block, times × directions.
struct SaddleSums {
  var replicas: Double
  var squares: [Double]
  var fourths: [Double]
  /// Of Δθ m, m the momentum at the start.
  var products: [Double]
  /// Of m², by direction.
  var momenta: [Double]
}

/// Adds up the displacements of a block of replicas, eight at a time.
struct SaddleTally {
  private let directions: Int
  private var replicas = Lanes.zero
  private var squares, fourths, products, momenta: [Lanes]
  /// The momenta of the present eight at the start.
  private var start: [Lanes]
  private var weight = Lanes.zero

  init(times: Int, directions: Int) {
    self.directions = directions
    squares = Array(repeating: .zero, count: times * directions)
    (fourths, products) = (squares, squares)
    momenta = Array(repeating: .zero, count: directions)
    start = momenta
  }

  var sums: SaddleSums {
    SaddleSums(
      replicas: replicas.total, squares: squares.map(\.total), fourths: fourths.map(\.total),
      products: products.map(\.total), momenta: momenta.map(\.total))
  }

  /// The next eight, those of them that are any with the weight 1.
  mutating func begin(weight: Lanes) {
    self.weight = weight
    replicas += weight
    for i in start.indices { start[i] = .zero }
  }

  /// Their momenta along a direction when they start.
  mutating func start(_ direction: Int, momentum: Lanes) {
    start[direction] = momentum
    momenta[direction] += weight * momentum * momentum
  }

  /// Where they are along a direction at one of the times.
  mutating func record(_ time: Int, _ direction: Int, _ displacement: Lanes) {
    let index = time * directions + direction
    let square = displacement * displacement
    squares[index] += weight * square
    fourths[index] += weight * square * square
    products[index] += weight * displacement * start[direction]
  }
}
