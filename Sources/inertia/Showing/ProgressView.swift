import Running
import Studies

/// Shows how a run goes, on standard error: a live display on a terminal, plain lines elsewhere.
///
/// While workers train, nothing else of the program moves the cursor or limits how often lines are written.
actor ProgressView {
  private var progress: RunProgress
  private let isTerminal: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// The number of lines of the display that stand on the terminal.
  private var height = 0
  private var isDirty = false
  private var lastLine: ContinuousClock.Instant?

  /// A plain line for a finished cell comes at most this often.
  private static let pause = Duration.seconds(2)

  init(title: String, study: Studies.Study) {
    progress = RunProgress(title: title, study: study)
    isTerminal = Terminal.columns != nil
    start = clock.now
  }

  private var elapsed: Double { start.duration(to: clock.now) / .seconds(1) }

  /// Takes in an event.
  func show(_ event: RunEvent) {
    let message = progress.take(event)
    isDirty = true
    if let message { announce(message) }
    guard !isTerminal else { return }
    switch event {
    case .began: say(progress.headline(after: elapsed))
    case .finished(_, let place, let outcome, let seconds):
      let now = clock.now
      if let lastLine, lastLine.duration(to: now) < Self.pause { return }
      lastLine = now
      say(
        "\(progress.headline(after: elapsed)): \(placeText(place, of: progress.study)) "
          + "\(outcome) in \(durationText(seconds))")
    default: break
    }
  }

  /// Redraws the display, ten times a second at most, until cancelled.
  func keepDrawing() async throws {
    guard isTerminal else { return }
    var ticks = 0
    while true {
      // Time left moves on even when nothing happens.
      if isDirty || ticks % 10 == 0 { draw() }
      ticks += 1
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Takes the display away; what was announced stays.
  func end() {
    guard isTerminal else { return }
    write(erasure)
    height = 0
  }

  /// A line that stays.
  private func announce(_ line: String) {
    guard isTerminal else { return say(line) }
    write(erasure + line + "\n")
    height = 0
    draw()
  }

  private func say(_ line: String) { write(line + "\n") }

  private func draw() {
    isDirty = false
    let columns = max(20, Terminal.columns ?? 0)
    let lines = progress.display(columns: columns - 1, after: elapsed)
    write(erasure + lines.map { $0 + "\n" }.joined())
    height = lines.count
  }

  /// Moves to the first line of the display and clears from there to the end of the screen.
  private var erasure: String { height == 0 ? "" : "\u{1B}[\(height)A\r\u{1B}[J" }

  private func write(_ text: String) {
    guard !text.isEmpty else { return }
    writeToStandardError(text)
  }
}
