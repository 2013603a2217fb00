import Foundation
import Glibc
import Testing

/// What a worker makes of itself as a process.
@Suite struct WorkerProcessTests {
  private let inertia: Inertia

  init() throws {
    inertia = try Inertia()
    try inertia.folder.write(TinyStudy.slow.text, to: "tiny.yaml")
  }

  private func niceness(of process: Int32) -> Int32 {
    getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process))
  }

  /// By how much the kernel would rather kill it when memory runs out.
  private func score(of process: Int32) -> Int {
    let text = FileManager.default.contents(atPath: "/proc/\(process)/oom_score_adj") ?? Data()
    return Int(String(decoding: text, as: UTF8.self).filter { $0 != "\n" }) ?? -1
  }

  /// The first worker of a run that is not this one; waits for it.
  private func worker(of run: Inertia.Running, not other: Int32 = 0) throws -> Int32 {
    while run.process.isRunning {
      if let child = run.workers.first(where: { $0 != other }) { return child }
      Thread.sleep(forTimeInterval: 0.01)
    }
    throw CocoaError(.featureUnsupported)
  }

  /// Waits until this holds, as long as the run goes on.
  private func soon(_ run: Inertia.Running, _ holds: () throws -> Bool) rethrows -> Bool {
    while run.process.isRunning {
      if try holds() { return true }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return false
  }

  @Test func `workers are as nice as their run has become, and are killed before it`() throws {
    let run = try inertia.start(["run", "tiny.yaml", "--jobs", "1"])
    // The first worker has finished a cell, so it is up.
    let hasBegun = try soon(run) {
      try !inertia.folder.files(in: "results/cells").isEmpty
    }
    try #require(hasBegun)
    let (runner, first) = (run.process.processIdentifier, try worker(of: run))
    // Only the first thread of the run becomes nicer, not those that start workers.
    let nicer = niceness(of: runner) + 5
    #expect(setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(runner), nicer) == 0)
    kill(first, SIGKILL)
    let second = try worker(of: run, not: first)
    let isNicer = soon(run) {
      niceness(of: second) == nicer && score(of: second) > score(of: runner)
    }
    #expect(isNicer)
    #expect(score(of: second) == min(1000, score(of: runner) + 500))
    run.process.terminate()
    #expect(try run.wait().status == 130)
  }
}
