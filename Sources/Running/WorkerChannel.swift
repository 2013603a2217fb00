import Foundation
import Synchronization

/// A worker's line to its runner: orders on standard input, answers on standard output.
///
/// A thread of its own reads the orders, so that the end of the runner, which closes the pipe however it
/// comes about, is noticed in the middle of a cell.
public final class WorkerChannel: Sendable {
  private let stopped = Atomic(false)
  private let orders = Mutex<[String?]>([])
  private let arrivals = DispatchSemaphore(value: 0)
  private let input: FileHandle
  private let output: FileHandle

  public init(input: FileHandle = .standardInput, output: FileHandle = .standardOutput) {
    (self.input, self.output) = (input, output)
  }

  /// Reads orders, on another thread, until there are no more.
  public func listen() {
    Thread.detachNewThread { [self] in
      var unfinished: [UInt8] = []
      while case let bytes = input.availableData, !bytes.isEmpty {
        unfinished += bytes
        let lines = unfinished.split(
          separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines.dropLast() { put(String(decoding: line, as: UTF8.self)) }
        unfinished = lines.last.map { Array($0) } ?? []
      }
      stop()
    }
  }

  /// Whether the cell under way is to be stopped at its next step boundary.
  public var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// Asks for a stop, now or in the middle of a cell.
  public func stop() {
    stopped.store(true, ordering: .relaxed)
    put(nil)
  }

  private func put(_ order: String?) {
    orders.withLock { $0.append(order) }
    arrivals.signal()
  }

  /// The next order; waits for it. `nil` if there are no more.
  func nextOrder() -> String? {
    arrivals.wait()
    return orders.withLock { $0.removeFirst() }
  }

  func send(_ event: WorkerEvent) {
    do {
      try output.write(contentsOf: line(of: event))
    } catch {
      // The runner is gone. What this worker still does, it does for the results folder.
      stopped.store(true, ordering: .relaxed)
    }
  }
}
