import ArgumentParser
import Foundation
import Running
import Slurm
import Studies

/// `inertia status`.
struct Status: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how far a study is; changes nothing.",
    discussion: """
      Counts the cells of each optimizer that are done, diverged (a result too), failed, running and \
      missing, those that confirm its best point included. Failed cells are listed with their reasons. \
      Of jobs that submit made, it says what Slurm knows, and where the logs are.

      For example:
        inertia status studies/quick.yaml
        inertia status studies/quick.yaml --json
      """)

  @OptionGroup var file: StudyOptions

  @Flag(help: "As JSON, for programs.")
  var json = false

  func run() async throws {
    let context = try StudyContext(file)
    try context.checkName()
    var report = try StatusReport(StudyPlan(context), of: context)
    report.slurm = try await SlurmReport(of: context)
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      put(String(decoding: try encoder.encode(report), as: UTF8.self))
    } else {
      put(report.text, terminator: "")
    }
  }
}

/// The counts of a study's cells, by state.
struct StatusReport: Codable {
  struct Counts: Codable {
    var done = 0
    var diverged = 0
    var failed = 0
    var running = 0
    var missing = 0

    var cells: [String] { [done, diverged, failed, running, missing].map { "\($0)" } }
  }

  struct Optimizer: Codable {
    var label: String
    var counts = Counts()
  }

  struct Failure: Codable {
    var id: String
    var cell: String
    var attempts: Int
    var reason: String
  }

  var study: String
  var cells: Int
  var total = Counts()
  var optimizers: [Optimizer]
  var failures: [Failure] = []
  /// What is known of submitted jobs; `nil` if there never were any.
  var slurm: SlurmReport?
  /// How far its measurements are, if it measures.
  var measurements: MeasuringProgress?

  init(_ plan: StudyPlan, of context: StudyContext) throws {
    (study, cells) = (context.study.name, plan.cells)
    optimizers = context.study.sweeps.map { sweep in
      Optimizer(label: sweep.label, counts: Counts(missing: plan.waiting))
    }
    total.missing = plan.waiting * optimizers.count
    for (place, state) in zip(plan.known.places, plan.known.states) {
      let count: WritableKeyPath<Counts, Int>
      switch state {
      case .finished(let hasDiverged):
        count = hasDiverged ? \.diverged : \.done
      case .failed(let note):
        count = \.failed
        failures.append(
          Failure(
            id: place.id.hex, cell: placeText(place, of: context.study), attempts: note.attempts,
            reason: note.reason))
      case .running: count = \.running
      case .interrupted, .missing: count = \.missing
      }
      total[keyPath: count] += 1
      optimizers[place.sweep].counts[keyPath: count] += 1
    }
    measurements = try StudyMeasurer(context: context, threads: 1, isAnonymous: false)
      .progress(plan.known.places)
  }

  /// A table for people.
  var text: String {
    let head = ["", "done", "diverged", "failed", "running", "missing"]
    let rows =
      [head] + optimizers.map { [$0.label] + $0.counts.cells } + [[study] + total.cells]
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      zip(row, widths).enumerated().map { index, cell in
        index == 0 ? cell.0.padded(to: cell.1) : cell.0.aligned(to: cell.1)
      }.joined(separator: "  ")
    }
    if let measurements { lines.append("\(measurements.text) done") }
    for failure in failures {
      lines.append("\(failure.id) (\(failure.cell)) failed: \(failure.reason)")
    }
    return (lines + (slurm?.lines ?? [])).joined(separator: "\n") + "\n"
  }
}

/// A place in words: `adai, learning_rate 0.1, weight_decay 5e-4, seed 2`.
func placeText(_ place: StudyGrid.Place, of study: Study) -> String {
  let sweep = study.sweeps[place.sweep]
  let settings = zip(sweep.axes, place.coordinates).map { axis, index in
    "\(axis.key) \(sweep.text(of: axis.values[index], for: axis.key))"
  }
  return ([sweep.label] + settings + [seedText(place.cell.seeds)]).joined(separator: ", ")
}

/// Seeds in words: `seed 2`, or all three if they differ.
func seedText(_ seeds: Seeds) -> String {
  seeds == Seeds(all: seeds.order)
    ? "seed \(seeds.order)"
    : "init \(seeds.initialization), order \(seeds.order), augmentation \(seeds.augmentation)"
}
