/// What a measurement is doing, and how much of that is done, in [0, 1].
struct MeasuringStep {
  var words: String
  var fraction: Double
}

/// Shows how measuring goes, on standard error: a line with a bar on a terminal, now and then a plain line elsewhere.
///
/// Whoever measures calls it between two steps, so it needs no thread of its own.
final class MeasuringView {
  private let study: String
  private let count: Int
  private let clock = ContinuousClock()
  private var finished = 0
  /// The seconds that the finished ones took, together.
  private var seconds = 0.0
  private var name = ""
  private var begun: ContinuousClock.Instant
  private var shown: ContinuousClock.Instant
  /// When the present kind of step began, and how far it was then.
  private var stage: (words: String, begun: ContinuousClock.Instant, fraction: Double)?
  private var isOnTerminal = false

  /// The shortest time between two lines, on a terminal and elsewhere.
  private static let (pause, longPause) = (Duration.milliseconds(100), Duration.seconds(60))

  /// - Parameter count: how many measurements there are to make.
  init(study: String, count: Int) {
    (self.study, self.count) = (study, count)
    begun = clock.now
    shown = begun
  }

  /// The next measurement begins.
  func begin(_ name: String) {
    self.name = name
    (begun, stage) = (clock.now, nil)
    show(MeasuringStep(words: "begins", fraction: 0), as: "begins", isDue: true)
  }

  /// It has come so far.
  ///
  /// - Parameter stage: what kind of step it is at: time left is told from the steps of one kind.
  func show(_ step: MeasuringStep, as stage: String, isDue: Bool = false) {
    let now = clock.now
    // Where nothing is done for a while, what that took tells nothing of the rest.
    if self.stage?.words != stage || step.fraction == 0 { self.stage = (stage, now, step.fraction) }
    let since = shown.duration(to: now)
    // Many steps take less than asking the terminal.
    guard isDue || since >= Self.pause else { return }
    let columns = Terminal.columns
    guard columns != nil || since >= Self.longPause else { return }
    shown = now
    var parts = ["\(name): \(step.words)"]
    if let left = secondsLeft(step, at: now) { parts.append("about \(durationText(left)) left") }
    let words = parts.joined(separator: ", ")
    let head = "\(study): measuring \(finished + 1) of \(count)"
    guard let columns else { return complain("\(head), \(words)") }
    let room = columns - head.count - words.count - 5
    let line =
      room >= 8
      ? "\(head)  \(Terminal.bar(step.fraction, width: min(24, room)))  \(words)"
      : "\(head), \(words)"
    writeToStandardError("\r\u{1B}[K" + line.prefix(columns - 1))
    isOnTerminal = true
  }

  /// It is over; the line stays.
  func finish(_ line: String) {
    seconds += begun.duration(to: clock.now) / .seconds(1)
    finished += 1
    end()
    complain(line)
  }

  /// Takes away what is on the terminal.
  func end() {
    if isOnTerminal { writeToStandardError("\r\u{1B}[K") }
    isOnTerminal = false
  }

  /// Seconds until all measurements are made, if steps go on as they have since this kind of them began, and the other
  /// measurements take as long as this one or as those before.
  private func secondsLeft(_ step: MeasuringStep, at now: ContinuousClock.Instant) -> Double? {
    guard let stage, step.fraction > stage.fraction else { return nil }
    let spent = stage.begun.duration(to: now) / .seconds(1)
    guard spent > 0.5 else { return nil }
    let left = spent / (step.fraction - stage.fraction) * (1 - step.fraction)
    let whole = begun.duration(to: now) / .seconds(1) + left
    let each = finished > 0 ? seconds / Double(finished) : whole
    return left + each * Double(count - finished - 1)
  }
}

extension MeasuringView {
  /// It is at one of so many, from 1.
  func show(_ what: String, _ number: Int, of count: Int, as stage: String) {
    show(
      MeasuringStep(
        words: "\(stage), \(what) \(number) of \(count)",
        fraction: Double(number) / Double(count)),
      as: stage)
  }

  /// What reports how Lanczos' method goes that looks for so many eigenvalues.
  func eigenvalues(of count: Int) -> (_ steps: Int, _ converged: Int) -> Void {
    { steps, converged in
      self.show(
        MeasuringStep(
          words:
            "\(converged) of \(counted(count, "eigenvalue")) after \(counted(steps, "product"))",
          fraction: Double(converged) / Double(count)),
        as: "eigenvalues")
    }
  }
}
