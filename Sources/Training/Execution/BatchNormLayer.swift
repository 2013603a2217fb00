import Kernels

/// Batch normalisation, perhaps with the sum of another signal and with ReLU.
package final class BatchNormLayer<Scalar: KernelScalar>: Layer {
  /// Another signal that is added before ReLU, and where its gradient goes.
  package struct Summand {
    let value: Images<Scalar>
    let target: GradientTarget<Scalar>?

    package init(value: Images<Scalar>, target: GradientTarget<Scalar>?) {
      (self.value, self.target) = (value, target)
    }
  }

  private let kernel: BatchNormalization<Scalar>
  private let x: Images<Scalar>
  private let moments: ChannelMoments<Scalar>
  private let takesMoments: Bool
  private let summand: Summand?
  private let output: Signal<Scalar>
  private let weight: Parameter<Scalar>
  private let bias: Parameter<Scalar>
  private let channels: BatchNormalization<Scalar>.Channels
  private let target: GradientTarget<Scalar>?

  /// - Parameter takesMoments: whether the moments of x must still be taken when it runs.
  package init(
    _ kernel: BatchNormalization<Scalar>, x: Images<Scalar>, moments: ChannelMoments<Scalar>,
    takesMoments: Bool, summand: Summand?, output: Signal<Scalar>, weight: Parameter<Scalar>,
    bias: Parameter<Scalar>, runningMean: View<Scalar>, runningVariance: View<Scalar>,
    target: GradientTarget<Scalar>?
  ) {
    (self.kernel, self.x, self.moments, self.takesMoments) = (kernel, x, moments, takesMoments)
    (self.summand, self.output, self.weight, self.bias) = (summand, output, weight, bias)
    channels = .init(
      weight: weight.value, bias: bias.value, runningMean: runningMean,
      runningVariance: runningVariance)
    self.target = target
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    switch mode {
    case .training:
      if takesMoments { moments.take(x, count: count, team: team) }
      kernel.train(
        x, moments: moments, adding: summand?.value, to: output.value, channels, count: count,
        team: team)
    case .evaluating:
      kernel.evaluate(
        x, adding: summand?.value, to: output.value, channels, count: count, team: team)
    }
  }

  package func backward(count: Int, team: Team) {
    kernel.gradient(
      x, output.value, output.gradient,
      summand: summand?.target.map { ($0.images, $0.accumulating) },
      to: target.map { ($0.images, $0.accumulating) }, hasSummand: summand != nil,
      weightGradient: weight.gradient, biasGradient: bias.gradient, count: count, team: team)
  }
}
