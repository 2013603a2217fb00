import Studies
import Testing

/// Mistakes in studies of saddles, escapes and convergence.
@Suite struct SimulationMistakeTests {
  /// Each image that a replica draws has a word of its stream, of which there are 2³⁴.
  @Test func moreDrawsThanRandomWordsAreRefused() throws {
    func text(batch: String, limit: Int) -> String {
      """
      study: escapes
      kind: escape
      dataset: {name: synthetic, train: 30, test: 1}
      escape: {valley: network, hidden: 2, l2: 0.1, descent: 1, threshold: 1, sharpness: 1, batch: \(batch), limit: \(limit), replicas: 1}
      seeds: [0]
      optimizers: [{name: sgd, learning_rate: 1, weight_decay: 0}]
      """
    }
    _ = try StudyReader.read(text: text(batch: "[1, 1000]", limit: 17_179_869), file: "x")
    let error = #expect(throws: StudyError.self) {
      try StudyReader.read(text: text(batch: "[1, 1000]", limit: 17_179_870), file: "x")
    }
    #expect(
      error?.description
        == "x:4: 'limit' must be a whole number from 1 to 17179869, not 17179870")
  }

  @Test(arguments: [
    ("loss: network", "loss: cubic", "'loss' must be one of quadratic, network, not 'cubic'"),
    ("[1, -1]", "[0]", "'directions' must be other than 0, not 0"),
    ("[1, -1]", "[1, 1]", "'directions' has '1' more than once"),
    ("batch: 4", "batch: 2.5", "'batch' must be a whole number from 1 to 1000000, not 2.5"),
    (
      "loss: network", "loss: network, curvatures: [1]",
      "'curvatures' has no meaning with the loss network; leave it out"
    ),
    (
      "loss: network", "loss: quadratic, curvatures: [1]",
      "'hidden' has no meaning with the loss quadratic; leave it out"
    ),
    (
      "times: [1, 9]", "times: [1, 1000000000]",
      "'times' must be at most 1000000000 steps with 'warmup', not 1000000002"
    ),
  ])
  func mistakesInASaddle(old: String, new: String, message: String) throws {
    let text = """
      study: pass
      kind: saddle
      dataset: {name: synthetic, train: 30, test: 1}
      saddle: {loss: network, hidden: 2, l2: 0.1, descent: 1, directions: [1, -1], batch: 4, times: [1, 9], warmup: 2, replicas: 1}
      seeds: [0]
      optimizers: [{name: sgd, learning_rate: 1, weight_decay: 0}]
      """
    _ = try StudyReader.read(text: text, file: "x")
    let error = #expect(throws: StudyError.self) {
      try StudyReader.read(text: text.replacing(old, with: new), file: "x")
    }
    #expect(error?.description == "x:4: \(message)")
  }

  /// A step takes a deviate in each direction, and a descent keeps sums of each step.
  @Test(arguments: [
    (
      "saddle",
      "{curvatures: [\((1...100).map(String.init).joined(separator: ", "))], batch: 1, times: [1, 171798691], warmup: 1, replicas: 1}",
      "'times' must be at most 171798691 steps with 'warmup', not 171798692"
    ),
    (
      "escape",
      "{valley: double-well, sharpness: 1, beside: [\((1...99).map(String.init).joined(separator: ", "))], batch: 1, limit: 171798692, replicas: 1}",
      "'limit' must be a whole number from 1 to 171798691, not 171798692"
    ),
    (
      "convergence", "{dimensions: 1, noise: 1, start: 1, horizons: [1, 1000001], replicas: 1}",
      "'horizons' must be a whole number from 1 to 1000000, not 1000001"
    ),
  ])
  func moreStepsThanThereAreDeviatesAreRefused(kind: String, settings: String, message: String) {
    let text = """
      study: long
      kind: \(kind)
      \(kind): \(settings)
      seeds: [0]
      optimizers: [{name: sgd, learning_rate: 1, weight_decay: 0}]
      """
    let error = #expect(throws: StudyError.self) { try StudyReader.read(text: text, file: "x") }
    #expect(error?.description == "x:3: \(message)")
  }
}
