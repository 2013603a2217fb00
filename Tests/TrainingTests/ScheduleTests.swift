import Kernels
import Studies
import Testing
import Training

@Suite struct ScheduleTests {
  private func multipliers(_ schedule: Schedule, epochs: Int) -> [Double] {
    (1...epochs).map {
      schedule.multiplier(epoch: $0, of: epochs, step: 1, stepsPerEpoch: 10)
    }
  }

  @Test func stepsLowerTheRateAfterTheirEpochs() {
    let schedule = Schedule(kind: .steps(at: [2, 3], factor: 0.1))
    #expect(multipliers(schedule, epochs: 4) == [1, 1, 0.1, 0.1 * 0.1])
  }

  /// The numbers of PyTorch's CosineAnnealingLR with T_max = 4 and rate 1.
  @Test func cosineFallsByEpoch() {
    let expected = [1, 0.8535533905932737, 0.5, 0.14644660940672627]
    for (ours, theirs) in zip(multipliers(Schedule(kind: .cosine), epochs: 4), expected) {
      #expect(abs(ours - theirs) < 1e-15)
    }
  }

  @Test func warmupRisesByStepUpToTheScheduleItself() {
    let schedule = Schedule(kind: .constant, warmup: 2)
    func multiplier(_ epoch: Int, _ step: Int) -> Double {
      schedule.multiplier(epoch: epoch, of: 4, step: step, stepsPerEpoch: 10)
    }
    #expect(multiplier(1, 1) == 1 / 20.0)
    #expect(multiplier(2, 5) == 15 / 20.0)
    #expect(multiplier(2, 10) == 1)
    #expect(multiplier(3, 1) == 1)
  }
}

@Suite struct GradientClipTests {
  @Test func normScalesWhatIsLonger() {
    let gradient = View<Double>([3, 4, 0, 0, 0, 0, 0, 0])
    GradientClip.norm(10).apply(to: gradient, team: Team(threads: 1))
    #expect(gradient.array == [3, 4, 0, 0, 0, 0, 0, 0])
    GradientClip.norm(1).apply(to: gradient, team: Team(threads: 1))
    // PyTorch divides by the norm plus 10⁻⁶.
    let factor = 1 / (5 + 1e-6)
    #expect(gradient.array == [3 * factor, 4 * factor, 0, 0, 0, 0, 0, 0])
  }

  @Test func valueBoundsEachElementAndKeepsNaN() {
    let gradient = View<Float>([3, -4, 0.5, .nan, -0.5, 1, 2, -2])
    GradientClip.value(1).apply(to: gradient, team: Team(threads: 1))
    let clipped = gradient.array
    #expect(clipped[3].isNaN)
    #expect(clipped.filter { !$0.isNaN } == [1, -1, 0.5, -0.5, 1, 1, -1])
  }
}
