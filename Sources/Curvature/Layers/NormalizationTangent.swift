import Kernels

/// Batch normalisation, with the batch's statistics or the running ones.
final class NormalizationTangent: TangentLayer {
  private let kernel: BatchNormalizationTangent<Double>
  private let input: LayerInput
  private let output: MovingSignal
  private let (weight, bias): (MovingParameter, MovingParameter)
  private let (mean, variance): (View<Double>, View<Double>)

  init(
    _ input: LayerInput, _ output: MovingSignal, epsilon: Double, usesBatch: Bool,
    weight: MovingParameter, bias: MovingParameter, runningMean: View<Double>,
    runningVariance: View<Double>
  ) {
    kernel = BatchNormalizationTangent(
      input.signal.value.layout, epsilon: epsilon, usesBatch: usesBatch)
    (self.input, self.output, self.weight, self.bias) = (input, output, weight, bias)
    (mean, variance) = (runningMean, runningVariance)
  }

  func forward(moving: Bool, count: Int) {
    kernel.forward(
      (input.signal.value, moving ? input.signal.tangent : nil),
      to: (output.value, moving ? output.tangent : nil),
      weight: (weight.value, weight.direction), bias: (bias.value, bias.direction),
      runningMean: mean, runningVariance: variance, count: count)
  }

  func backward(moving: Bool, count: Int) {
    let target = input.signal.moves ? input.signal : nil
    kernel.backward(
      (input.signal.value, moving ? input.signal.tangent : nil),
      (output.gradient, moving ? output.gradientTangent : nil),
      to: target.map { ($0.gradient, moving ? $0.gradientTangent : nil) },
      accumulating: input.accumulating,
      weightGradient: weight.product, biasGradient: bias.product, count: count)
  }
}
