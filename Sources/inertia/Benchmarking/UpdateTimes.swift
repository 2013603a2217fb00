import Kernels
import Optimizers
import Randomness
import Training

/// What an optimizer's update of all parameters costs, on one thread.
struct UpdateTimes: BenchmarkReport {
  let optimizer: String
  let parameters: Int
  let steps: Int
  /// The median, the smallest and the largest.
  let (secondsPerStep, secondsMin, secondsMax): (Double, Double, Double)
  /// Bytes that any implementation must move: it reads the gradient, and reads and writes the parameters and
  /// all that the rule remembers of them.
  let bytesPerStep: Int

  /// Updates that are made first and not timed.
  private static let warmUp = 3

  init(_ choice: OptimizerChoice, parameters count: Int, steps: Int) {
    let update = choice.update(of: count, as: Float.self)
    let room = (count + 7) / 8 * 8
    let (theta, gradient) = (View<Float>(zeros: room), View<Float>(zeros: room))
    var random = RandomStream(seed: 0, purpose: .synthetic, index: 4)
    for index in 0..<count {
      theta[index] = random.uniform() - 0.5
      gradient[index] = random.uniform() - 0.5
    }
    let clock = ContinuousClock()
    let seconds = (0..<Self.warmUp + steps).map { _ in
      clock.measure { update.step(theta, along: gradient, count: count, schedule: 1) } / .seconds(1)
    }
    let timed = Spread(seconds.dropFirst(Self.warmUp))
    (secondsPerStep, secondsMin, secondsMax) = (timed.median, timed.least, timed.most)
    bytesPerStep = count * MemoryLayout<Float>.size * (3 + 2 * update.memory.count)
    (optimizer, parameters, self.steps) = (choice.name, count, steps)
  }

  var text: String {
    let rate = quantityText(Double(bytesPerStep) / secondsPerStep, unit: "B/s")
    return "\(optimizer), \(counted(parameters, "parameter")): "
      + "\(fixed(1e3 * secondsPerStep, 4)) ms an update (\(fixed(1e3 * secondsMin, 4)) to "
      + "\(fixed(1e3 * secondsMax, 4)) over \(counted(steps, "update"))), \(rate)"
  }
}
