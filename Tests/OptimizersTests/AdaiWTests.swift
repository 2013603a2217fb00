import Optimizers
import Testing

@Suite struct AdaiWTests {
  @Test func parametersShrinkApartFromTheGradient() {
    let adaiW = AdaiW(learningRate: 0.5, weightDecay: 0.1)
    // 2 (1 − 0.05) − 0.5 × 1, and −4 (1 − 0.05); the schedule scales the decay too.
    for (schedule, expected) in [(1.0, [1.4, -3.8]), (0.1, [1.94, -3.98])] {
      let found = adaiW.path(from: [2, -4], along: [[1, 0]], scaledBy: schedule)[0]
      #expect(agree(found, expected), "\(found)")
    }
  }

  @Test func theMemoryKnowsNothingOfTheDecay() {
    let plain = AdaiW(learningRate: 0.5, weightDecay: 0)
    let decayed = AdaiW(learningRate: 0.5, weightDecay: 0.3)
    let gradients = [[1, 0.5], [-2, 0.25], [0.5, 1]]
    let memory = plain.memory(from: [2, -4], along: gradients)
    #expect(memory.count == 2 && memory.allSatisfy { $0.count == 3 && $0 != [0, 0, 0] })
    #expect(memory == decayed.memory(from: [2, -4], along: gradients))
    #expect(
      plain.path(from: [2, -4], along: gradients) != decayed.path(from: [2, -4], along: gradients))
  }
}
