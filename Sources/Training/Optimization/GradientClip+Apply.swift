import Kernels
import Studies

extension GradientClip {
  /// Bounds a gradient in place.
  ///
  /// By norm: g ← g · min(1, bound / (‖g‖ + 10⁻⁶)), as PyTorch's `clip_grad_norm_`.
  package func apply<Scalar: KernelScalar>(to gradient: View<Scalar>, team: Team) {
    switch self {
    case .norm(let bound):
      let norm = Reduction.sumOfSquares(gradient).squareRoot()
      let factor = bound / (norm + 1e-6)
      if factor < 1 { Elementwise.scale(gradient, by: Scalar(factor), team: team) }
    case .value(let bound):
      Elementwise.clamp(gradient, to: Scalar(bound), team: team)
    }
  }
}
