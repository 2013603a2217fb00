/// Batch normalisation and its derivatives along a direction of x, γ and β.
///
/// With x̂ = (x − μ) s, s = 1/√(σ² + ε) and y = γ x̂ + β, moving x by ẋ, γ by γ̇ and β by β̇ moves
///
///     μ̇ = mean ẋ,   ṡ = −s² q,   q = mean(x̂ ∘ ẋ)                    (zero with running statistics)
///     x̂̇ = s (ẋ − μ̇) − s q x̂
///     ẏ = γ x̂̇ + γ̇ x̂ + β̇
///
/// and the gradient ∂x = γ s (δ − a − x̂ b), a = mean δ, b = mean(δ ∘ x̂) (zero with running statistics), by
///
///     ∂ẋ = (γ̇ s + γ ṡ)(δ − a − x̂ b) + γ s (δ̇ − ȧ − x̂̇ b − x̂ ḃ)
///     ∂γ̇ = Σ (δ̇ ∘ x̂ + δ ∘ x̂̇),   ∂β̇ = Σ δ̇.
///
/// Means run over images, rows and columns, in this order.
public final class BatchNormalizationTangent<S: KernelScalar> {
  fileprivate let layout: ImageLayout
  fileprivate let epsilon: S
  fileprivate let usesBatch: Bool
  /// μ, s, μ̇, q, γ, γ̇, then a, b, ȧ, ḃ of each channel.
  fileprivate let numbers: View<S>

  /// - Parameters:
  ///   - layout: how x lies in memory.
  ///   - usesBatch: whether μ and σ² are the batch's, σ² biased; else they are the running ones.
  public init(_ layout: ImageLayout, epsilon: Double, usesBatch: Bool) {
    (self.layout, self.epsilon, self.usesBatch) = (layout, S(epsilon), usesBatch)
    numbers = View(zeros: 10 * layout.channels)
  }

  /// A signal and how it moves; `nil` if it does not.
  public typealias Moving = (value: Images<S>, tangent: Images<S>?)
  /// A parameter and how it moves.
  public typealias MovingParameter = (value: View<S>, tangent: View<S>)

  /// y and, where `y.tangent` is given, ẏ.
  public func forward(
    _ x: Moving, to y: Moving, weight: MovingParameter, bias: MovingParameter,
    runningMean: View<S>, runningVariance: View<S>, count: Int
  ) {
    require(x.value.layout == layout && y.value.layout.size == layout.size)
    require(count <= min(x.value.batch, y.value.batch))
    require(weight.value.count == layout.channels && bias.value.count == layout.channels)
    for channel in 0..<layout.channels {
      numbers[4 * layout.channels + channel] = weight.value[channel]
      numbers[5 * layout.channels + channel] = weight.tangent[channel]
    }
    if usesBatch {
      takeBatch(numbers.pointer, epsilon, x.value, x.tangent, count)
    } else {
      for channel in 0..<layout.channels {
        numbers[channel] = runningMean[channel]
        numbers[layout.channels + channel] =
          1 / (runningVariance[channel] + epsilon).squareRoot()
      }
    }
    moveNormalized(
      numbers.pointer, bias.value.pointer, bias.tangent.pointer, x.value, x.tangent, y.value,
      y.tangent, count)
  }

  /// The gradient of what was last computed forward; where tangents are given, how it moves.
  ///
  /// - Parameters:
  ///   - dy: δ and δ̇.
  ///   - dx: where ∂x and ∂ẋ are written or added; `nil` if nobody asks.
  ///   - weightGradient: ∂γ̇, or ∂γ without tangents.
  ///   - biasGradient: ∂β̇, or ∂β without tangents.
  public func backward(
    _ x: Moving, _ dy: Moving, to dx: Moving?, accumulating: Bool, weightGradient: View<S>,
    biasGradient: View<S>, count: Int
  ) {
    require(x.value.layout == layout && dy.value.layout.size == layout.size)
    require(weightGradient.count == layout.channels && biasGradient.count == layout.channels)
    sumMovingGradients(
      numbers.pointer, x.value, x.tangent, dy.value, dy.tangent, weightGradient.pointer,
      biasGradient.pointer, usesBatch, count)
    guard let dx else { return }
    moveGradient(
      numbers.pointer, x.value, x.tangent, dy.value, dy.tangent, dx.value, dx.tangent,
      accumulating, count)
  }
}

extension ImageLayout {
  /// Where the pixel number `pixel` of an image lies.
  @inline(__always)
  fileprivate func place(_ image: Int, _ pixel: Int) -> Int {
    image * imagePitch + pixel / width * rowPitch + pixel % width * channels
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func takeBatch<S: KernelScalar>(
  _ numbers: UnsafeMutablePointer<S>, _ epsilon: S, _ x: Images<S>, _ dx: Images<S>?, _ count: Int
) {
  let (layout, channels) = (x.layout, x.layout.channels)
  let positions = layout.height * layout.width
  let total = S(count * positions)
  let (mean, inverse) = (numbers, numbers + channels)
  let (tangent, slope) = (numbers + 2 * channels, numbers + 3 * channels)
  for channel in 0..<4 * channels { numbers[channel] = 0 }
  for image in 0..<count {
    for pixel in 0..<positions {
      let from = x.start + layout.place(image, pixel)
      for channel in 0..<channels { mean[channel] += from[channel] }
      guard let dx else { continue }
      let moving = dx.start + layout.place(image, pixel)
      for channel in 0..<channels { tangent[channel] += moving[channel] }
    }
  }
  for channel in 0..<channels {
    mean[channel] /= total
    tangent[channel] /= total
  }
  for image in 0..<count {
    for pixel in 0..<positions {
      let from = x.start + layout.place(image, pixel)
      for channel in 0..<channels {
        let centred = from[channel] - mean[channel]
        inverse[channel] += centred * centred
      }
      guard let dx else { continue }
      let moving = dx.start + layout.place(image, pixel)
      for channel in 0..<channels {
        slope[channel] += (from[channel] - mean[channel]) * moving[channel]
      }
    }
  }
  for channel in 0..<channels {
    inverse[channel] = 1 / (inverse[channel] / total + epsilon).squareRoot()
    slope[channel] *= inverse[channel] / total
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func moveNormalized<S: KernelScalar>(
  _ numbers: UnsafePointer<S>, _ bias: UnsafePointer<S>, _ biasTangent: UnsafePointer<S>,
  _ x: Images<S>, _ dx: Images<S>?, _ y: Images<S>, _ dy: Images<S>?, _ count: Int
) {
  let (layout, channels) = (x.layout, x.layout.channels)
  for image in 0..<count {
    for pixel in 0..<layout.height * layout.width {
      let (at, to) = (layout.place(image, pixel), y.layout.place(image, pixel))
      for channel in 0..<channels {
        let inverse = numbers[channels + channel]
        let normal = (x.start[at + channel] - numbers[channel]) * inverse
        let weight = numbers[4 * channels + channel]
        y.start[to + channel] = weight * normal + bias[channel]
        guard let dy else { continue }
        var moving = numbers[5 * channels + channel] * normal + biasTangent[channel]
        if let dx {
          let shifted = dx.start[at + channel] - numbers[2 * channels + channel]
          moving += weight * inverse * (shifted - numbers[3 * channels + channel] * normal)
        }
        dy.start[to + channel] = moving
      }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func sumMovingGradients<S: KernelScalar>(
  _ numbers: UnsafeMutablePointer<S>, _ x: Images<S>, _ dx: Images<S>?, _ dy: Images<S>,
  _ ddy: Images<S>?, _ weightGradient: UnsafeMutablePointer<S>,
  _ biasGradient: UnsafeMutablePointer<S>, _ usesBatch: Bool, _ count: Int
) {
  let (layout, channels) = (x.layout, x.layout.channels)
  let positions = layout.height * layout.width
  let sums = numbers + 6 * channels
  for channel in 0..<4 * channels { sums[channel] = 0 }
  for image in 0..<count {
    for pixel in 0..<positions {
      let (at, from) = (layout.place(image, pixel), dy.layout.place(image, pixel))
      for channel in 0..<channels {
        let inverse = numbers[channels + channel]
        let normal = (x.start[at + channel] - numbers[channel]) * inverse
        let share = dy.start[from + channel]
        sums[channel] += share
        sums[channels + channel] += share * normal
        guard let ddy else { continue }
        let moving = ddy.start[from + channel]
        sums[2 * channels + channel] += moving
        var product = moving * normal
        if let dx {
          let shifted = dx.start[at + channel] - numbers[2 * channels + channel]
          product += share * inverse * (shifted - numbers[3 * channels + channel] * normal)
        }
        sums[3 * channels + channel] += product
      }
    }
  }
  let order = ddy == nil ? 0 : 2
  let total = S(count * positions)
  for channel in 0..<channels {
    biasGradient[channel] = sums[order * channels + channel]
    weightGradient[channel] = sums[(order + 1) * channels + channel]
  }
  for index in 0..<4 * channels { sums[index] = usesBatch ? sums[index] / total : 0 }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func moveGradient<S: KernelScalar>(
  _ numbers: UnsafePointer<S>, _ x: Images<S>, _ dx: Images<S>?, _ dy: Images<S>,
  _ ddy: Images<S>?, _ target: Images<S>, _ movingTarget: Images<S>?, _ accumulating: Bool,
  _ count: Int
) {
  let (layout, channels) = (x.layout, x.layout.channels)
  for image in 0..<count {
    for pixel in 0..<layout.height * layout.width {
      let (at, from) = (layout.place(image, pixel), dy.layout.place(image, pixel))
      let to = target.layout.place(image, pixel)
      for channel in 0..<channels {
        let inverse = numbers[channels + channel]
        let normal = (x.start[at + channel] - numbers[channel]) * inverse
        let scale = numbers[4 * channels + channel] * inverse
        let slope = numbers[7 * channels + channel]
        let rest = dy.start[from + channel] - numbers[6 * channels + channel] - normal * slope
        let share = scale * rest
        target.start[to + channel] =
          accumulating ? target.start[to + channel] + share : share
        guard let ddy, let movingTarget else { continue }
        let q = numbers[3 * channels + channel]
        var normalTangent: S = 0
        if let dx {
          normalTangent =
            inverse * (dx.start[at + channel] - numbers[2 * channels + channel] - q * normal)
        }
        let scaleTangent = numbers[5 * channels + channel] * inverse - scale * inverse * q
        let restTangent =
          ddy.start[from + channel] - numbers[8 * channels + channel] - normalTangent * slope
          - normal * numbers[9 * channels + channel]
        let moving = scaleTangent * rest + scale * restTangent
        movingTarget.start[to + channel] =
          accumulating ? movingTarget.start[to + channel] + moving : moving
      }
    }
  }
}
