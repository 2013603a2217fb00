/// The second derivative of the softmax cross-entropy along a direction of its logits.
///
/// With p = softmax(z) and label y the loss's gradient is δ = w (p − e_y); as z moves along ż it moves by
/// δ̇ = w (p ∘ ż − p (p · ż)), w being the weight of a sample.
public enum SoftmaxTangent {
  /// Computes δ and, if ż is given, δ̇ for `labels.count` samples; returns the sum of their losses, not weighted.
  public static func gradients<S: KernelScalar>(
    _ z: Images<S>, tangent dz: Images<S>?, labels: ArraySlice<UInt8>, weight: S,
    to gradient: Images<S>, _ gradientTangent: Images<S>
  ) -> Double {
    let classes = z.layout.size
    require(labels.count <= min(z.batch, gradient.batch, gradientTangent.batch))
    require(gradient.layout.size == classes && gradientTangent.layout.size == classes)
    require(z.layout.border == 0 && gradient.layout.border == 0)
    return moveSoftmax(
      z.start, dz?.start, classes, labels, weight, gradient.start, gradientTangent.start)
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func moveSoftmax<S: KernelScalar>(
  _ z: UnsafePointer<S>, _ dz: UnsafePointer<S>?, _ classes: Int, _ labels: ArraySlice<UInt8>,
  _ weight: S, _ gradient: UnsafeMutablePointer<S>, _ gradientTangent: UnsafeMutablePointer<S>
) -> Double {
  var losses = 0.0
  for (sample, label) in labels.enumerated() {
    require(Int(label) < classes)
    let at = sample * classes
    var largest = z[at]
    for index in 1..<max(1, classes) where z[at + index] > largest { largest = z[at + index] }
    var sum: S = 0
    for index in 0..<classes {
      let power = S.exponential(SIMD8(repeating: z[at + index] - largest))[0]
      gradient[at + index] = power
      sum += power
    }
    losses += Double(S.logarithm(sum) - (z[at + Int(label)] - largest))
    var mean: S = 0
    for index in 0..<classes {
      gradient[at + index] /= sum
      if let dz { mean = mean.addingProduct(gradient[at + index], dz[at + index]) }
    }
    for index in 0..<classes {
      let p = gradient[at + index]
      if let dz { gradientTangent[at + index] = weight * p * (dz[at + index] - mean) }
      gradient[at + index] = weight * (p - (index == Int(label) ? 1 : 0))
    }
  }
  return losses
}
