import ArgumentParser
import CPlatform
import Foundation

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
