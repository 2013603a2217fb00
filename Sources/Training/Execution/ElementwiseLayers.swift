import Kernels

/// ReLU. Where the layer that makes its input has applied it already, both share their memory.
package final class RectifierLayer<Scalar: KernelScalar>: Layer {
  private let x: Images<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?
  private let isDone: Bool

  /// - Parameter isDone: whether the input comes rectified.
  package init(
    x: Images<Scalar>, output: Signal<Scalar>, target: GradientTarget<Scalar>?, isDone: Bool
  ) {
    (self.x, self.output, self.target, self.isDone) = (x, output, target, isDone)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    if !isDone { Elementwise.rectify(x, to: output.value, count: count, team: team) }
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    Elementwise.rectifyGradient(
      output.value, output.gradient, to: target.images, accumulating: target.accumulating,
      count: count, team: team)
  }
}

/// The sum of two signals, perhaps with ReLU.
package final class AdditionLayer<Scalar: KernelScalar>: Layer {
  private let (x, y): (Images<Scalar>, Images<Scalar>)
  private let output: Signal<Scalar>
  private let targets: [GradientTarget<Scalar>?]
  private let rectified: Bool

  package init(
    x: Images<Scalar>, y: Images<Scalar>, output: Signal<Scalar>,
    targets: [GradientTarget<Scalar>?], rectified: Bool
  ) {
    (self.x, self.y, self.output, self.targets) = (x, y, output, targets)
    self.rectified = rectified
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    Elementwise.add(x, y, to: output.value, count: count, team: team)
    if rectified {
      Elementwise.rectify(output.value, to: output.value, count: count, team: team)
    }
  }

  package func backward(count: Int, team: Team) {
    for case let target? in targets {
      if target.accumulating {
        Elementwise.add(
          target.images, output.gradient, to: target.images, count: count, team: team)
      } else {
        Elementwise.copy(output.gradient, to: target.images, count: count, team: team)
      }
    }
  }
}

/// Dropout with a mask drawn anew for each step.
package final class DropoutLayer<Scalar: KernelScalar>: Layer {
  private let x: Images<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?
  private let factors: Images<Scalar>
  /// The probability of a zero.
  let probability: Double
  /// The node it is.
  let node: Int

  /// What each element is multiplied by when training: 0 or 1/(1 − p).
  package var mask: View<Scalar> { factors.numbers }

  package init(
    node: Int, probability: Double, x: Images<Scalar>, output: Signal<Scalar>,
    target: GradientTarget<Scalar>?
  ) {
    (self.node, self.probability) = (node, probability)
    (self.x, self.output, self.target) = (x, output, target)
    factors = Images(zeros: x.layout.with(border: 0), batch: x.batch)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    switch mode {
    case .training:
      Elementwise.multiply(
        x, factors, to: output.value, accumulating: false, count: count, team: team)
    case .evaluating:
      Elementwise.copy(x, to: output.value, count: count, team: team)
    }
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    Elementwise.multiply(
      output.gradient, factors, to: target.images, accumulating: target.accumulating,
      count: count, team: team)
  }
}
