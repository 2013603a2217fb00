/// Batch normalisation of each channel over the batch and all positions, perhaps with the sum of another
/// signal and with ReLU: y = relu(γ (x − μ) / √(σ² + ε) + β + s).
///
/// Ioffe & Szegedy, "Batch Normalization", ICML 2015, in PyTorch's conventions: the batch's variance is
/// biased where it normalises and unbiased where it moves the running variance.
public final class BatchNormalization<S: KernelScalar> {
  fileprivate let layout: ImageLayout
  fileprivate let epsilon: Double
  fileprivate let momentum: Double
  private let rectified: Bool
  /// Of the last training batch.
  fileprivate let mean: View<S>
  fileprivate let inverseDeviation: View<S>
  /// y = scale · x + shift.
  fileprivate let scale: View<S>
  fileprivate let shift: View<S>
  /// ∂x = scale · (∂y − gradientShift − slope · x).
  fileprivate let slope: View<S>
  fileprivate let gradientShift: View<S>
  /// Σ ∂y and Σ ∂y (x − μ) of each image, images × channels filled up to whole vectors.
  fileprivate let sums: View<S>
  fileprivate let products: View<S>
  fileprivate let pitch: Int

  /// - Parameters:
  ///   - layout: how x lies in memory.
  ///   - batch: the largest number of images.
  public init(
    _ layout: ImageLayout, batch: Int, epsilon: Double, momentum: Double, rectified: Bool
  ) {
    (self.layout, self.epsilon, self.momentum) = (layout, epsilon, momentum)
    self.rectified = rectified
    pitch = (layout.channels + 7) / 8 * 8
    (mean, inverseDeviation) = (View(zeros: pitch), View(zeros: pitch))
    (scale, shift) = (View(zeros: pitch), View(zeros: pitch))
    (slope, gradientShift) = (View(zeros: pitch), View(zeros: pitch))
    (sums, products) = (View(zeros: batch * pitch), View(zeros: batch * pitch))
  }

  /// The parameters and the running statistics, one number per channel each.
  public struct Channels {
    let weight: View<S>
    let bias: View<S>
    let runningMean: View<S>
    let runningVariance: View<S>

    public init(
      weight: View<S>, bias: View<S>, runningMean: View<S>, runningVariance: View<S>
    ) {
      (self.weight, self.bias) = (weight, bias)
      (self.runningMean, self.runningVariance) = (runningMean, runningVariance)
    }
  }

  /// Normalises with the batch's mean and variance, which also move the running ones.
  ///
  /// - Parameters:
  ///   - moments: those of x.
  ///   - summand: s, if there is one.
  public func train(
    _ x: Images<S>, moments: ChannelMoments<S>, adding summand: Images<S>?, to y: Images<S>,
    _ channels: Channels, count: Int, team: Team
  ) {
    takeMoments(self, moments, channels, count)
    normalize(x, adding: summand, to: y, count, team)
  }

  /// Normalises with the running mean and variance.
  public func evaluate(
    _ x: Images<S>, adding summand: Images<S>?, to y: Images<S>, _ channels: Channels, count: Int,
    team: Team
  ) {
    takeRunning(self, channels)
    normalize(x, adding: summand, to: y, count, team)
  }

  private func normalize(
    _ x: Images<S>, adding summand: Images<S>?, to y: Images<S>, _ count: Int, _ team: Team
  ) {
    normalizeImages(x, summand, y, scale.pointer, shift.pointer, rectified, count, team)
  }

  /// ∂γ, ∂β and, if asked for, ∂s and ∂x from ∂y and the x and y of the last `train`.
  ///
  /// - Parameters:
  ///   - dy: becomes the gradient before ReLU where there is both ReLU and a summand.
  ///   - summand: where ∂s is written or added.
  ///   - dx: where ∂x is written or added; may be `dy`, if written.
  public func gradient(
    _ x: Images<S>, _ y: Images<S>, _ dy: Images<S>, summand: (Images<S>, accumulating: Bool)?,
    to dx: (Images<S>, accumulating: Bool)?, hasSummand: Bool,
    weightGradient: View<S>, biasGradient: View<S>, count: Int, team: Team
  ) {
    require(x.layout == layout && dy.layout.size == layout.size && y.layout.size == layout.size)
    require(count * pitch <= sums.count && count <= min(x.batch, dy.batch))
    require(weightGradient.count == layout.channels && biasGradient.count == layout.channels)
    require(dx.map { $0.0.layout.size == layout.size && count <= $0.0.batch } ?? true)
    require(summand.map { $0.0.layout.size == layout.size && count <= $0.0.batch } ?? true)
    // ReLU's part in ∂y is found again from x, unless a summand decided too: then from y, and kept in ∂y.
    let masked = rectified && !hasSummand
    team.forEach(count) { image in
      if rectified && hasSummand { rectifyImage(y, dy, image) }
      if let (target, accumulating) = summand { shareImage(dy, target, accumulating, image) }
      sumGradients(
        x, dy, mean.pointer, scale.pointer, shift.pointer, masked, sums.pointer + image * pitch,
        products.pointer + image * pitch, image)
    }
    joinGradients(self, weightGradient, biasGradient, count)
    guard let (target, accumulating) = dx else { return }
    gradientOfImages(
      x, dy, target, scale.pointer, shift.pointer, slope.pointer, gradientShift.pointer,
      masked: masked, accumulating: accumulating, count, team)
  }
}

extension BatchNormalization {
  /// Sets y = scale · x + shift of a channel.
  @inline(__always)
  fileprivate func setScale(
    _ channel: Int, _ mean: Double, _ inverse: Double, _ channels: Channels
  ) {
    let factor = Double(channels.weight.pointer[channel]) * inverse
    scale.pointer[channel] = S(factor)
    shift.pointer[channel] = S(Double(channels.bias.pointer[channel]) - mean * factor)
  }

  @inline(__always)
  fileprivate func move(_ running: UnsafeMutablePointer<S>, to value: Double) {
    running.pointee = S((1 - momentum) * Double(running.pointee) + momentum * value)
  }
}

// Arithmetic on single numbers is compiled well only where their type is known.

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func takeMoments<S: KernelScalar>(
  _ kernel: BatchNormalization<S>, _ moments: ChannelMoments<S>,
  _ channels: BatchNormalization<S>.Channels, _ count: Int
) {
  let n = Double(count * kernel.layout.height * kernel.layout.width)
  for channel in 0..<kernel.layout.channels {
    let (mean, squares) = moments.joined(channel: channel, count: count)
    let variance = squares / n
    let unbiased = n > 1 ? squares / (n - 1) : variance
    let inverse = 1 / (variance + kernel.epsilon).squareRoot()
    kernel.mean.pointer[channel] = S(mean)
    kernel.inverseDeviation.pointer[channel] = S(inverse)
    kernel.setScale(channel, Double(S(mean)), inverse, channels)
    kernel.move(channels.runningMean.pointer + channel, to: mean)
    kernel.move(channels.runningVariance.pointer + channel, to: unbiased)
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func takeRunning<S: KernelScalar>(
  _ kernel: BatchNormalization<S>, _ channels: BatchNormalization<S>.Channels
) {
  for channel in 0..<kernel.layout.channels {
    let variance = Double(channels.runningVariance.pointer[channel])
    kernel.setScale(
      channel, Double(channels.runningMean.pointer[channel]),
      1 / (variance + kernel.epsilon).squareRoot(), channels)
  }
}

/// Joins the images' sums in double precision, to ∂γ, ∂β and what ∂x is made with.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func joinGradients<S: KernelScalar>(
  _ kernel: BatchNormalization<S>, _ weightGradient: View<S>, _ biasGradient: View<S>,
  _ count: Int
) {
  let n = Double(count * kernel.layout.height * kernel.layout.width)
  for channel in 0..<kernel.layout.channels {
    var (sum, product) = (0.0, 0.0)
    var at = channel
    for _ in 0..<count {
      sum += Double(kernel.sums.pointer[at])
      product += Double(kernel.products.pointer[at])
      at += kernel.pitch
    }
    let inverse = Double(kernel.inverseDeviation.pointer[channel])
    weightGradient.pointer[channel] = S(product * inverse)
    biasGradient.pointer[channel] = S(sum)
    // ∂x = scale (∂y − Σ∂y / n − (x − μ) Σ∂y(x − μ) / (σ² + ε) / n).
    let slope = product * inverse * inverse / n
    kernel.slope.pointer[channel] = S(slope)
    kernel.gradientShift.pointer[channel] = S(
      sum / n - Double(kernel.mean.pointer[channel]) * slope)
  }
}

/// Calls `body` for each vector of channels of each pixel of a row: the channel, the pixel, and how many lanes exist.
@inline(__always)
private func forEachPixelVector(_ layout: ImageLayout, _ body: (Int, Int, Int) -> Void) {
  let channels = layout.channels
  if channels % 8 == 0 {
    for column in 0..<layout.width {
      var channel = 0
      while channel < channels {
        body(channel, column, 8)
        channel += 8
      }
    }
  } else {
    for column in 0..<layout.width {
      forEachVector(channels) { channel, lanes in body(channel, column, lanes) }
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func normalizeImages<S: KernelScalar>(
  _ x: Images<S>, _ summand: Images<S>?, _ y: Images<S>, _ scale: UnsafePointer<S>,
  _ shift: UnsafePointer<S>, _ rectified: Bool, _ count: Int, _ team: Team
) {
  let layout = x.layout
  let (pitch, target) = (layout.pixelPitch, y.layout.pixelPitch)
  require(y.layout.size == layout.size && (summand?.layout ?? layout).size == layout.size)
  require(count <= min(x.batch, y.batch, summand?.batch ?? y.batch))
  team.forEach(count) { image in
    for row in 0..<layout.height {
      let from = x.start + image * layout.imagePitch + row * layout.rowPitch
      let to = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch
      if let summand {
        let other =
          summand.start + image * summand.layout.imagePitch + row * summand.layout.rowPitch
        let otherPitch = summand.layout.pixelPitch
        forEachPixelVector(layout) { channel, pixel, lanes in
          let v =
            load(shift + channel).addingProduct(
              load(scale + channel), load(from + pixel * pitch + channel))
            + load(other + pixel * otherPitch + channel)
          store(rectified ? S.rectified(v) : v, to + pixel * target + channel, first: lanes)
        }
      } else {
        forEachPixelVector(layout) { channel, pixel, lanes in
          let v = load(shift + channel).addingProduct(
            load(scale + channel), load(from + pixel * pitch + channel))
          store(rectified ? S.rectified(v) : v, to + pixel * target + channel, first: lanes)
        }
      }
    }
  }
}

/// ∂y ← ∂y where y > 0, else 0.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func rectifyImage<S: KernelScalar>(_ y: Images<S>, _ dy: Images<S>, _ image: Int) {
  for row in 0..<y.layout.height {
    let value = y.start + image * y.layout.imagePitch + row * y.layout.rowPitch
    let to = dy.start + image * dy.layout.imagePitch + row * dy.layout.rowPitch
    rectifyGradientRun(value, to, to, y.layout.rowLength, false)
  }
}

/// ∂s ← ∂y or ∂s + ∂y.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func shareImage<S: KernelScalar>(
  _ dy: Images<S>, _ ds: Images<S>, _ accumulating: Bool, _ image: Int
) {
  for row in 0..<dy.layout.height {
    let from = dy.start + image * dy.layout.imagePitch + row * dy.layout.rowPitch
    let to = ds.start + image * ds.layout.imagePitch + row * ds.layout.rowPitch
    if accumulating {
      addRun(to, from, to, dy.layout.rowLength)
    } else {
      to.update(from: from, count: dy.layout.rowLength)
    }
  }
}

/// Σ ∂y and Σ ∂y (x − μ) of an image: over each row, then the rows in order; ∂y counts where y > 0 if `masked`.
@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func sumGradients<S: KernelScalar>(
  _ x: Images<S>, _ dy: Images<S>, _ mean: UnsafePointer<S>, _ scale: UnsafePointer<S>,
  _ shift: UnsafePointer<S>, _ masked: Bool, _ sums: UnsafeMutablePointer<S>,
  _ products: UnsafeMutablePointer<S>, _ image: Int
) {
  let (layout, other) = (x.layout, dy.layout)
  for row in 0..<layout.height {
    for channel in stride(from: 0, to: layout.channels, by: 8) {
      let (center, a, b) = (load(mean + channel), load(scale + channel), load(shift + channel))
      var from = x.start + image * layout.imagePitch + row * layout.rowPitch + channel
      var upstream = dy.start + image * other.imagePitch + row * other.rowPitch + channel
      var (sum, product) = (SIMD8<S>.zero, SIMD8<S>.zero)
      for _ in 0..<layout.width {
        let v = load(from)
        var g = load(upstream)
        if masked { g = S.select(g, whereAboveZero: b.addingProduct(a, v)) }
        sum += g
        product = product.addingProduct(g, v - center)
        from += layout.pixelPitch
        upstream += other.pixelPitch
      }
      store(row == 0 ? sum : load(sums + channel) + sum, sums + channel)
      store(row == 0 ? product : load(products + channel) + product, products + channel)
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func gradientOfImages<S: KernelScalar>(
  _ x: Images<S>, _ dy: Images<S>, _ dx: Images<S>, _ scale: UnsafePointer<S>,
  _ shift: UnsafePointer<S>, _ slope: UnsafePointer<S>, _ gradientShift: UnsafePointer<S>,
  masked: Bool, accumulating: Bool, _ count: Int, _ team: Team
) {
  let layout = x.layout
  let (pitch, upstreamPitch, target) = (
    layout.pixelPitch, dy.layout.pixelPitch, dx.layout.pixelPitch
  )
  team.forEach(count) { image in
    for row in 0..<layout.height {
      let from = x.start + image * layout.imagePitch + row * layout.rowPitch
      let upstream = dy.start + image * dy.layout.imagePitch + row * dy.layout.rowPitch
      let to = dx.start + image * dx.layout.imagePitch + row * dx.layout.rowPitch
      forEachPixelVector(layout) { channel, pixel, lanes in
        let v = load(from + pixel * pitch + channel)
        let a = load(scale + channel)
        var g = load(upstream + pixel * upstreamPitch + channel)
        if masked {
          g = S.select(g, whereAboveZero: load(shift + channel).addingProduct(a, v))
        }
        g = a * (g - load(gradientShift + channel).addingProduct(load(slope + channel), v))
        let at = to + pixel * target + channel
        if accumulating { g = load(at) + g }
        store(g, at, first: lanes)
      }
    }
  }
}
