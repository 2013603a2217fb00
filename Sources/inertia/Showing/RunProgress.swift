import Running
import Studies

/// What is known of a run under way, and how it reads.
struct RunProgress {
  let title: String
  let study: Studies.Study
  private var total = 0
  /// Cells that are finished, with those that were before the run.
  private var finished = 0
  private var failed = 0
  private var diverged = 0
  /// Work done in this run, in cells; what was done of continued cells before is not counted.
  private var trained = 0.0
  private var workers: [Int: Line] = [:]

  /// What a worker does.
  private enum Line {
    case training(StudyGrid.Place, start: Double, TrainingProgress?)
    case waiting(cells: Int)
    case idle
  }

  init(title: String, study: Studies.Study) { (self.title, self.study) = (title, study) }

  /// Takes in an event; returns a message if it is one that people must not miss.
  mutating func take(_ event: RunEvent) -> String? {
    switch event {
    case .began(let total, let finished, let failed):
      (self.total, self.finished, self.failed) = (total, finished, failed)
    case .damaged(let id, let reason):
      return "the record of cell \(id) is damaged (\(reason)); set aside, the cell is trained again"
    case .started(let worker, let place, let fraction):
      workers[worker] = .training(place, start: fraction, nil)
    case .progress(let worker, let place, let progress):
      workers[worker] = .training(place, start: start(of: worker), progress)
    case .finished(let worker, _, let outcome, _):
      trained += 1 - start(of: worker)
      finished += 1
      if outcome != "completed" { diverged += 1 }
      workers[worker] = .idle
    case .failed(let worker, let place, let note):
      // What it did took its time, and most of it is kept in a checkpoint.
      if case .training(_, let start, let progress?) = workers[worker] {
        trained += max(0, progress.fraction - start)
      }
      workers[worker] = .idle
      let cell = "\(place.id) (\(placeText(place, of: study)))"
      guard note.isFinal else {
        return "cell \(cell) failed: \(note.reason); it is tried once more"
      }
      failed += 1
      return "cell \(cell) failed for good: \(note.reason)"
    case .fewerWorkers(let count, let jobs, let need, let room):
      return "memory has room for \(counted(count, "worker")) of \(jobs): one needs "
        + "\(mebibytes(need)) MiB, and the limit leaves \(mebibytes(room)) MiB for all"
    case .ranOut(let worker, let place, let count):
      workers[worker] = .idle
      return
        "memory ran out, and the worker of cell \(place.id) was killed; the cell is trained again, "
        + "with \(counted(count, "worker")) at a time from now on"
    case .lostScratch(let reason):
      return "\(reason); the run goes on without checkpoints there"
    case .settledElsewhere(_, let didFail):
      if didFail { failed += 1 } else { finished += 1 }
    case .waiting(let worker, let cells):
      workers[worker] = .waiting(cells: cells)
    }
    return nil
  }

  private func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 19)) >> 20 }

  private func start(of worker: Int) -> Double {
    if case .training(_, let start, _) = workers[worker] { start } else { 0 }
  }

  /// How much of this run's work is done, in cells.
  private var work: Double {
    workers.values.reduce(trained) { sum, line in
      guard case .training(_, let start, let progress?) = line else { return sum }
      return sum + max(0, progress.fraction - start)
    }
  }

  /// Seconds until the end, if the rest goes as what was done so far.
  private func timeLeft(after elapsed: Double) -> Double? {
    let begun = workers.values.reduce(0.0) { sum, line in
      guard case .training(_, let start, let progress) = line else { return sum }
      return sum + max(start, progress?.fraction ?? 0)
    }
    let left = Double(total - finished - failed) - begun
    guard work > 0.02, elapsed > 0.5, left > 0 else { return nil }
    return elapsed / work * left
  }

  /// The run in one line: `quick: 112 of 225 cells, 3 diverged, about 3:12 min left`.
  func headline(after elapsed: Double) -> String {
    "\(title): " + summary(after: elapsed)
  }

  private func summary(after elapsed: Double) -> String {
    var parts = ["\(finished) of \(counted(total, "cell"))"]
    if diverged > 0 { parts.append("\(diverged) diverged") }
    if failed > 0 { parts.append("\(failed) failed") }
    if let left = timeLeft(after: elapsed) { parts.append("about \(durationText(left)) left") }
    return parts.joined(separator: ", ")
  }

  /// The display: a line for the run, then one for each worker, none longer than `columns`.
  func display(columns: Int, after elapsed: Double) -> [String] {
    let summary = summary(after: elapsed)
    let done = total == 0 ? 1 : (Double(finished + failed) + partial) / Double(total)
    let room = columns - title.count - summary.count - 4
    let head =
      room >= 8
      ? "\(title)  \(Terminal.bar(done, width: min(40, room)))  \(summary)" : "\(title)  \(summary)"
    let lines = workers.keys.sorted().map { line(of: $0, columns: columns) }
    return ([head] + lines).map { String($0.prefix(columns)) }
  }

  /// The cells under way, as far as they are.
  private var partial: Double {
    workers.values.reduce(0.0) { sum, line in
      guard case .training(_, _, let progress?) = line else { return sum }
      return sum + progress.fraction
    }
  }

  private func line(of worker: Int, columns: Int) -> String {
    let number = "\(worker + 1)".aligned(to: 3)
    switch workers[worker] {
    case .training(let place, let start, let progress):
      let name = "\(number)  \(shortText(of: place))"
      guard let progress else { return "\(name)  \(percentText(start, decimals: 0))" }
      var end = "epoch \(progress.epoch)/\(progress.epochs)"
      if let error = progress.testError { end += "  error \(percentText(error))" }
      let share = percentText(progress.fraction, decimals: 0).aligned(to: 5)
      let room = columns - name.count - end.count - share.count - 5
      return room >= 8
        ? "\(name)  \(Terminal.bar(progress.fraction, width: min(16, room)))\(share)  \(end)"
        : "\(name)\(share)  \(end)"
    case .waiting(let cells):
      return "\(number)  waiting for \(counted(cells, "cell")) of other runners"
    case .idle, nil: return "\(number)  –"
    }
  }

  /// A place as short as it can be told: `adai  lr 0.1  wd 5e-4  seed 2`, columns aligned.
  private func shortText(of place: StudyGrid.Place) -> String {
    let sweep = study.sweeps[place.sweep]
    let width = study.sweeps.map(\.label.count).max() ?? 0
    let settings = zip(sweep.axes, place.coordinates).map { axis, index in
      let key = ["learning_rate": "lr", "weight_decay": "wd"][axis.key] ?? axis.key
      let widest = axis.values.map { sweep.text(of: $0, for: axis.key).count }.max() ?? 0
      return "\(key) \(sweep.text(of: axis.values[index], for: axis.key).padded(to: widest))"
    }
    return ([sweep.label.padded(to: width)] + settings + [seedText(place.cell.seeds)])
      .joined(separator: "  ")
  }
}
