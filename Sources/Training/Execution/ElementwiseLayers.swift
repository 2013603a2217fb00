import Kernels

/// ReLU. Where its input is needed by nobody else, both share their memory, and the layer that makes the
/// input has applied ReLU already.
package final class RectifierLayer<Scalar: KernelScalar>: Layer {
  private let size: Int
  private let x: View<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?
  private let isDone: Bool

  /// - Parameter isDone: whether the input comes rectified.
  package init(
    size: Int, x: View<Scalar>, output: Signal<Scalar>, target: GradientTarget<Scalar>?,
    isDone: Bool
  ) {
    (self.size, self.x, self.output, self.target) = (size, x, output, target)
    self.isDone = isDone
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    if !isDone { Elementwise.rectify(x, to: output.value, count: count * size, team: team) }
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    Elementwise.rectifyGradient(
      output.value, output.gradient, to: target.view, accumulating: target.accumulating,
      count: count * size, team: team)
  }
}

/// The sum of two signals.
package final class AdditionLayer<Scalar: KernelScalar>: Layer {
  private let size: Int
  private let (x, y): (View<Scalar>, View<Scalar>)
  private let output: Signal<Scalar>
  private let targets: [GradientTarget<Scalar>?]

  package init(
    size: Int, x: View<Scalar>, y: View<Scalar>, output: Signal<Scalar>,
    targets: [GradientTarget<Scalar>?]
  ) {
    (self.size, self.x, self.y, self.output, self.targets) = (size, x, y, output, targets)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    Elementwise.add(x, y, to: output.value, count: count * size, team: team)
  }

  package func backward(count: Int, team: Team) {
    let gradient = output.gradient[0..<count * size]
    for case let target? in targets {
      if target.accumulating {
        Elementwise.add(
          target.view, gradient, to: target.view, count: count * size, team: team)
      } else {
        target.view.copy(from: gradient)
      }
    }
  }
}

/// Dropout with a mask drawn anew for each step.
package final class DropoutLayer<Scalar: KernelScalar>: Layer {
  private let size: Int
  private let x: View<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?
  /// What each element is multiplied by when training: 0 or 1/(1 − p).
  package let mask: View<Scalar>
  /// The probability of a zero.
  let probability: Double
  /// The node it is.
  let node: Int

  package init(
    node: Int, size: Int, probability: Double, x: View<Scalar>, output: Signal<Scalar>,
    target: GradientTarget<Scalar>?
  ) {
    (self.node, self.size, self.probability) = (node, size, probability)
    (self.x, self.output, self.target) = (x, output, target)
    mask = View(zeros: output.value.count)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    switch mode {
    case .training:
      Elementwise.multiply(
        x, mask, to: output.value, accumulating: false, count: count * size, team: team)
    case .evaluating:
      output.value.copy(from: x[0..<count * size])
    }
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    Elementwise.multiply(
      output.gradient, mask, to: target.view, accumulating: target.accumulating,
      count: count * size, team: team)
  }
}
