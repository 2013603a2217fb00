import Kernels

/// A layer without parameters that is linear in its inputs: its tangent is made as its value is.
final class LinearTangent: TangentLayer {
  /// What it does for one of its inputs: the layer's value from the input's, and the input's gradient from its own.
  struct Part {
    let input: LayerInput
    let apply: (_ x: Images<Double>, _ y: Images<Double>, _ count: Int) -> Void
    let pull:
      (_ dy: Images<Double>, _ dx: Images<Double>, _ accumulating: Bool, _ count: Int) -> Void
  }

  private let parts: [Part]
  private let output: MovingSignal

  init(_ parts: [Part], _ output: MovingSignal) { (self.parts, self.output) = (parts, output) }

  func forward(moving: Bool, count: Int) {
    for part in parts { part.apply(part.input.signal.value, output.value, count) }
    guard moving else { return }
    for part in parts { part.apply(part.input.signal.tangent, output.tangent, count) }
  }

  func backward(moving: Bool, count: Int) {
    for part in parts {
      part.input.send(from: output, moving: moving) {
        part.pull($0, $1, part.input.accumulating, count)
      }
    }
  }
}

extension LinearTangent.Part {
  static func average(_ pooling: Pooling, _ input: LayerInput) -> Self {
    Self(input: input) {
      pooling.average($0, to: $1, count: $2, team: alone)
    } pull: {
      pooling.averageGradient($0, to: $1, accumulating: $2, count: $3, team: alone)
    }
  }

  static func globalAverage(_ input: LayerInput) -> Self {
    Self(input: input) {
      GlobalAverage.forward($0, to: $1, count: $2, team: alone)
    } pull: {
      GlobalAverage.gradient($0, to: $1, accumulating: $2, count: $3, team: alone)
    }
  }

  static func flatten(_ input: LayerInput) -> Self {
    Self(input: input) {
      Layout.channelsFirst($0, to: $1, count: $2, team: alone)
    } pull: {
      Layout.channelsLast($0, to: $1, accumulating: $2, count: $3, team: alone)
    }
  }

  static func channels(at offset: Int, _ input: LayerInput) -> Self {
    Self(input: input) {
      Layout.insertChannels($0, to: $1, at: offset, count: $2, team: alone)
    } pull: {
      Layout.extractChannels(
        $0, at: offset, to: $1, accumulating: $2, count: $3, team: alone)
    }
  }

  /// A term of a sum, or a layer that changes nothing; the first term is copied, the others are added.
  static func term(isFirst: Bool, _ input: LayerInput) -> Self {
    Self(input: input) {
      if isFirst {
        Elementwise.copy($0, to: $1, count: $2, team: alone)
      } else {
        Elementwise.add($1, $0, to: $1, count: $2, team: alone)
      }
    } pull: {
      if $2 {
        Elementwise.add($1, $0, to: $1, count: $3, team: alone)
      } else {
        Elementwise.copy($0, to: $1, count: $3, team: alone)
      }
    }
  }
}
