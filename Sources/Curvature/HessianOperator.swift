import Dispatch
import Kernels
import Networks

/// The images that a loss is the mean over, and how to put some of them where a pass reads them.
public struct LabelledImages: Sendable {
  public let labels: [UInt8]
  /// Puts the images of these indices into memory, in order.
  public let load: @Sendable (_ indices: ArraySlice<Int>, _ images: Images<Double>) -> Void

  public init(
    labels: [UInt8],
    load: @escaping @Sendable (_ indices: ArraySlice<Int>, _ images: Images<Double>) -> Void
  ) {
    (self.labels, self.load) = (labels, load)
  }
}

/// The Hessian of a network's mean loss over images, with or without the L2 term, as a linear map; exact, in float64.
///
///     L(θ) = (1/N) Σᵢ ℓᵢ(θ) + (λ/2) ‖θ‖²
///
/// The images are taken in batches of one size, in order, the last perhaps smaller; batch normalisation in training
/// mode has the statistics of each. The batches' shares are added in order, so the number of threads never changes
/// a bit.
public final class HessianOperator {
  public let network: Network
  /// N.
  public var count: Int { samples.labels.count }
  /// λ.
  public let l2: Double
  /// θ.
  public let parameters: View<Double>
  private let samples: LabelledImages
  private let order: [Int]
  private let batch: Int
  private let direction: View<Double>
  private let passes: [TangentPass]

  /// - Parameters:
  ///   - parameters: θ, in the network's order.
  ///   - statistics: the running statistics.
  ///   - batch: how many images are taken at once.
  public init(
    _ network: Network, parameters: [Double], statistics: [Double], samples: LabelledImages,
    normalization: NormalizationMode, batch: Int, l2: Double = 0, threads: Int = 1
  ) {
    precondition(parameters.count == network.parameterCount && !samples.labels.isEmpty)
    (self.network, self.samples, self.batch, self.l2) = (network, samples, batch, l2)
    let (theta, running) = (View(parameters), View(statistics))
    let direction = View<Double>(zeros: parameters.count)
    (self.parameters, self.direction) = (theta, direction)
    order = Array(samples.labels.indices)
    let batches = (samples.labels.count + batch - 1) / batch
    passes = (0..<max(1, min(threads, batches))).map { _ in
      TangentPass(
        network, parameters: theta, direction: direction, statistics: running,
        normalization: normalization, batch: min(batch, samples.labels.count))
    }
    for pass in passes { pass.takeParameters() }
  }

  /// `product` ← H `vector`.
  ///
  /// - Throws: `CancellationError` if the task is cancelled, after at most one batch for each thread.
  public func apply(_ vector: View<Double>, to product: View<Double>) throws {
    direction.copy(from: vector)
    for pass in passes { pass.takeDirection() }
    product.fill(0)
    try run(moving: true, over: order) { _, share, _ in Vectors.add(share, times: 1, to: product) }
    if l2 != 0 { Vectors.add(vector, times: l2, to: product) }
  }

  /// `gradient` ← ∂L/∂θ; returns L without the L2 term.
  ///
  /// - Throws: `CancellationError`, likewise.
  public func gradient(to gradient: View<Double>) throws -> Double {
    gradient.fill(0)
    var loss = 0.0
    try run(moving: false, over: order) { _, share, sum in
      Vectors.add(share, times: 1, to: gradient)
      loss += sum
    }
    if l2 != 0 { Vectors.add(parameters, times: l2, to: gradient) }
    return loss / Double(count)
  }

  /// Calls `take` with the gradient of each image's own loss, in order.
  ///
  /// - Precondition: the network normalises no batches by their own statistics.
  /// - Throws: `CancellationError`, likewise, and what `take` throws.
  public func forEachGradient(
    _ take: (_ image: Int, _ gradient: View<Double>) throws -> Void
  ) throws {
    try run(moving: false, over: order, batch: 1, weight: 1) { image, share, _ in
      try take(image, share)
    }
  }

  /// Runs the batches, as many at a time as there are threads, and hands over their shares in order.
  private func run(
    moving: Bool, over order: [Int], batch: Int? = nil, weight: Double? = nil,
    take: (_ batch: Int, _ share: View<Double>, _ lossSum: Double) throws -> Void
  ) throws {
    let (batch, weight) = (batch ?? self.batch, weight ?? 1 / Double(order.count))
    let batches = (order.count + batch - 1) / batch
    // Sendable since each turn touches its own pass and its own loss.
    struct Turns: @unchecked Sendable {
      let passes: [TangentPass]
      let losses: View<Double>
    }
    let turns = Turns(passes: passes, losses: View(zeros: passes.count))
    let samples = samples
    for first in stride(from: 0, to: batches, by: passes.count) {
      try Task.checkCancellation()
      let taking = min(passes.count, batches - first)
      DispatchQueue.concurrentPerform(iterations: taking) { turn in
        let start = (first + turn) * batch
        let indices = order[start..<min(start + batch, order.count)]
        let labels = indices.map { samples.labels[$0] }
        turns.losses[turn] = turns.passes[turn].run(
          moving: moving, labels: labels[...], weight: weight
        ) { samples.load(indices, $0) }
      }
      for turn in 0..<taking {
        try take(first + turn, passes[turn].product, turns.losses[turn])
      }
    }
  }
}
