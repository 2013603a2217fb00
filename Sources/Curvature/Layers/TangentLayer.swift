import Kernels

/// A node of a network that knows how its value and gradient move as the parameters move along a direction.
///
/// What it reads and writes was fixed when the pass was planned; a pass only says how many images. Where a pass
/// is for the gradient alone, `moving` is false and no tangent is read or written.
protocol TangentLayer: AnyObject {
  /// Takes in changed parameters.
  func takeParameters()
  /// Takes in a changed direction.
  func takeDirection()
  /// Computes the node's value and tangent from its inputs'.
  func forward(moving: Bool, count: Int)
  /// Computes its inputs' gradients and their tangents from its own, and its parameters' share of the product.
  func backward(moving: Bool, count: Int)
}

extension TangentLayer {
  func takeParameters() {}
  func takeDirection() {}
}

/// One thread: images of a batch are few, and batches are shared among threads instead.
let alone = Team(threads: 1)

/// What a node gives for each image of a batch, and the gradient of the loss by it, both with their tangents.
struct MovingSignal {
  let value: Images<Double>
  /// Zero if no parameter stands before it, so that it does not move.
  let tangent: Images<Double>
  let moves: Bool
  let gradient: Images<Double>
  let gradientTangent: Images<Double>

  init(_ layout: ImageLayout, batch: Int, moves: Bool) {
    value = Images(zeros: layout, batch: batch)
    (tangent, self.moves) = (Images(zeros: layout, batch: batch), moves)
    let plain = layout.with(border: 0)
    gradient = Images(zeros: plain, batch: moves ? batch : 0)
    gradientTangent = Images(zeros: plain, batch: moves ? batch : 0)
  }
}

/// An input of a layer.
struct LayerInput {
  let signal: MovingSignal
  /// Whether another layer has written its gradient already in the same pass.
  let accumulating: Bool

  /// Calls `body` for the gradient to send there and, if it moves, its tangent, with their sources.
  func send(
    from output: MovingSignal, moving: Bool, _ body: (Images<Double>, Images<Double>) -> Void
  ) {
    guard signal.moves else { return }
    body(output.gradient, signal.gradient)
    if moving { body(output.gradientTangent, signal.gradientTangent) }
  }
}

/// A parameter tensor θ, the direction v it moves in, and its share of the product H v, or of the gradient.
struct MovingParameter {
  let value: View<Double>
  let direction: View<Double>
  let product: View<Double>
}
