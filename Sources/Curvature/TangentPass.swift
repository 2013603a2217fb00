import Kernels
import Networks

/// Which statistics batch normalisation uses.
public enum NormalizationMode: String, Hashable, Sendable, CaseIterable {
  /// The running ones: each image's loss depends on that image alone.
  case evaluation
  /// Those of the batch, which move with the parameters.
  case training
}

/// Gradients of a network's loss, and how they move along a direction: the product of the Hessian with it.
///
/// Pearlmutter's operator R{·} = d/dε at θ + ε v, layer by layer: forward it gives each value's tangent, backward
/// each gradient's, and so R{∂L/∂θ} = H v, exactly, by the kernels that train, in float64.
/// (Pearlmutter, "Fast Exact Multiplication by the Hessian", Neural Computation 6, 1994.)
///
/// Dropout drops nothing. ReLU and max pooling have the derivatives of the pieces they are in.
final class TangentPass {
  private let images: Images<Double>
  private let output: MovingSignal
  private let layers: [any TangentLayer]
  /// The product or the gradient of the last pass.
  let product: View<Double>

  /// - Parameters:
  ///   - parameters: θ, whose changes it takes in when told to.
  ///   - direction: v, of the same length, likewise.
  ///   - statistics: the running statistics.
  init(
    _ network: Network, parameters: View<Double>, direction: View<Double>,
    statistics: View<Double>, normalization: NormalizationMode, batch: Int
  ) {
    let plan = TangentPlan(
      network, parameters: parameters, direction: direction, statistics: statistics,
      normalization: normalization, batch: batch)
    (layers, product) = (plan.layers, plan.product)
    (images, output) = (plan.signals[0].value, plan.signals[plan.signals.count - 1])
  }

  func takeParameters() { for layer in layers { layer.takeParameters() } }
  func takeDirection() { for layer in layers { layer.takeDirection() } }

  /// Sets `product` to H v, or, if it is not `moving`, to the gradient, of weight × the sum of the images' losses;
  /// returns that sum.
  ///
  /// - Parameter load: puts the images into the memory it is given.
  func run(
    moving: Bool, labels: ArraySlice<UInt8>, weight: Double, load: (Images<Double>) -> Void
  ) -> Double {
    load(images)
    let count = labels.count
    for layer in layers { layer.forward(moving: moving, count: count) }
    let loss = SoftmaxTangent.gradients(
      output.value, tangent: moving ? output.tangent : nil, labels: labels, weight: weight,
      to: output.gradient, output.gradientTangent)
    for layer in layers.reversed() { layer.backward(moving: moving, count: count) }
    return loss
  }
}
