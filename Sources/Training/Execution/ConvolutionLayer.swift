import Kernels

/// A convolution or a linear layer, perhaps with ReLU.
package final class ConvolutionLayer<Scalar: KernelScalar>: Layer {
  private let kernel: Convolution<Scalar>
  private let x: Images<Scalar>
  private let output: Signal<Scalar>
  private let weight: Parameter<Scalar>
  private let bias: Parameter<Scalar>?
  private let target: GradientTarget<Scalar>?
  private let rectified: Bool
  private let moments: ChannelMoments<Scalar>?

  /// - Parameters:
  ///   - moments: what takes in the output's mean and variance when training, for batch normalisation.
  ///   - workspace: memory that layers may share; by default its own.
  package init(
    _ shape: ConvolutionShape, x: Images<Scalar>, output: Signal<Scalar>,
    weight: Parameter<Scalar>, bias: Parameter<Scalar>?, target: GradientTarget<Scalar>?,
    rectified: Bool, moments: ChannelMoments<Scalar>?,
    workspace: View<Scalar>? = nil
  ) {
    kernel = Convolution(
      shape, x: x.layout, y: output.value.layout, dy: output.gradient.layout,
      dx: target?.images.layout,
      workspace: workspace ?? View(zeros: Convolution<Scalar>.workspace(shape)))
    (self.x, self.output, self.weight, self.bias) = (x, output, weight, bias)
    (self.target, self.rectified, self.moments) = (target, rectified, moments)
  }

  package func prepare(forGradient: Bool) {
    kernel.pack(weights: weight.value, bias: bias?.value, forGradient: forGradient)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    kernel.forward(
      x, to: output.value, count: count, rectified: rectified,
      moments: mode == .training ? moments : nil, team: team)
  }

  package func backward(count: Int, team: Team) {
    kernel.weightGradient(
      x, output.gradient, to: weight.gradient, bias: bias?.gradient, count: count, team: team)
    if let target {
      kernel.inputGradient(
        output.gradient, to: target.images, accumulating: target.accumulating, count: count,
        team: team)
    }
  }
}
