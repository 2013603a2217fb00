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
    var tasks: [MeasurementTask] = []
    var known: Set<Cell.ID> = []
    for place in places where known.insert(place.id).inserted {
      guard try context.records.contains(place.id),
        try !context.records.hasDiverged(place.id)
      else { continue }
      for task in settings.tasks(of: place.cell) where try !store.contains(task.id) {
        tasks.append(task)
      }
    }
    guard !tasks.isEmpty else { return 0 }
    let measurer = try CellMeasurer(context, threads: threads)
    let facts = ProvenanceFacts(version: Inertia.version, revision: nil)
    for (number, task) in tasks.enumerated() {
      try Task.checkCancellation()
      let clock = ContinuousClock()
      let start = clock.now
      guard let measurement = try measurer.measure(task) else { continue }
      let seconds = start.duration(to: clock.now) / .seconds(1)
      try store.publish(
        measurement, of: task,
        facts.provenance(
          started: .now, seconds: seconds,
          studyText: String(decoding: context.text, as: UTF8.self), anonymous: isAnonymous))
      complain(
        "measured \(task.name) of \(task.cell.id) in \(seconds.rounded()) s"
          + " (\(number + 1) of \(tasks.count))")
    }
    return tasks.count
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
