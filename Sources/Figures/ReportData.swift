import Analysis
import Studies

/// What the page's script knows of a study, as JSON that cannot end a script element.
struct ReportData {
  private let results: StudyResults
  private let path: String

  /// The most numbers that the curves of a page hold; beyond, epochs are left out evenly.
  private static let mostCurveValues = 100_000

  /// - Parameter path: The study file in commands.
  init(_ results: StudyResults, path: String) { (self.results, self.path) = (results, path) }

  /// An object: for each point, by ``Surface/key(_:)``, the command that trains it again and its runs: id, seeds,
  /// outcome, final and best test error in percent, the test error by epoch, what restricts the command to
  /// the run.
  var json: String {
    let study = results.grid.study
    let stride = max(1, (curveValues + Self.mostCurveValues - 1) / Self.mostCurveValues)
    let points = results.points.map { point -> String in
      let sweep = study.sweeps[point.sweep]
      let command = TrainAgain.command(sweep: sweep, at: point.coordinates, path: path)
      let runs = point.runs.map { run in
        let cell = run.place
        let (outcome, numbers) = describe(run.state, stride)
        let only = TrainAgain.seedConditions(cell.cell.seeds, of: study)
        return "[\(quoted(cell.id.hex)),\(quoted(cell.cell.seeds.text)),\(quoted(outcome)),"
          + "\(numbers),\(quoted(only))]"
      }
      let key = "\(sweep.label): \(sweep.settings(at: point.coordinates).text)"
      return "\(quoted(key)):[\(quoted(command)),[\(runs.joined(separator: ","))]]"
    }
    return "{\(quoted("epochs")):\(stride),\(quoted("points")):{\(points.joined(separator: ","))}}"
  }

  private var curveValues: Int {
    results.states.reduce(0) { sum, state in
      guard case .finished(let record) = state else { return sum }
      return sum + (record.curves.first { $0.name == "test_error" }?.values.count ?? 0)
    }
  }

  /// The outcome in words, and final error, best error and curve as JSON.
  private func describe(_ state: CellState, _ step: Int) -> (String, String) {
    guard case .finished(let record) = state else {
      if case .failed(let reason) = state { return ("failed: \(reason)", "null,null,[]") }
      return ("missing", "null,null,[]")
    }
    func percent(_ value: Double) -> String {
      value.isFinite ? DecimalText(value).shifted(by: 2).rounded(places: 3) : "null"
    }
    let curve = record.curves.first { $0.name == "test_error" }?.values ?? []
    // The last epoch is always among those kept.
    let kept = curve.indices.filter { (curve.count - 1 - $0) % step == 0 }.map {
      percent(curve[$0])
    }
    var outcome = record.outcome.name
    if case .diverged(let epoch, let at) = record.outcome {
      outcome += " in epoch \(epoch)" + (at.map { ", step \($0)" } ?? ", when evaluated")
    }
    return (
      outcome,
      "\(percent(record.finalTestError)),\(percent(record.bestTestError)),"
        + "[\(kept.joined(separator: ","))]"
    )
  }

  private func quoted(_ text: String) -> String { scriptText(text) }
}

/// A JSON string that can stand in a script element.
func scriptText(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "<", ">", "&", "\u{2028}", "\u{2029}", "\0"..<" ":
      let hex = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
