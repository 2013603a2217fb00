import Running
import Testing

@Suite struct TimeBudgetTests {
  let start = ContinuousClock.now

  private func budget(_ seconds: Double, step: Duration? = nil) -> TimeBudget<
    ContinuousClock.Instant
  > {
    TimeBudget(until: start + .seconds(seconds), step: step)
  }

  @Test func `without an end there is always time`() {
    #expect(TimeBudget<ContinuousClock.Instant>(until: nil).allowsStep(at: start, evaluation: 1e9))
  }

  @Test func `time is kept for two of the longest steps, two saves and the end of the run`() {
    var budget = budget(5 + 2 * 3 + 2 * 4)
    budget.stepped(in: .seconds(3), endsEpoch: false)
    budget.stepped(in: .seconds(1), endsEpoch: false)
    budget.saved(in: .seconds(4))
    budget.saved(in: .seconds(2))
    #expect(budget.allowsStep(at: start, evaluation: 0))
    #expect(!budget.allowsStep(at: start + .milliseconds(1), evaluation: 0))
  }

  @Test func `a cell of which nothing is known is not begun at the last moment`() {
    #expect(budget(15).allowsStep(at: start, evaluation: 0))
    #expect(!budget(14.9).allowsStep(at: start, evaluation: 0))
    // What earlier cells or a checkpoint tell counts instead.
    #expect(budget(7.1, step: .seconds(1)).allowsStep(at: start, evaluation: 0))
    #expect(!budget(64.9, step: .seconds(30)).allowsStep(at: start, evaluation: 0))
  }

  @Test func `evaluation is expected at the end of an epoch`() {
    var budget = budget(5 + 2 * 1 * (1 + 10))
    budget.stepped(in: .seconds(1), endsEpoch: false)
    #expect(budget.allowsStep(at: start, evaluation: 10))
    #expect(!budget.allowsStep(at: start + .seconds(1), evaluation: 10))
    #expect(budget.allowsStep(at: start + .seconds(1), evaluation: 0))
    // Once one was seen, it is what counts.
    budget.stepped(in: .seconds(4), endsEpoch: true)
    #expect(budget.allowsStep(at: start + .seconds(14), evaluation: 10))
    #expect(!budget.allowsStep(at: start + .seconds(14.1), evaluation: 10))
  }
}
