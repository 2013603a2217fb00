import ArgumentParser
import Figures
import Records
import Studies

/// `inertia show`.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one cell: its settings, its outcome, its curves.",
    discussion: """
      CELL is its id, or enough of its first digits; `inertia plan STUDY --cells` and the cells table \
      list them.

      For example:
        inertia show results/quick 3f52
      """)

  @Argument(help: "A study's results, such as results/quick.", completion: .directory)
  var results: String

  @Argument(help: "The id of a cell, or its first digits.")
  var cell: String

  func run() throws {
    let context = try StudyContext(results: results)
    let collector = StudyCollector(context: context)
    let places = try collector.places().filter { $0.id.hex.hasPrefix(cell.lowercased()) }
    let ids = Set(places.map(\.id))
    guard let place = places.first, ids.count == 1 else {
      throw CommandError.unknownCell(cell, folder: results, matches: ids.count)
    }
    put(try text(of: place, in: context))
  }

  private func text(of place: StudyGrid.Place, in context: StudyContext) throws -> String {
    let study = context.study
    var lines = ["cell       \(place.id)", "settings   \(placeText(place, of: study))"]
    lines.append(
      "optimizer  "
        + place.cell.optimizer.settings.map { "\($0.key) \(settingText($0))" }
        .joined(separator: ", "))
    lines.append(
      place.cell.simulation != nil
        ? "kind       \(study.kind)"
        : "network    \(place.cell.network.name) on \(place.cell.dataset.name),"
          + " \(counted(place.cell.training.epochs, "epoch"))")
    if try context.records.contains(place.id) {
      lines += try text(of: try context.records.stored(place.id, weights: false))
    } else if let note = try context.work.failure(of: place.id) {
      lines += ["outcome    failed \(counted(note.attempts, "time")): \(note.reason)"]
      lines += note.log.map { "           \($0)" }
    } else {
      lines.append("outcome    none yet")
    }
    lines.append("")
    lines.append("Train just this cell again, in a folder of its own:")
    lines.append("  \(TrainAgain(place, of: context.study, path: context.path).command)")
    return lines.joined(separator: "\n")
  }

  private func text(of stored: StoredRecord) throws -> [String] {
    let record = stored.record
    var lines: [String] = []
    switch record.outcome {
    case .completed where record.cell.simulation != nil:
      lines.append("outcome    completed")
    case .completed:
      lines.append(
        "outcome    completed: test error \(percentText(record.finalTestError)) at the end,"
          + " \(percentText(record.bestTestError)) in epoch \(record.bestEpoch)")
    case .diverged(let epoch, let step):
      lines.append(
        "outcome    diverged in epoch \(epoch)" + (step.map { ", step \($0)" } ?? ", at evaluation")
      )
    }
    lines.append("weights    \(stored.digests.weights)")
    lines.append("metrics    \(stored.digests.metrics)")
    for (key, value) in stored.provenance.facts.sorted(by: { $0.key < $1.key })
    where key != "study" {
      lines.append("\(key.padded(to: 18)) \(value)")
    }
    let curves = record.curves.filter { !$0.values.isEmpty }
    if let epochs = curves.first?.values.count {
      let table =
        [curves.map(\.name)]
        + (0..<epochs).map { epoch in curves.map { curveText($0.values[epoch]) } }
      let widths = curves.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
      lines.append("")
      lines += table.map { row in
        zip(row, widths).map { $0.aligned(to: $1) }.joined(separator: "  ")
      }
    }
    return lines
  }

  private func curveText(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : fixed(value, 5)
  }
}
