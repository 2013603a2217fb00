import Analysis
import Studies

/// What a report says of one study.
struct ReportSection {
  private let results: StudyResults
  private let study: Study
  private let folder: String
  /// What its elements are called in the page, so that several studies do not clash.
  private let id: String
  private let colors: ColorMap
  private let isOnly: Bool
  private let publishedTable: PublishedTable?

  init(_ section: ReportHTML.Section, id: String, colors: ColorMap, isOnly: Bool) {
    (results, study) = (section.results, section.results.grid.study)
    (folder, self.id, self.colors, self.isOnly) = (section.folder, id, colors, isOnly)
    publishedTable = section.published
  }

  var html: String {
    let heading = isOnly ? "" : "<h2>\(escapeXML(study.name))</h2>\n"
    let about = study.about.isEmpty ? "" : "<p class=\"about\">\(escapeXML(study.about))</p>\n"
    guard study.simulation == nil else {
      return "<section>\n" + heading + about + claims + whatWasRun + simulations + "</section>\n"
    }
    let data = ReportData(results, path: "\(folder)/study.yaml").json
    return "<section>\n" + heading + about + claims + whatWasRun + heatmaps + robustness + variance
      + published + tunability + curves + curvature + bestPoints + unfinished + everyCell
      + "<script type=\"application/json\" data-study=\"\(id)\">\(data)</script>\n</section>\n"
  }

  private var claims: String {
    guard !study.claims.isEmpty else { return "" }
    let table = ClaimTable(results)
    let list = table.rows.map { row in
      let rivals = row.claim.rivals.map(claimedRival).joined(separator: ", ")
      let against = rivals.isEmpty ? "" : ", against \(escapeXML(rivals))"
      return "<li><b class=\"\(row.verdict.rawValue)\">\(row.verdict.rawValue)</b> "
        + "\(escapeXML(row.claim.words))\(against)</li>\n"
    }
    return "<h3>Claims</h3>\n<ul class=\"claims\">\n" + list.joined() + "</ul>\n"
      + exhibit(.claims(table), "claims")
  }

  private var whatWasRun: String {
    let facts = StudyFacts(results).facts
    let list = facts.map { "<dt>\(escapeXML($0.name))</dt><dd>\(escapeXML($0.text))</dd>\n" }
    return "<h3>What was run</h3>\n<dl>\n" + list.joined() + "</dl>\n"
  }

  /// What was simulated: pictures, then tables.
  private var simulations: String {
    let pictures = DiffusionSVG.all(of: results).map { figure($0.svg) }.joined()
    let tables: String
    switch study.simulation {
    case .saddle, .networkSaddle: tables = exhibit(.saddle(SaddleTable(results)), "saddle")
    case .escape, .networkEscape:
      let table = EscapeTable(results)
      tables = exhibit(.fits(table), "fits") + exhibit(.escapes(table), "escapes")
    case .convergence: tables = exhibit(.convergence(ConvergenceTable(results)), "convergence")
    case nil: tables = ""
    }
    return "<h3>What was found</h3>\n" + pictures + tables
  }

  private var heatmaps: String {
    var options = HeatmapSVG.Options()
    options.colors = colors
    options.panelsPerRow = 3
    options.study = id
    let pictures = [Metric.finalTestError, .bestTestError].map { metric in
      let surfaces = results.surfaces(of: metric)
      return surfaces.isEmpty ? "" : figure(HeatmapSVG.render(surfaces, options: options))
    }
    let finals = results.surfaces(of: .finalTestError)
    let surfaces = finals + results.surfaces(of: .bestTestError)
    var (contours, product) = (options, options)
    (contours.study, product.study) = (nil, nil)
    contours.form = .contours
    (product.coordinate, product.panelsPerRow) = (.product, 2)
    let others =
      finals.isEmpty
      ? ""
      : "<details><summary>As contours, and over the product of learning rate and weight decay</summary>\n"
        + [contours, product].map { figure(HeatmapSVG.render(finals, options: $0)) }.joined()
        + "</details>\n"
    return "<h3>Robustness to learning rate and weight decay</h3>\n"
      + "<p class=\"note\">Point at a cell for its numbers; open it, with a click or Enter, for its runs and "
      + "the commands that train them again.</p>\n" + pictures.joined()
      + others + download(.heatmap(surfaces), "heatmap")
  }

  private var robustness: String {
    let table = RobustnessTable(results)
    return exhibit(.robustness(table), "robustness") + figure(AreaSVG.render(table))
      + download(.areas(table), "areas")
  }

  private var variance: String {
    let table = VarianceTable(results)
    let (sources, images) = (SourceTable(results), ImageComparisonTable(results))
    return "<h3>Variance over seeds</h3>\n" + exhibit(.variance(table), "variance")
      + figure(VarianceSVG.render(table))
      + exhibit(.comparisons(ComparisonTable(results)), "comparisons")
      + exhibit(.optimism(OptimismTable(results)), "optimism")
      + (images.rows.isEmpty ? "" : exhibit(.images(images), "images"))
      + (sources.rows.contains { $0.streams != nil || $0.testSet != nil || $0.chaos != nil }
        ? exhibit(.sources(sources), "sources") : "")
  }

  private var published: String {
    guard publishedTable != nil else { return "" }
    return "<h3>Beside what was published</h3>\n"
      + exhibit(.published(PublishedComparison(results, beside: publishedTable)), "published")
  }

  private var tunability: String {
    let curves = results.tunability(of: .finalTestError)
    return "<h3>Tuning by chance</h3>\n" + figure(TunabilitySVG.render(curves))
      + exhibit(.tunability(curves), "tunability")
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
      + download(.curves(table), "curves")
  }

  private var curvature: String {
    var parts: [String] = []
    if study.measure?.hessian != nil {
      let table = SpectrumTable(results)
      parts.append(figure(SpectrumSVG.render(table)) + download(.spectra(table), "spectra"))
    }
    if study.measure?.noise != nil {
      let table = NoiseTable(results)
      parts.append(figure(NoiseSVG.render(table)) + exhibit(.noise(table), "noise"))
    }
    return parts.isEmpty ? "" : "<h3>Curvature and gradient noise</h3>\n" + parts.joined()
  }

  private var everyCell: String {
    let name = "\(id)-cells"
    return "<h3>All cells</h3>\n"
      + "<details data-table=\"\(name)\"><summary>A table of every run</summary></details>\n"
      + download(.cells(CellTable(results)), "cells")
  }

  /// The tables of an exhibit for people, and a button that saves its records.
  private func exhibit(_ exhibit: Exhibit, _ name: String) -> String {
    exhibit.pages.map(\.html).joined() + download(exhibit, name)
  }

  private func download(_ exhibit: Exhibit, _ name: String) -> String {
    let element = "\(id)-\(name)"
    return "<p><button type=\"button\" data-csv=\"\(element)\" "
      + "data-name=\"\(escapeXML(study.name))-\(name).csv\">\(name).csv</button></p>\n"
      + "<script type=\"application/json\" id=\"\(element)\">"
      + scriptText(exhibit.text(as: .csv)) + "</script>\n"
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
      <div class="wide"><table class="sortable">
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
      <div class="wide"><table class="sortable">
      <thead><tr><th>Optimizer</th><th>Point</th><th class="r">Seed</th><th>What happened</th>\
      <th>More</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table></div>
      </details>

      """
  }

  private func command(_ id: Cell.ID) -> String { "inertia show \(shellQuoted(folder)) \(id)" }

  private func figure(_ svg: String) -> String { "<figure>\n\(svg)</figure>\n" }
}

extension Seeds {
  /// `0`, or `0, 1, 2` where the streams have seeds of their own.
  var text: String {
    initialization == order && order == augmentation
      ? String(initialization) : "\(initialization), \(order), \(augmentation)"
  }
}
