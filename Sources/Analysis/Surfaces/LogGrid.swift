/// A surface as seen by area and ridge: a value over log₁₀ learning rate and log₁₀ weight decay, both
/// increasing; a weight decay of 0 is not on it.
public struct LogGrid: Hashable, Sendable {
  /// log₁₀ of the learning rates, increasing.
  public let learningRates: [Double]
  /// log₁₀ of the positive weight decays, increasing.
  public let weightDecays: [Double]
  /// At each learning rate (outer) and weight decay (inner).
  public let nodes: [[Node]]

  /// What is known at a node.
  public enum Node: Hashable, Sendable {
    /// The mean over the seeds that completed; none diverged.
    case measured(Double)
    /// At least one seed diverged: outside every region of good points.
    case diverged
    /// No seed completed or diverged.
    case unknown

    public var value: Double? { if case .measured(let value) = self { value } else { nil } }
  }

  /// - Precondition: both axes increase, and there is a node for each pair.
  public init(learningRates: [Double], weightDecays: [Double], nodes: [[Node]]) {
    precondition(nodes.count == learningRates.count)
    precondition(nodes.allSatisfy { $0.count == weightDecays.count })
    precondition(zip(learningRates, learningRates.dropFirst()).allSatisfy { $0 < $1 })
    precondition(zip(weightDecays, weightDecays.dropFirst()).allSatisfy { $0 < $1 })
    (self.learningRates, self.weightDecays, self.nodes) = (learningRates, weightDecays, nodes)
  }

  /// The grid of a surface's means.
  public init(_ surface: Surface) {
    let rates = surface.learningRates.indices
      .sorted { surface.learningRates[$0] < surface.learningRates[$1] }
    let decays = surface.weightDecays.indices.filter { surface.weightDecays[$0] > 0 }
      .sorted { surface.weightDecays[$0] < surface.weightDecays[$1] }
    self.init(
      learningRates: rates.map { decimalLogarithm(surface.learningRates[$0]) },
      weightDecays: decays.map { decimalLogarithm(surface.weightDecays[$0]) },
      nodes: rates.map { rate in
        decays.map { decay in
          switch surface.entries[rate][decay] {
          case .measured(let summary, _): .measured(summary.mean)
          case .diverged: .diverged
          case .failed, .missing: .unknown
          }
        }
      })
  }

  /// Every measured value, in the order of the nodes.
  public var values: [Double] { nodes.flatMap { $0.compactMap(\.value) } }
}

/// log₁₀ of a positive number by additions, multiplications and divisions alone, hence the same on
/// every system, which libm's is not; good to about 1e-15.
package func decimalLogarithm(_ value: Double) -> Double {
  // value = m 2ᵉ with m in [1, 2); ln m = 2 artanh((m − 1) / (m + 1)), a series in at most (1/3)².
  let ratio = (value.significand - 1) / (value.significand + 1)
  let square = ratio * ratio
  var sum = 0.0
  for odd in stride(from: 41, through: 1, by: -2) { sum = sum * square + 1 / Double(odd) }
  return (2 * ratio * sum + Double(value.exponent) * 0.693147180559945309)
    / 2.302585092994045684
}
