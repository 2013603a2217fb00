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
}
