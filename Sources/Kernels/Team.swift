import Dispatch

/// The threads that share a kernel's work.
///
/// Kernels divide work into items that write different numbers and sum in an order of their own, so the
/// number of threads never changes a bit of a result.
public struct Team: Hashable, Sendable {
  public let threads: Int

  public init(threads: Int) {
    require(threads >= 1)
    self.threads = threads
  }

  /// Does `body` once for each item, in order on each thread.
  @inline(__always)
  func forEach(_ items: Int, _ body: (Int) -> Void) {
    if threads == 1 || items <= 1 {
      for item in 0..<items { body(item) }
    } else {
      concurrently(items, body)
    }
  }

  private func concurrently(_ items: Int, _ body: (Int) -> Void) {
    // Sendable by the kernels' rule: items write different numbers. It ends before this call does.
    struct Work: @unchecked Sendable { let body: (Int) -> Void }
    let threads = min(threads, items)
    withoutActuallyEscaping(body) { body in
      let work = Work(body: body)
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for item in items * thread / threads..<items * (thread + 1) / threads { work.body(item) }
      }
    }
  }

  /// Does `body` once for each part of `items`, one part a thread.
  @inline(__always)
  func forEachPart(of items: Int, _ body: (Range<Int>) -> Void) {
    let threads = max(1, min(threads, items))
    forEach(threads) { body(items * $0 / threads..<items * ($0 + 1) / threads) }
  }
}
