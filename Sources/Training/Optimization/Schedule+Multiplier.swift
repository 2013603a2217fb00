import Kernels
import Studies

extension Schedule {
  /// ηₜ, the multiplier of the learning rate, in [0, 1].
  ///
  /// - Parameters:
  ///   - epoch: from 1.
  ///   - step: the step of the epoch, from 1.
  package func multiplier(epoch: Int, of epochs: Int, step: Int, stepsPerEpoch: Int) -> Double {
    let base =
      switch kind {
      case .constant: 1.0
      case .steps(let at, let factor):
        at.reduce(1.0) { $1 < epoch ? $0 * factor : $0 }
      case .cosine:
        (1 + Elementary.cos(.pi * Double(epoch - 1) / Double(epochs))) / 2
      }
    guard epoch <= warmup else { return base }
    let steps = (epoch - 1) * stepsPerEpoch + step
    return base * Double(steps) / Double(warmup * stepsPerEpoch)
  }
}
