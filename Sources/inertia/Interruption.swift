import ArgumentParser
import CPlatform
import Foundation
import Running

/// Does some work, and cancels it at Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once.
///
/// - Throws: `ExitCode.interrupted` if it was cancelled, else what the work throws.
func untilInterrupted<Value: Sendable>(
  _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let task = Task { try await work() }
  let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
    platform_ignore_signal(number)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      task.cancel()
      platform_default_signal(number)
    }
    source.resume()
    return source
  }
  defer { for source in sources { source.cancel() } }
  do {
    return try await task.value
  } catch  where task.isCancelled {
    complain("Interrupted. What was done is kept; the same command goes on from here.")
    throw ExitCode.interrupted
  }
}

/// Does some work, unless there is no time left until an instant; cancels it in time before that.
///
/// - Returns: whether it was done.
/// - Throws: what the work throws.
func unlessOver(
  _ end: ContinuousClock.Instant?, _ work: @escaping @Sendable () async throws -> Void
) async throws -> Bool {
  guard let end else {
    try await work()
    return true
  }
  return try await withThrowingTaskGroup(of: Bool.self) { group in
    group.addTask {
      try await work()
      return true
    }
    group.addTask {
      try await Task.sleep(until: end - TimeBudget<ContinuousClock.Instant>.reserve)
      return false
    }
    defer { group.cancelAll() }
    return try await group.next() ?? false
  }
}
