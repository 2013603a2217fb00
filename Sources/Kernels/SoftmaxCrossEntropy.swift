/// The softmax cross-entropy of logits, its gradient, and which labels the logits agree with.
///
/// For one sample with logits z and label y the loss is log Σ exp(zⱼ − max z) − (z_y − max z); the sum runs over
/// vectors of eight classes and then a fixed tree.
public final class SoftmaxCrossEntropy<S: KernelScalar> {
  public let classes: Int
  private let batch: Int
  /// The loss of each sample of the last call.
  public let losses: View<S>
  /// Whether the largest logit, the first of equal ones, was the label's: 1 or 0, for each sample.
  public let correct: View<S>
  private let scratch: View<S>

  public init(classes: Int, batch: Int) {
    (self.classes, self.batch) = (classes, batch)
    (losses, correct) = (View(zeros: batch), View(zeros: batch))
    scratch = View(zeros: (classes + 7) / 8 * 8)
  }

  /// Computes losses and agreement of `labels.count` samples and, if wanted, ∂z of their mean loss.
  public func callAsFunction(
    _ logits: Images<S>, labels: ArraySlice<UInt8>, gradient: Images<S>?
  ) {
    require(labels.count <= batch && labels.count <= logits.batch)
    require(logits.layout.size == classes && logits.layout.border == 0)
    softmaxOfBatch(
      logits.start, classes, labels, gradient?.start, scratch.pointer, losses.pointer,
      correct.pointer)
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func softmaxOfBatch<S: KernelScalar>(
  _ logits: UnsafePointer<S>, _ classes: Int, _ labels: ArraySlice<UInt8>,
  _ gradient: UnsafeMutablePointer<S>?, _ scratch: UnsafeMutablePointer<S>,
  _ losses: UnsafeMutablePointer<S>, _ correct: UnsafeMutablePointer<S>
) {
  let weight = 1 / S(labels.count)
  var at = 0
  for label in labels {
    require(Int(label) < classes)
    let (loss, isCorrect) = softmaxOfSample(
      logits + at * classes, classes, label: Int(label), weight: weight, scratch,
      gradient.map { $0 + at * classes })
    losses[at] = loss
    correct[at] = isCorrect ? 1 : 0
    at += 1
  }
}

@inline(__always)
private func softmaxOfSample<S: KernelScalar>(
  _ logits: UnsafePointer<S>, _ classes: Int, label: Int, weight: S,
  _ scratch: UnsafeMutablePointer<S>, _ gradient: UnsafeMutablePointer<S>?
) -> (loss: S, isCorrect: Bool) {
  var largest = logits[0]
  var winner = 0
  for index in 1..<max(1, classes) where logits[index] > largest {
    largest = logits[index]
    winner = index
  }
  // A NaN anywhere reaches the sum, and so the loss.
  var total = SIMD8<S>.zero
  forEachVector(classes) { index, lanes in
    var powers = S.exponential(load(logits + index) - largest)
    if lanes < 8 { for lane in lanes..<8 { powers[lane] = 0 } }
    store(powers, scratch + index)
    total += powers
  }
  let sum = Reduction.tree(total)
  if let gradient {
    for index in 0..<classes {
      gradient[index] = weight * (scratch[index] / sum - (index == label ? 1 : 0))
    }
  }
  return (S.logarithm(sum) - (logits[label] - largest), winner == label)
}
