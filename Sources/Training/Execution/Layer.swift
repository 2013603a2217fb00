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

/// A node whose work another one does, or that has none.
package final class NoLayer: Layer {
  package init() {}
  package func forward(_ mode: Mode, count: Int, team: Team) {}
  package func backward(count: Int, team: Team) {}
}

/// The value of a node for each image of a batch and, when training, the gradient of the loss by it.
package struct Signal<Scalar: KernelScalar> {
  package let value: Images<Scalar>
  /// The value's own memory if nothing needs a gradient.
  package let gradient: Images<Scalar>

  package init(value: Images<Scalar>, gradient: Images<Scalar>) {
    (self.value, self.gradient) = (value, gradient)
  }
}

/// Where a layer sends the gradient of one of its inputs.
package struct GradientTarget<Scalar: KernelScalar> {
  package let images: Images<Scalar>
  /// Whether another layer has written there already in the same pass.
  package let accumulating: Bool

  package init(images: Images<Scalar>, accumulating: Bool) {
    (self.images, self.accumulating) = (images, accumulating)
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
