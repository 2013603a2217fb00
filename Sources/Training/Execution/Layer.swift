import Kernels

/// Whether a pass is for training or for evaluation: batch normalisation and dropout differ.
public enum Mode: Sendable {
  case training
  case evaluating
}

/// A node of a network with the memory it works in.
///
/// What a layer reads and writes was fixed when the network was planned; a pass only says how many images.
package protocol Layer: AnyObject {
  /// Takes in changed parameters.
  func prepare(forGradient: Bool)
  /// Computes the node's value from its inputs' values.
  func forward(_ mode: Mode, count: Int, team: Team)
  /// Computes the gradients of its inputs and parameters from its own.
  func backward(count: Int, team: Team)
}

extension Layer {
  package func prepare(forGradient: Bool) {}
}

/// The value of a node for each image of a batch and, when training, the gradient of the loss by it.
package struct Signal<Scalar: KernelScalar> {
  package let value: View<Scalar>
  /// Empty if nothing needs it.
  package let gradient: View<Scalar>

  package init(value: View<Scalar>, gradient: View<Scalar>) {
    (self.value, self.gradient) = (value, gradient)
  }
}

/// Where a layer sends the gradient of one of its inputs.
package struct GradientTarget<Scalar: KernelScalar> {
  package let view: View<Scalar>
  /// Whether another layer has written there already in the same pass.
  package let accumulating: Bool

  package init(view: View<Scalar>, accumulating: Bool) {
    (self.view, self.accumulating) = (view, accumulating)
  }
}

/// A parameter tensor and its gradient.
package struct Parameter<Scalar: KernelScalar> {
  package let value: View<Scalar>
  package let gradient: View<Scalar>

  package init(value: View<Scalar>, gradient: View<Scalar>) {
    (self.value, self.gradient) = (value, gradient)
  }
}
