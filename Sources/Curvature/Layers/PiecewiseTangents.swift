import Kernels

/// ReLU: its tangent and gradients pass where its value is above 0.
final class RectifierTangent: TangentLayer {
  private let input: LayerInput
  private let output: MovingSignal

  init(_ input: LayerInput, _ output: MovingSignal) { (self.input, self.output) = (input, output) }

  func forward(moving: Bool, count: Int) {
    Elementwise.rectify(input.signal.value, to: output.value, count: count, team: alone)
    guard moving else { return }
    Elementwise.rectifyGradient(
      output.value, input.signal.tangent, to: output.tangent, accumulating: false, count: count,
      team: alone)
  }

  func backward(moving: Bool, count: Int) {
    input.send(from: output, moving: moving) {
      Elementwise.rectifyGradient(
        output.value, $0, to: $1, accumulating: input.accumulating, count: count, team: alone)
    }
  }
}

/// Max pooling: its tangent and gradients pass through each window's maximum.
final class MaxPoolTangent: TangentLayer {
  private let pooling: Pooling
  private let input: LayerInput
  private let output: MovingSignal

  init(_ pooling: Pooling, _ input: LayerInput, _ output: MovingSignal) {
    (self.pooling, self.input, self.output) = (pooling, input, output)
  }

  func forward(moving: Bool, count: Int) {
    pooling.maximum(input.signal.value, to: output.value, count: count, team: alone)
    guard moving else { return }
    pooling.maximumTangent(
      input.signal.value, output.value, input.signal.tangent, to: output.tangent, count: count,
      team: alone)
  }

  func backward(moving: Bool, count: Int) {
    input.send(from: output, moving: moving) {
      pooling.maximumGradient(
        input.signal.value, output.value, $0, to: $1, accumulating: input.accumulating,
        rectified: false, count: count, team: alone)
    }
  }
}
