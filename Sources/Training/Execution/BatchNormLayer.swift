import Kernels

/// Batch normalisation, perhaps with ReLU.
package final class BatchNormLayer<Scalar: KernelScalar>: Layer {
  private let kernel: BatchNormalization<Scalar>
  private let positions: Int
  private let x: View<Scalar>
  private let output: Signal<Scalar>
  private let weight: Parameter<Scalar>
  private let bias: Parameter<Scalar>
  private let runningMean: View<Scalar>
  private let runningVariance: View<Scalar>
  private let target: GradientTarget<Scalar>?
  private let rectified: Bool

  package init(
    _ kernel: BatchNormalization<Scalar>, positions: Int, x: View<Scalar>, output: Signal<Scalar>,
    weight: Parameter<Scalar>, bias: Parameter<Scalar>, runningMean: View<Scalar>,
    runningVariance: View<Scalar>, target: GradientTarget<Scalar>?, rectified: Bool
  ) {
    (self.kernel, self.positions, self.x, self.output) = (kernel, positions, x, output)
    (self.weight, self.bias) = (weight, bias)
    (self.runningMean, self.runningVariance) = (runningMean, runningVariance)
    (self.target, self.rectified) = (target, rectified)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    switch mode {
    case .training:
      kernel.train(
        x, to: output.value, weight: weight.value, bias: bias.value, runningMean: runningMean,
        runningVariance: runningVariance, rows: count * positions, rectified: rectified,
        team: team)
    case .evaluating:
      kernel.evaluate(
        x, to: output.value, weight: weight.value, bias: bias.value, runningMean: runningMean,
        runningVariance: runningVariance, rows: count * positions, rectified: rectified,
        team: team)
    }
  }

  package func backward(count: Int, team: Team) {
    kernel.gradient(
      x, output.gradient, to: target?.view, accumulating: target?.accumulating ?? false,
      weight: weight.value, weightGradient: weight.gradient, biasGradient: bias.gradient,
      rows: count * positions, team: team)
  }
}
