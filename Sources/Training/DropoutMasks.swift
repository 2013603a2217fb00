import Kernels
import Randomness

extension Executor {
  /// Draws the masks of all dropout layers for a training pass.
  ///
  /// Element k of node n in step s (counted from 0 over the whole run) is kept if word k of the stream
  /// (order seed, dropout, s, n) is at least p · 2³².
  public func drawDropoutMasks(seed: Int, step: Int, count: Int) {
    for layer in dropouts {
      var stream = RandomStream(
        seed: seed, purpose: .dropout, index: step, subindex: layer.node)
      let threshold = UInt64(layer.probability * 4_294_967_296)
      let scale = Scalar(1 / (1 - layer.probability))
      let size = layer.mask.count / batch
      for index in 0..<count * size {
        layer.mask[index] = UInt64(stream.nextWord()) < threshold ? 0 : scale
      }
    }
  }
}
