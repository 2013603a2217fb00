import Kernels
import Networks

/// A network with its parameters and all the memory that training it takes, planned once.
///
/// The parameters are one flat vector, θ in ℝⁿ, in the order of `Network.parameters`; the gradient is another.
/// Both are followed by zeros up to a multiple of eight. A pass allocates nothing.
public final class Executor<Scalar: KernelScalar> {
  public let network: Network
  /// The largest number of images in a pass.
  public let batch: Int
  /// θ.
  public let parameters: View<Scalar>
  /// ∂(mean loss)/∂θ of the last `backward`.
  public let gradient: View<Scalar>
  /// The running statistics, one flat vector in the order of `Network.statistics`.
  public let statistics: View<Scalar>
  /// The images of a pass, image × row × column × channel.
  public let images: Images<Scalar>
  private let logits: Signal<Scalar>
  /// The dropout layers, whose masks the caller draws before each training pass.
  let dropouts: [DropoutLayer<Scalar>]
  private let layers: [any Layer]
  private let loss: SoftmaxCrossEntropy<Scalar>
  private let team: Team
  /// How long each layer has taken; measured once it is set.
  public private(set) var profile: ExecutionProfile?

  public init(_ network: Network, batch: Int, threads: Int = 1) {
    (self.network, self.batch) = (network, batch)
    team = Team(threads: threads)
    let plan = ExecutionPlan<Scalar>(network, batch: batch)
    (parameters, gradient, statistics) = (plan.parameters, plan.gradient, plan.statistics)
    images = plan.signals[0].value
    logits = plan.signals[network.nodes.count - 1]
    layers = plan.layers
    dropouts = layers.compactMap { $0 as? DropoutLayer<Scalar> }
    loss = SoftmaxCrossEntropy(classes: network.classes, batch: batch)
  }

  /// What a pass found.
  public struct Evaluation: Hashable, Sendable {
    /// The sum over the images of their losses, summed in double precision.
    public var lossSum: Double
    /// How many images were classified correctly.
    public var correct: Int
  }

  /// Takes in changed parameters; to be called before the passes that use them.
  public func prepare(forGradient: Bool) {
    for (index, layer) in layers.enumerated() {
      timed({ $0.layers[index + 1].prepare += $1 }) { layer.prepare(forGradient: forGradient) }
    }
  }

  /// Starts to measure how long each layer takes.
  public func startProfile() { profile = ExecutionProfile(nodes: network.nodes.count) }

  @inline(__always)
  private func timed(
    _ note: (inout ExecutionProfile, Double) -> Void, _ body: () -> Void
  ) {
    guard profile != nil else { return body() }
    let elapsed = seconds(body)
    if var measured = profile.take() {
      note(&measured, elapsed)
      profile = measured
    }
  }

  /// Computes the losses of `labels.count` images and, when training, is ready for `backward`.
  public func forward(_ mode: Mode, labels: ArraySlice<UInt8>) -> Evaluation {
    let count = labels.count
    precondition(count > 0 && count <= batch)
    for (index, layer) in layers.enumerated() {
      timed({ $0.layers[index + 1].forward += $1 }) {
        layer.forward(mode, count: count, team: team)
      }
    }
    timed({ $0.loss += $1 }) {
      loss(logits.value, labels: labels, gradient: mode == .training ? logits.gradient : nil)
    }
    var evaluation = Evaluation(lossSum: 0, correct: 0)
    for sample in 0..<count {
      evaluation.lossSum += Double(loss.losses[sample])
      evaluation.correct += loss.correct[sample] == 1 ? 1 : 0
    }
    return evaluation
  }

  /// Computes the gradient of the mean loss of the last `forward(.training, …)`.
  ///
  /// - Precondition: `count` is the number of labels of that pass.
  public func backward(count: Int) {
    precondition(count > 0 && count <= batch)
    for (index, layer) in layers.enumerated().reversed() {
      timed({ $0.layers[index + 1].backward += $1 }) { layer.backward(count: count, team: team) }
    }
    profile?.passes += 1
  }

  /// The logits of the last pass: for each image it may have, one for each class.
  public var outputs: [Scalar] { logits.value.array }

  /// Whether an image of the last pass was classified correctly.
  public func isCorrect(_ sample: Int) -> Bool { loss.correct[sample] == 1 }
}
