import Kernels

/// Images as vectors in channel, row, column order.
package final class FlattenLayer<Scalar: KernelScalar>: Layer {
  private let channels: Int
  private let positions: Int
  private let x: View<Scalar>
  private let output: Signal<Scalar>
  private let target: GradientTarget<Scalar>?

  package init(
    channels: Int, positions: Int, x: View<Scalar>, output: Signal<Scalar>,
    target: GradientTarget<Scalar>?
  ) {
    (self.channels, self.positions, self.x) = (channels, positions, x)
    (self.output, self.target) = (output, target)
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    Layout.channelsFirst(
      x, channels: channels, positions: positions, to: output.value, count: count, team: team)
  }

  package func backward(count: Int, team: Team) {
    guard let target else { return }
    Layout.channelsLast(
      output.gradient, channels: channels, positions: positions, to: target.view,
      accumulating: target.accumulating, count: count, team: team)
  }
}

/// Signals one after another along the channels.
package final class ConcatenationLayer<Scalar: KernelScalar>: Layer {
  /// One of the signals: where it comes from, where it goes, and its channels' place in the whole.
  package struct Part {
    let x: View<Scalar>
    let target: GradientTarget<Scalar>?
    let channels: Int
    let offset: Int

    package init(
      x: View<Scalar>, target: GradientTarget<Scalar>?, channels: Int, offset: Int
    ) {
      (self.x, self.target, self.channels, self.offset) = (x, target, channels, offset)
    }
  }

  private let parts: [Part]
  private let channels: Int
  private let positions: Int
  private let output: Signal<Scalar>

  package init(_ parts: [Part], channels: Int, positions: Int, output: Signal<Scalar>) {
    (self.parts, self.channels, self.positions) = (parts, channels, positions)
    self.output = output
  }

  package func forward(_ mode: Mode, count: Int, team: Team) {
    for part in parts {
      Layout.insertChannels(
        part.x, channels: part.channels, to: output.value, at: part.offset, of: channels,
        rows: count * positions, team: team)
    }
  }

  package func backward(count: Int, team: Team) {
    for part in parts {
      guard let target = part.target else { continue }
      Layout.extractChannels(
        output.gradient, at: part.offset, of: channels, to: target.view, channels: part.channels,
        accumulating: target.accumulating, rows: count * positions, team: team)
    }
  }
}
