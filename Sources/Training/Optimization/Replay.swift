import Kernels
import Optimizers

/// Recorded gradients run through an optimizer, by the code that trains.
public final class Replay<Scalar: KernelScalar & LaneScalar> {
  private let (parameters, gradient): (View<Scalar>, View<Scalar>)
  private let update: ParameterUpdate<Scalar>
  private let count: Int

  /// - Parameter start: the parameters before the first step, of which there are some.
  public init(_ optimizer: OptimizerChoice, from start: [Scalar]) {
    precondition(!start.isEmpty)
    count = start.count
    let padded = (count + 7) / 8 * 8
    parameters = View(zeros: padded)
    gradient = View(zeros: padded)
    parameters[0..<count].copy(from: start)
    update = optimizer.update(of: count, as: Scalar.self)
  }

  /// Takes one step and returns the parameters after it.
  ///
  /// - Parameters:
  ///   - gradient: as many numbers as there are parameters.
  ///   - schedule: the schedule's multiplier of the learning rate.
  public func step(along gradient: [Scalar], scaledBy schedule: Double) -> [Scalar] {
    self.gradient[0..<count].copy(from: gradient)
    update.step(parameters, along: self.gradient, count: count, schedule: schedule)
    return parameters[0..<count].array
  }
}

/// A number that optimizers compute with.
public typealias TrainingScalar = KernelScalar & LaneScalar
