import Running
import Testing

@Suite struct CheckpointPolicyTests {
  let start = ContinuousClock.now

  @Test func `nothing is saved in the first second`() {
    let policy = CheckpointPolicy(start: start)
    #expect(!policy.isDue(at: start + .milliseconds(999)))
    #expect(policy.isDue(at: start + .seconds(1)))
  }

  @Test(arguments: [(10, 1.0), (100, 5.0), (2000, 100.0), (60_000, 300.0)])
  func `saving takes at most two per cent, five minutes apart at most`(
    milliseconds: Int, pause: Double
  ) {
    var policy = CheckpointPolicy(start: start)
    policy.saved(at: start, taking: .milliseconds(milliseconds))
    #expect(!policy.isDue(at: start + .seconds(pause - 0.001)))
    #expect(policy.isDue(at: start + .seconds(pause)))
  }

  @Test func `a shared folder is asked less often, and short time more often`() {
    var policy = CheckpointPolicy(start: start, shortest: .seconds(60))
    #expect(!policy.isDue(at: start + .seconds(59)))
    policy.saved(at: start, taking: .milliseconds(1))
    #expect(!policy.isDue(at: start + .seconds(59)) && policy.isDue(at: start + .seconds(60)))
    policy = CheckpointPolicy(start: start, shortest: .seconds(60), timeLeft: .seconds(40))
    #expect(!policy.isDue(at: start + .seconds(9)) && policy.isDue(at: start + .seconds(10)))
    policy.saved(at: start, taking: .seconds(100))
    #expect(policy.isDue(at: start + .seconds(10)))
  }
}
