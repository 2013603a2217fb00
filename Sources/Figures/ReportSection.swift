import Analysis
import Studies

/// What a report says of one study.
struct ReportSection {
  private let results: StudyResults
  private let study: Study
  private let folder: String
  private let colors: ColorMap
  private let isOnly: Bool

  init(_ section: ReportHTML.Section, colors: ColorMap, isOnly: Bool) {
    (results, study) = (section.results, section.results.grid.study)
    (folder, self.colors, self.isOnly) = (section.folder, colors, isOnly)
  }

  var html: String {
    let heading = isOnly ? "" : "<h2>\(escapeXML(study.name))</h2>\n"
    let about = study.about.isEmpty ? "" : "<p class=\"about\">\(escapeXML(study.about))</p>\n"
    return "<section>\n" + heading + about + whatWasRun + variance + heatmaps + bestPoints + curves
      + unfinished + "</section>\n"
  }

  private var whatWasRun: String {
    let facts = StudyFacts(results).facts
    let list = facts.map { "<dt>\(escapeXML($0.name))</dt><dd>\(escapeXML($0.text))</dd>\n" }
    return "<h3>What was run</h3>\n<dl>\n" + list.joined() + "</dl>\n"
  }

  private var variance: String {
    let page = Exhibit.variance(VarianceTable(results)).pages.first
    return "<h3>Variance over seeds</h3>\n" + (page?.html ?? "")
  }

  private var heatmaps: String {
    var options = HeatmapSVG.Options()
    options.colors = colors
    options.panelsPerRow = 3
    let pictures = [Metric.finalTestError, .bestTestError].map { metric in
      let surfaces = results.surfaces(of: metric)
      return surfaces.isEmpty ? "" : figure(HeatmapSVG.render(surfaces, options: options))
    }
    return "<h3>Robustness to learning rate and weight decay</h3>\n" + pictures.joined()
  }

  private var curves: String {
    let table = CurveTable(results, bestOnly: true)
    let names = ["test_error", "validation_error", "train_loss"].filter { name in
      table.curves.contains { $0.metric == name }
    }
    guard !names.isEmpty else { return "" }
    return "<h3>Learning curves at the best points</h3>\n"
      + "<div class=\"pair\">\n"
      + names.map { figure(CurveSVG.render(table, metric: $0)) }.joined() + "</div>\n"
  }

  private var bestPoints: String {
    let best = results.bestPoints
    let metric = Metric.selection(for: study)
    var rows = ""
    for (index, sweep) in study.sweeps.enumerated() {
      guard let point = best[index] else {
        rows +=
          "<tr><td>\(escapeXML(sweep.label))</td><td colspan=\"3\">"
          + "none: at no point every seed completed</td></tr>\n"
        continue
      }
      let entry = Entry.measured(
        point.summary, Entry(metric, of: runs(point).map(\.state)).tally)
      let commands = runs(point).map { "<code>\(escapeXML(command($0.place.id)))</code>" }
      let edge = point.edges.map { Exhibit.heading(of: $0).lowercased() }.joined(separator: ", ")
      rows +=
        "<tr><td>\(escapeXML(sweep.label))</td><td>\(escapeXML(point.settings.text))"
        + (edge.isEmpty
          ? "" : "<br><span class=\"note\">on the edge of its grid: \(escapeXML(edge))</span>")
        + "</td><td class=\"c\">"
        + escapeXML(EntryText(entry, isFraction: metric.isFraction).plain)
        + "</td><td>\(commands.joined(separator: "<br>"))</td></tr>\n"
    }
    let unit = metric.isFraction ? " (%)" : ""
    return """
      <h3>Best points</h3>
      <div class="wide"><table>
      <thead><tr><th>Optimizer</th><th>Point</th><th class="c">\(escapeXML(metric.title + unit))</th>\
      <th>Its cells; each command says how to train one again</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table></div>
      <p class="note">The best point has the smallest mean among the points where every seed completed. \
      After ± stands the sample standard deviation over n = \(study.seeds.seeds.count) seeds.</p>

      """
  }

  private func runs(_ best: BestPoint) -> [Point.Run] {
    results.points.first { $0.sweep == best.sweep && $0.coordinates == best.coordinates }?.runs
      ?? []
  }

  /// Every cell without a final error, and why.
  private var unfinished: String {
    var rows = ""
    var count = 0
    for line in CellTable(results).lines {
      let reason: String
      switch line.state {
      case .missing: continue
      case .failed(let why): reason = "failed: \(why)"
      case .finished(let record):
        guard case .diverged(let epoch, let step) = record.outcome else { continue }
        reason =
          "diverged in epoch \(epoch), "
          + (step.map { "step \($0)" } ?? "when it was evaluated")
      }
      count += 1
      rows +=
        "<tr><td>\(escapeXML(line.label))</td>"
        + "<td class=\"keep\">\(escapeXML(line.settings.text))</td><td class=\"r\">\(line.seeds.text)</td><td>\(escapeXML(reason))</td>"
        + "<td><code>\(escapeXML(command(line.id)))</code></td></tr>\n"
    }
    guard count > 0 else { return "" }
    return """
      <h3>Diverged and failed cells</h3>
      <details\(count <= 20 ? " open" : "")><summary>\(count) \(count == 1 ? "cell" : "cells")</summary>
      <div class="wide"><table>
      <thead><tr><th>Optimizer</th><th>Point</th><th class="r">Seed</th><th>What happened</th>\
      <th>More</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table></div>
      </details>

      """
  }

  private func command(_ id: Cell.ID) -> String {
    let safe = folder.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "/._-".contains($0))
    }
    let quoted =
      safe
      ? folder
      : "'"
        + folder.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
    return "inertia show \(quoted) \(id)"
  }

  private func figure(_ svg: String) -> String { "<figure>\n\(svg)</figure>\n" }
}

extension Seeds {
  /// `0`, or `0, 1, 2` where the streams have seeds of their own.
  var text: String {
    initialization == order && order == augmentation
      ? String(initialization) : "\(initialization), \(order), \(augmentation)"
  }
}
