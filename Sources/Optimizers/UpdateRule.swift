/// What an update rule remembers for each parameter between steps.
///
/// A rule's memory is one or more vectors as long as the parameters. Conforming types name them; the
/// training loop keeps them as flat buffers and hands a rule one slice of each at a time.
public protocol RuleMemory<Vector> {
  associatedtype Vector: RealVector

  /// The name of each vector, in slot order; a checkpoint stores them under these names.
  static var names: [String] { get }

  /// Reads the memory, slot by slot.
  init(reading slot: (Int) -> Vector)
  /// Writes the memory back, slot by slot.
  func write(to slot: (Int, Vector) -> Void)
}

/// The memory of a rule that has none.
public struct NoMemory<Vector: RealVector>: RuleMemory {
  public static var names: [String] { [] }
  @inlinable @inline(__always)
  public init(reading slot: (Int) -> Vector) {}
  @inlinable @inline(__always)
  public func write(to slot: (Int, Vector) -> Void) {}
}

/// The equations of an optimizer, element by element.
///
/// A step is `advance()` once, then for every slice of the parameters `observe` if the rule needs a
/// mean over all parameters, and then `step`. All that changes between steps is the memory, which only
/// `step` changes, and what `advance()` does, which depends on the number of steps taken and on nothing else:
/// a rule is brought back after an interruption by advancing a fresh one as often.
public protocol UpdateRule<Vector> {
  associatedtype Vector: RealVector
  associatedtype Memory: RuleMemory<Vector>

  /// Whether `step` needs the mean over all parameters of what `observe` returns.
  static var needsMean: Bool { get }

  /// What every element of a slot of the memory is before the first step.
  func initialValue(of slot: Int) -> Double

  /// Moves the rule's clock to the next step.
  mutating func advance()

  /// The summand of the mean over all parameters.
  func observe(gradient: Vector, at parameters: Vector, memory: Memory) -> Vector

  /// The parameters after this step.
  ///
  /// - Parameters:
  ///   - parameters: θₜ₋₁.
  ///   - gradient: gₜ, the gradient of the mini-batch loss at θₜ₋₁, without any weight decay.
  ///   - schedule: ηₜ, the schedule's multiplier of the learning rate, in [0, 1].
  ///   - mean: the mean of `observe` over all parameters, or 0 for a rule that needs none.
  ///   - memory: what the rule remembers for these parameters.
  func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, mean: Double,
    memory: inout Memory
  ) -> Vector

  /// The same step of many models side by side: each element belongs to a model of its own, and `means` holds
  /// each model's own mean.
  func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, means: Vector,
    memory: inout Memory
  ) -> Vector
}

extension UpdateRule {
  @inlinable @inline(__always)
  public static var needsMean: Bool { false }

  @inlinable @inline(__always)
  public func initialValue(of slot: Int) -> Double { 0 }

  @inlinable @inline(__always)
  public mutating func advance() {}

  @inlinable @inline(__always)
  public func observe(gradient: Vector, at parameters: Vector, memory: Memory) -> Vector {
    Vector(all: 0)
  }

  /// A rule that needs no mean steps alike for one model and for many.
  @inlinable @inline(__always)
  public func step(
    from parameters: Vector, along gradient: Vector, scaledBy schedule: Double, means: Vector,
    memory: inout Memory
  ) -> Vector {
    step(from: parameters, along: gradient, scaledBy: schedule, mean: 0, memory: &memory)
  }
}
