import Kernels

/// Max pooling.
package final class MaxPoolLayer<Scalar: KernelScalar>: Layer {
  private let pooling: Pooling
  private let x: Images<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?
  private let rectified: Bool

  /// - Parameter rectified: whether its gradient is also that of the ReLU that made x.
  package init(
    _ pooling: Pooling, x: Images<Scalar>, output: Signal<Scalar>,
    target: GradientTarget<Scalar>?, rectified: Bool
  ) {
    (self.pooling, self.x, self.output, self.target) = (pooling, x, output, target)
    self.rectified = rectified
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    pooling.maximum(x, to: output.value, count: count, team: team)
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    pooling.maximumGradient(
      x, output.value, output.gradient, to: target.images, accumulating: target.accumulating,
      rectified: rectified, count: count, team: team)
  }
}

/// Average pooling.
package final class AveragePoolLayer<Scalar: KernelScalar>: Layer {
  private let pooling: Pooling
  private let x: Images<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?

  package init(
    _ pooling: Pooling, x: Images<Scalar>, output: Signal<Scalar>,
    target: GradientTarget<Scalar>?
  ) {
    (self.pooling, self.x, self.output, self.target) = (pooling, x, output, target)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    pooling.average(x, to: output.value, count: count, team: team)
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    pooling.averageGradient(
      output.gradient, to: target.images, accumulating: target.accumulating, count: count,
      team: team)
  }
}

/// The mean over all positions of each channel.
package final class GlobalAverageLayer<Scalar: KernelScalar>: Layer {
  private let x: Images<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?

  package init(x: Images<Scalar>, output: Signal<Scalar>, target: GradientTarget<Scalar>?) {
    (self.x, self.output, self.target) = (x, output, target)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    GlobalAverage.forward(x, to: output.value, count: count, team: team)
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    GlobalAverage.gradient(
      output.gradient, to: target.images, accumulating: target.accumulating, count: count,
      team: team)
  }
}
