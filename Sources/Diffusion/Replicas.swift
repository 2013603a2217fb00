import Dispatch
import Kernels
import Optimizers
import Synchronization

/// Eight replicas, one a lane.
typealias Lanes = SIMD8<Double>

extension SIMD8<Double> {
  /// The square root of each lane, correctly rounded.
  @inline(__always)
  var roots: Lanes { Double.squareRoot(self) }

  /// The sum of the lanes, always in the same order.
  var total: Double { Reduction.tree(self) }
}

/// Replicas are simulated in blocks of this many, each of which adds up its own sums; blocks are added in order.
/// So no result depends on the number of threads.
let replicasPerBlock = 1024

/// Why a simulation has no result.
public enum SimulationError: Error, Hashable, CustomStringConvertible {
  /// It was told to stop before its end.
  case stopped
  /// The descent to the minimum that is to be left ended where the gradient is not small.
  case noMinimum(gradientNorm: Double, steps: Int)
  /// No search from the minimum led to a saddle with one negative curvature.
  case noSaddle

  public var description: String {
    switch self {
    case .stopped: "the simulation was stopped"
    case .noMinimum(let norm, let steps):
      "after \(steps) steps of 'descent' the gradient's norm is \(norm), more than "
        + "\(SmallNetwork.gradientBound): that is no minimum yet; give it more steps, or a larger 'l2'"
    case .noSaddle:
      "no saddle with one negative curvature was found from this minimum; try another seed, or another 'l2'"
    }
  }
}

/// What `body` makes of each of so many blocks, in order, by so many threads.
///
/// - Parameters:
///   - proceed: asked before each block, and within blocks as often as their pulses ask, with the part of the blocks
///     already begun.
///   - body: makes the result of a block; of one whose pulse says no, any.
/// - Throws: ``SimulationError/stopped`` once `proceed` says no.
func blocks<Result: Sendable>(
  _ count: Int, threads: Int, proceed: @Sendable (Double) -> Bool,
  _ body: @Sendable (Int, Pulse) -> Result
) throws(SimulationError) -> [Result] {
  let results = withoutActuallyEscaping(proceed) { proceed in
    let run = BlockRun<Result>(count: count, proceed: proceed)
    @Sendable func work(_ thread: Int) {
      while let block = run.next() { run.finish(block, body(block, Pulse(ask: run.goesOn))) }
    }
    if threads <= 1 {
      work(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: threads) { work($0) }
    }
    return run.results
  }
  guard let results else { throw SimulationError.stopped }
  return results
}

/// Asks now and then, in a block that may take long, whether to go on.
struct Pulse: Sendable {
  let ask: @Sendable () -> Bool
  private var work = 0
  private var isOver = false

  /// The work between two questions, in deviates: a tenth of a second or so.
  private static let interval = 1 << 24

  init(ask: @escaping @Sendable () -> Bool) { self.ask = ask }

  /// Whether to go on after so much more work, in what takes as long as a deviate and a step of one parameter; once not,
  /// never again.
  mutating func goesOn(after more: Int) -> Bool {
    work += more
    guard work >= Self.interval else { return !isOver }
    work = 0
    if !isOver { isOver = !ask() }
    return !isOver
  }
}

/// The blocks of one simulation, for the threads that share them.
private final class BlockRun<Result: Sendable>: Sendable {
  private let state: Mutex<BlockState<Result>>
  private let proceed: @Sendable (Double) -> Bool

  init(count: Int, proceed: @escaping @Sendable (Double) -> Bool) {
    state = Mutex(BlockState(count: count))
    self.proceed = proceed
  }

  func next() -> Int? { state.withLock { $0.next(proceed) } }
  func finish(_ block: Int, _ result: Result) { state.withLock { $0.results[block] = result } }
  @Sendable func goesOn() -> Bool { state.withLock { $0.goesOn(proceed) } }

  /// What the blocks came to; `nil` if it was stopped.
  var results: [Result]? {
    state.withLock { $0.isStopped ? nil : $0.results.compactMap { $0 } }
  }
}

/// Which blocks have begun, and what the others came to.
private struct BlockState<Result> {
  var begun = 0
  var isStopped = false
  var results: [Result?]

  init(count: Int) { results = Array(repeating: nil, count: count) }

  /// The next block to do, if there is one.
  mutating func next(_ proceed: (Double) -> Bool) -> Int? {
    guard begun < results.count, goesOn(proceed) else { return nil }
    begun += 1
    return begun - 1
  }

  /// Whether to go on; once not, never again.
  mutating func goesOn(_ proceed: (Double) -> Bool) -> Bool {
    if !isStopped { isStopped = !proceed(Double(begun) / Double(results.count)) }
    return !isStopped
  }
}

/// The replicas of a block, as groups of eight; the last group may have fewer.
func groups(ofBlock block: Int, replicas: Int) -> StrideTo<Int> {
  let start = block * replicasPerBlock
  return stride(from: start, to: min(start + replicasPerBlock, replicas), by: 8)
}

/// 1 in the lanes of a group that hold one of the replicas, else 0.
func weights(first: Int, replicas: Int) -> Lanes {
  var weights = Lanes.zero
  for lane in 0..<8 where first + lane < replicas { weights[lane] = 1 }
  return weights
}

func blockCount(replicas: Int) -> Int { (replicas + replicasPerBlock - 1) / replicasPerBlock }

/// The memory of a rule before its first step.
@inline(__always)
func freshMemory<Rule: UpdateRule>(_ rule: Rule) -> Rule.Memory {
  Rule.Memory(reading: { Rule.Vector(all: rule.initialValue(of: $0)) })
}

/// One step of eight replicas along gradients already computed, each with its own mean.
@inline(__always)
func step<Rule: UpdateRule>(
  _ rule: Rule, _ theta: inout MutableSpan<Lanes>, along gradient: borrowing MutableSpan<Lanes>,
  memory: inout MutableSpan<Rule.Memory>, schedule: Double
) where Rule.Vector == Lanes {
  var means = Lanes.zero
  if Rule.needsMean {
    for i in theta.indices {
      means += rule.observe(gradient: gradient[i], at: theta[i], memory: memory[i])
    }
    means /= Double(theta.count)
  }
  for i in theta.indices {
    theta[i] = rule.step(
      from: theta[i], along: gradient[i], scaledBy: schedule, means: means, memory: &memory[i])
  }
}

/// The same of whole arrays.
@inline(__always)
func move<Rule: UpdateRule>(
  _ rule: Rule, _ theta: inout [Lanes], along gradient: inout [Lanes],
  memory: inout [Rule.Memory]
) where Rule.Vector == Lanes {
  var theta = theta.mutableSpan
  var memory = memory.mutableSpan
  step(rule, &theta, along: gradient.mutableSpan, memory: &memory, schedule: 1)
}
