import Records
import Running
import Studies

/// Does what a study measures and its results folder lacks, one task after another.
///
/// Each finished task is a file of its own; interrupted, the same command goes on with the next, to the same bits.
struct StudyMeasurer {
  let context: StudyContext
  let threads: Int
  let isAnonymous: Bool

  var store: MeasurementStore { MeasurementStore(resultsFolder: context.resultsFolder) }

  /// Measures the finished cells among these places; returns how many tasks were done.
  ///
  /// - Throws: `CancellationError` if the work was cancelled, and what measuring throws.
  func measure(_ places: [StudyGrid.Place], _ settings: MeasureSettings) throws -> Int {
    let tasks = try tasks(places, settings).filter { try !holds($0) }
    guard !tasks.isEmpty else { return 0 }
    let measurer = try CellMeasurer(context, threads: threads)
    let facts = ProvenanceFacts(version: Inertia.version, revision: nil)
    let view = MeasuringView(study: context.study.name, count: tasks.count)
    defer { view.end() }
    var done = 0
    for (number, task) in tasks.enumerated() {
      try Task.checkCancellation()
      let clock = ContinuousClock()
      let (start, started) = (clock.now, Timestamp.now)
      view.begin("\(task.name) of \(task.cell.id.hex.prefix(8))")
      guard let measurement = try measurer.measure(task, view: view) else { continue }
      let seconds = start.duration(to: clock.now) / .seconds(1)
      try store.publish(
        measurement, of: task,
        facts.provenance(
          numerics: task.cell.numerics, started: started, seconds: seconds,
          studyText: String(decoding: context.text, as: UTF8.self), anonymous: isAnonymous))
      done += 1
      view.finish(
        "measured \(task.name) of \(task.cell.id) in \(durationText(seconds))"
          + " (\(number + 1) of \(tasks.count))")
    }
    return done
  }

  /// What is to be measured of the cells among these places that have completed, each once.
  ///
  /// - Parameter settings: by default what the study measures.
  func tasks(
    _ places: [StudyGrid.Place], _ settings: MeasureSettings? = nil
  ) throws -> [MeasurementTask] {
    guard let settings = settings ?? context.study.measure else { return [] }
    var known: Set<Cell.ID> = []
    return try places.filter { known.insert($0.id).inserted }.filter {
      try context.records.hasDiverged($0.id, keeping: context.study.record) == false
    }.flatMap { settings.tasks(of: $0.cell) }
  }

  /// How many measurements the study asks for of these places, as far as they have not diverged, and how many are
  /// there; `nil` if it measures nothing. Quick: names, lengths and blocks only.
  func progress(_ places: [StudyGrid.Place]) throws -> MeasuringProgress? {
    guard let settings = context.study.measure else { return nil }
    var progress = MeasuringProgress()
    var known: Set<Cell.ID> = []
    for place in places where known.insert(place.id).inserted {
      if try context.records.hasDiverged(place.id, keeping: context.study.record) == true {
        continue
      }
      for task in settings.tasks(of: place.cell) {
        if try store.contains(task.id) { progress.done += 1 } else { progress.missing += 1 }
      }
    }
    return progress
  }

  /// Whether a measurement is there and whole; says so if it is damaged.
  private func holds(_ task: MeasurementTask) throws -> Bool {
    do {
      _ = try store.read(task)
      return true
    } catch RecordError.missing {
      return false
    } catch let error as RecordError {
      guard case .damaged = error else { throw error }
      complain("\(error); it is measured again")
      return false
    }
  }

  /// What is there of a study's measurements, by cell.
  func measurements(_ places: [StudyGrid.Place]) throws -> [Cell.ID: [Measurement]] {
    guard let settings = context.study.measure else { return [:] }
    var found: [Cell.ID: [Measurement]] = [:]
    for place in places where found[place.id] == nil {
      found[place.id] = try settings.tasks(of: place.cell).compactMap { task in
        try store.contains(task.id) ? try store.read(task) : nil
      }
    }
    return found
  }
}

/// How far the measurements of a study are.
struct MeasuringProgress: Codable, Hashable {
  var done = 0
  var missing = 0

  /// `3 of 18 measurements`.
  var text: String { "\(done) of \(counted(done + missing, "measurement"))" }
}
