/// Batch normalisation of rows × channels, rows running over the batch and all positions.
///
/// Ioffe & Szegedy, "Batch Normalization", ICML 2015, in PyTorch's conventions: the batch's variance is
/// biased where it normalises and unbiased where it moves the running variance.
public final class BatchNormalization<S: KernelScalar> {
  public let channels: Int
  private let epsilon: S
  private let momentum: S
  /// Of the last training batch.
  private let mean: View<S>
  private let inverseDeviation: View<S>
  /// y = scale · x + shift.
  private let scale: View<S>
  private let shift: View<S>
  /// Σ ∂y and Σ ∂y (x − mean), per channel.
  private let sums: View<S>
  private let products: View<S>

  public init(channels: Int, epsilon: Double, momentum: Double) {
    (self.channels, self.epsilon, self.momentum) = (channels, S(epsilon), S(momentum))
    (mean, inverseDeviation) = (View(zeros: channels), View(zeros: channels))
    (scale, shift) = (View(zeros: channels), View(zeros: channels))
    (sums, products) = (View(zeros: channels), View(zeros: channels))
  }

  /// y = γ (x − μ) / √(σ² + ε) + β with the batch's μ and σ², which also move the running ones.
  public func train(
    _ x: View<S>, to y: View<S>, weight: View<S>, bias: View<S>, runningMean: View<S>,
    runningVariance: View<S>, rows: Int, rectified: Bool, team: Team
  ) {
    sumColumns(x.pointer, rows: rows, columns: channels, to: mean.pointer)
    for channel in 0..<channels { mean[channel] /= S(rows) }
    sumSquaresOfDeviations(
      x.pointer, mean.pointer, rows: rows, columns: channels, to: sums.pointer)
    for channel in 0..<channels {
      let variance = sums[channel] / S(rows)
      let unbiased = rows > 1 ? sums[channel] / S(rows - 1) : variance
      inverseDeviation[channel] = 1 / (variance + epsilon).squareRoot()
      runningMean[channel] = (1 - momentum) * runningMean[channel] + momentum * mean[channel]
      runningVariance[channel] = (1 - momentum) * runningVariance[channel] + momentum * unbiased
    }
    normalize(x, to: y, mean, inverseDeviation, weight, bias, rows, rectified, team)
  }

  /// y = γ (x − μ) / √(σ² + ε) + β with the running μ and σ².
  public func evaluate(
    _ x: View<S>, to y: View<S>, weight: View<S>, bias: View<S>, runningMean: View<S>,
    runningVariance: View<S>, rows: Int, rectified: Bool, team: Team
  ) {
    for channel in 0..<channels {
      inverseDeviation[channel] = 1 / (runningVariance[channel] + epsilon).squareRoot()
    }
    normalize(x, to: y, runningMean, inverseDeviation, weight, bias, rows, rectified, team)
  }

  /// ∂γ, ∂β and, if asked for, ∂x from ∂y and the x of the last `train`; ∂x is written to or added to `dx`.
  public func gradient(
    _ x: View<S>, _ dy: View<S>, to dx: View<S>?, accumulating: Bool, weight: View<S>,
    weightGradient: View<S>, biasGradient: View<S>, rows: Int, team: Team
  ) {
    sumColumns(dy.pointer, rows: rows, columns: channels, to: sums.pointer)
    sumProductsWithDeviations(
      dy.pointer, x.pointer, mean.pointer, rows: rows, columns: channels, to: products.pointer)
    for channel in 0..<channels {
      weightGradient[channel] = products[channel] * inverseDeviation[channel]
      biasGradient[channel] = sums[channel]
      // ∂x = scale (∂y − Σ∂y / n − (x − μ) products / (σ² + ε) / n): the second and third as shift + slope x.
      let inverse = inverseDeviation[channel]
      scale[channel] = weight[channel] * inverse
      products[channel] = products[channel] * inverse * inverse / S(rows)
      shift[channel] = sums[channel] / S(rows) - mean[channel] * products[channel]
    }
    guard let dx else { return }
    let (start, upstream, target) = (x.pointer, dy.pointer, dx.pointer)
    let (scale, slope, shift) = (scale.pointer, products.pointer, shift.pointer)
    team.forEachPart(of: rows) { part in
      let at = part.lowerBound * channels
      addNormalizationGradient(
        start + at, upstream + at, target + at, scale, slope, shift, rows: part.count,
        columns: channels, accumulating)
    }
  }

  private func normalize(
    _ x: View<S>, to y: View<S>, _ mean: View<S>, _ inverseDeviation: View<S>, _ weight: View<S>,
    _ bias: View<S>, _ rows: Int, _ rectified: Bool, _ team: Team
  ) {
    for channel in 0..<channels {
      scale[channel] = weight[channel] * inverseDeviation[channel]
      shift[channel] = bias[channel] - mean[channel] * scale[channel]
    }
    let (start, target) = (x.pointer, y.pointer)
    let (scale, shift) = (scale.pointer, shift.pointer)
    team.forEachPart(of: rows) { part in
      let at = part.lowerBound * channels
      scaleAndShift(
        start + at, target + at, scale, shift, rows: part.count, columns: channels, rectified)
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func scaleAndShift<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>, _ scale: UnsafePointer<S>,
  _ shift: UnsafePointer<S>, rows: Int, columns: Int, _ rectified: Bool
) {
  forEachVector(columns) { column, lanes in
    let (a, b) = (load(scale + column), load(shift + column))
    for row in 0..<rows {
      var v = b.addingProduct(a, load(x + row * columns + column))
      if rectified { v = S.rectified(v) }
      store(v, y + row * columns + column, first: lanes)
    }
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func sumSquaresOfDeviations<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ mean: UnsafePointer<S>, rows: Int, columns: Int,
  to sums: UnsafeMutablePointer<S>
) {
  forEachVector(columns) { column, lanes in
    let center = load(mean + column)
    var total = SIMD8<S>.zero
    var row = 0
    while row < rows {
      let end = min(row + columnBlock, rows)
      var partial = SIMD8<S>.zero
      while row < end {
        let deviation = load(x + row * columns + column) - center
        partial = partial.addingProduct(deviation, deviation)
        row += 1
      }
      total += partial
    }
    store(total, sums + column, first: lanes)
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func sumProductsWithDeviations<S: KernelScalar>(
  _ dy: UnsafePointer<S>, _ x: UnsafePointer<S>, _ mean: UnsafePointer<S>, rows: Int,
  columns: Int, to sums: UnsafeMutablePointer<S>
) {
  forEachVector(columns) { column, lanes in
    let center = load(mean + column)
    var total = SIMD8<S>.zero
    var row = 0
    while row < rows {
      let end = min(row + columnBlock, rows)
      var partial = SIMD8<S>.zero
      while row < end {
        let at = row * columns + column
        partial = partial.addingProduct(load(dy + at), load(x + at) - center)
        row += 1
      }
      total += partial
    }
    store(total, sums + column, first: lanes)
  }
}

@specialized(where S == Float)
@specialized(where S == Double)
@inline(never)
private func addNormalizationGradient<S: KernelScalar>(
  _ x: UnsafePointer<S>, _ dy: UnsafePointer<S>, _ dx: UnsafeMutablePointer<S>,
  _ scale: UnsafePointer<S>, _ slope: UnsafePointer<S>, _ shift: UnsafePointer<S>, rows: Int,
  columns: Int, _ accumulating: Bool
) {
  forEachVector(columns) { column, lanes in
    let (a, b, c) = (load(scale + column), load(slope + column), load(shift + column))
    for row in 0..<rows {
      let at = row * columns + column
      var v = a * (load(dy + at) - c.addingProduct(b, load(x + at)))
      if accumulating { v = load(dx + at) + v }
      store(v, dx + at, first: lanes)
    }
  }
}
