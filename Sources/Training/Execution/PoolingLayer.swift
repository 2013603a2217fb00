import Kernels

/// Max pooling.
package final class MaxPoolLayer<Scalar: KernelScalar>: Layer {
  private let pooling: Pooling
  private let x: View<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?

  package init(
    _ pooling: Pooling, x: View<Scalar>, output: Signal<Scalar>, target: GradientTarget<Scalar>?
  ) {
    (self.pooling, self.x, self.output, self.target) = (pooling, x, output, target)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    pooling.maximum(x, to: output.value, count: count, team: team)
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    if !target.accumulating { target.view.fill(0) }
    pooling.maximumGradient(
      x, output.value, output.gradient, addingTo: target.view, count: count, team: team)
  }
}

/// Average pooling.
package final class AveragePoolLayer<Scalar: KernelScalar>: Layer {
  private let pooling: Pooling
  private let x: View<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?

  package init(
    _ pooling: Pooling, x: View<Scalar>, output: Signal<Scalar>, target: GradientTarget<Scalar>?
  ) {
    (self.pooling, self.x, self.output, self.target) = (pooling, x, output, target)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    pooling.average(x, to: output.value, count: count, team: team)
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    if !target.accumulating { target.view.fill(0) }
    pooling.averageGradient(output.gradient, addingTo: target.view, count: count, team: team)
  }
}

/// The mean over all positions of each channel.
package final class GlobalAverageLayer<Scalar: KernelScalar>: Layer {
  private let channels: Int
  private let positions: Int
  private let x: View<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?

  package init(
    channels: Int, positions: Int, x: View<Scalar>, output: Signal<Scalar>,
    target: GradientTarget<Scalar>?
  ) {
    (self.channels, self.positions, self.x) = (channels, positions, x)
    (self.output, self.target) = (output, target)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    GlobalAverage.forward(
      x, channels: channels, positions: positions, to: output.value, count: count, team: team)
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    GlobalAverage.gradient(
      output.gradient, channels: channels, positions: positions, to: target.view,
      accumulating: target.accumulating, count: count, team: team)
  }
}
