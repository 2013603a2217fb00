import Running
import Storage
import Testing

@Suite struct ClaimTests {
  let start = ContinuousClock.now

  @Test func `a process knows itself to be alive and an earlier one of its number to be dead`() {
    #expect(ProcessIdentity.current.life() == .alive)
    #expect(deadProcess.life() == .dead)
  }

  @Test func `of other machines and containers nothing is known, of earlier boots all are dead`() {
    #expect(foreignProcess.life() == .unknown)
    var contained = ProcessIdentity.current
    contained.namespace = "pid:[1]"
    #expect(contained.life() == .unknown)
    var observer = ProcessIdentity.current
    observer.machine = "one"
    var earlier = observer
    earlier.boot = "00000000-0000-0000-0000-000000000000"
    #expect(earlier.life(seenBy: observer) == .dead)
    // Machines may share a name.
    earlier.machine = "another"
    #expect(earlier.life(seenBy: observer) == .unknown)
    earlier.machine = nil
    #expect(earlier.life(seenBy: observer) == .unknown)
  }

  @Test func `the claim of a dead process is stale at once, that of a live one is not`() {
    let judge = Judge()
    #expect(judge.isStale(Claim(owner: deadProcess), named: "a", at: start))
    #expect(!judge.isStale(Claim(owner: .current), named: "b", at: start))
  }

  @Test func `a heartbeat that stands still for the lease makes a claim stale`() {
    let judge = Judge()
    let claim = Claim(owner: foreignProcess, heartbeat: 7)
    #expect(!judge.isStale(claim, named: "a", at: start))
    #expect(!judge.isStale(claim, named: "a", at: start + .seconds(119)))
    #expect(judge.isStale(claim, named: "a", at: start + .seconds(120)))
  }

  @Test func `a heartbeat that moves begins the lease anew`() {
    let judge = Judge()
    #expect(!judge.isStale(Claim(owner: foreignProcess, heartbeat: 7), named: "a", at: start))
    let moved = Claim(owner: foreignProcess, heartbeat: 8)
    #expect(!judge.isStale(moved, named: "a", at: start + .seconds(100)))
    #expect(!judge.isStale(moved, named: "a", at: start + .seconds(219)))
    #expect(judge.isStale(moved, named: "a", at: start + .seconds(220)))
  }

  @Test func `a claim that cannot be read is given the lease too`() {
    let judge = Judge()
    #expect(!judge.isStale(nil, named: "a", at: start))
    #expect(judge.isStale(nil, named: "a", at: start + .seconds(120)))
  }
}

/// A judge by reference: `#expect` cannot call what mutates.
private final class Judge {
  private var judge = ClaimJudge<ContinuousClock.Instant>(lease: .seconds(120))

  func isStale(_ claim: Claim?, named name: String, at now: ContinuousClock.Instant) -> Bool {
    judge.isStale(claim, named: name, at: now)
  }
}
