import Kernels

/// A convolution or a linear layer: y = x ∗ w + b moves by ẏ = ẋ ∗ w + x ∗ ẇ + ḃ.
///
/// Backward, ∂x = wᵀ δ moves by wᵀ δ̇ + ẇᵀ δ, and ∂w = δ x by δ̇ x + δ ẋ.
final class ConvolutionTangent: TangentLayer {
  private let input: LayerInput
  private let output: MovingSignal
  private let weight: MovingParameter
  private let bias: MovingParameter?
  /// With w and b, with w alone, and with ẇ and ḃ.
  private let (plain, linear, moved):
    (Convolution<Double>, Convolution<Double>, Convolution<Double>)
  private let scratch: Images<Double>
  private let second: View<Double>

  init(
    _ shape: ConvolutionShape, _ input: LayerInput, _ output: MovingSignal, weight: MovingParameter,
    bias: MovingParameter?, scratch: Images<Double>, workspace: View<Double>
  ) {
    func convolution() -> Convolution<Double> {
      Convolution(
        shape, x: input.signal.value.layout, y: output.value.layout, dy: output.gradient.layout,
        dx: input.signal.moves ? input.signal.gradient.layout : nil, workspace: workspace)
    }
    (plain, linear, moved) = (convolution(), convolution(), convolution())
    (self.input, self.output, self.weight, self.bias) = (input, output, weight, bias)
    self.scratch = scratch
    second = View(zeros: weight.value.count)
  }

  func takeParameters() {
    plain.pack(weights: weight.value, bias: bias?.value, forGradient: true)
    if input.signal.moves {
      linear.pack(weights: weight.value, bias: nil, forGradient: false)
    }
  }

  func takeDirection() {
    moved.pack(weights: weight.direction, bias: bias?.direction, forGradient: true)
  }

  func forward(moving: Bool, count: Int) {
    let x = input.signal.value
    plain.forward(
      x, to: output.value, count: count, rectified: false, moments: nil, team: alone)
    guard moving else { return }
    let tangent = output.tangent
    moved.forward(x, to: tangent, count: count, rectified: false, moments: nil, team: alone)
    guard input.signal.moves else { return }
    linear.forward(
      input.signal.tangent, to: scratch, count: count, rectified: false, moments: nil,
      team: alone)
    Elementwise.add(tangent, scratch, to: tangent, count: count, team: alone)
  }

  func backward(moving: Bool, count: Int) {
    let (x, dy) = (input.signal, output)
    plain.weightGradient(
      x.value, moving ? dy.gradientTangent : dy.gradient, to: weight.product,
      bias: bias?.product, count: count, team: alone)
    if moving, x.moves {
      plain.weightGradient(
        x.tangent, dy.gradient, to: second, bias: nil, count: count, team: alone)
      Vectors.add(second, times: 1, to: weight.product)
    }
    input.send(from: output, moving: moving) {
      plain.inputGradient(
        $0, to: $1, accumulating: input.accumulating, count: count, team: alone)
    }
    guard moving, x.moves else { return }
    moved.inputGradient(
      dy.gradient, to: x.gradientTangent, accumulating: true, count: count, team: alone)
  }
}
