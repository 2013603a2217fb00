import Kernels

/// Images as vectors in channel, row, column order.
package final class FlattenLayer<Scalar: KernelScalar>: Layer {
  private let x: Images<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?

  package init(x: Images<Scalar>, output: Signal<Scalar>, target: GradientTarget<Scalar>?) {
    (self.x, self.output, self.target) = (x, output, target)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    Layout.channelsFirst(x, to: output.value, count: count, team: team)
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    Layout.channelsLast(
      output.gradient, to: target.images, accumulating: target.accumulating, count: count,
      team: team)
  }
}

/// Signals one after another along the channels.
package final class ConcatenationLayer<Scalar: KernelScalar>: Layer {
  /// One of the signals and its place in the whole.
  package struct Part {
    /// Where it comes from; `nil` if it is made in its place.
    let x: Images<Scalar>?
    /// Where its gradient goes; `nil` if nobody needs it, or it is taken from its place.
    let target: GradientTarget<Scalar>?
    let channels: Range<Int>

    package init(x: Images<Scalar>?, target: GradientTarget<Scalar>?, channels: Range<Int>) {
      (self.x, self.target, self.channels) = (x, target, channels)
    }
  }

  private let parts: [Part]
  private let output: Signal<Scalar>

  package init(_ parts: [Part], output: Signal<Scalar>) {
    (self.parts, self.output) = (parts, output)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    for part in parts {
      guard let x = part.x else { continue }
      Layout.insertChannels(
        x, to: output.value, at: part.channels.lowerBound, count: count, team: team)
    }
  }

  package func backward(count: Int, team: Team) {
    for part in parts {
      guard let target = part.target else { continue }
      Layout.extractChannels(
        output.gradient, at: part.channels.lowerBound, to: target.images,
        accumulating: target.accumulating,
        count: count, team: team)
    }
  }
}
