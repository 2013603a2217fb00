import Analysis

extension Exhibit {
  /// Surfaces: a record per point; for people, a table per surface.
  ///
  /// Columns of the records: `metric`, `label`, `optimizer`, `learning_rate`, `weight_decay`, one for
  /// each other swept hyperparameter, `seeds`, `completed`, `diverged`, `failed`, `missing` (numbers of
  /// seeds), `mean`, `standard_deviation` (sample, over the completed seeds), `minimum`, `maximum`, `mean_lower`,
  /// `mean_upper` (95 %, Student's t), `bootstrap_lower`, `bootstrap_upper` (95 %, BCa, from 8 seeds on),
  /// `deviation_lower`, `deviation_upper` (95 %, χ²), `best` (1 at the sweep's best point).
  public static func heatmap(_ surfaces: [Surface]) -> Exhibit {
    Exhibit(records: records(surfaces), pages: surfaces.map(page))
  }

  private static func records(_ surfaces: [Surface]) -> TextTable {
    var others: [String] = []
    for surface in surfaces {
      others += surface.slice.map(\.key).filter { !others.contains($0) }
    }
    let columns =
      [
        TextTable.Column("metric", "Metric", .left),
        TextTable.Column("label", "Label", .left),
        TextTable.Column("optimizer", "Optimizer", .left),
        TextTable.Column("learning_rate", "Learning rate"),
        TextTable.Column("weight_decay", "Weight decay"),
      ] + others.map { TextTable.Column($0, $0) } + Self.entryColumns
      + [TextTable.Column("best", "Best")]
    var rows: [[TextTable.Value]] = []
    for surface in surfaces {
      for (rate, line) in surface.entries.enumerated() {
        for (decay, entry) in line.enumerated() {
          let isBest = surface.isBest(learningRate: rate, weightDecay: decay)
          rows.append(
            [
              .text(surface.metric.key), .text(surface.label), .text(surface.optimizer),
              .setting(surface.learningRates[rate]), .setting(surface.weightDecays[decay]),
            ] + others.map { .init(setting: surface.slice.setting(of: $0)) } + entryValues(entry)
              + [.integer(isBest ? 1 : 0)])
        }
      }
    }
    return TextTable(
      title: "Heatmap",
      caption: "The mean, the sample standard deviation, the minimum and the maximum are over the "
        + "seeds that completed. Errors are shares in [0, 1].",
      columns: columns, rows: rows)
  }

  private static func page(_ surface: Surface) -> TextTable {
    let unit = surface.metric.isFraction ? " (%)" : ""
    let columns =
      [TextTable.Column("learning_rate", "Learning rate")]
      + surface.weightDecays.map {
        TextTable.Column("weight_decay_\($0.setting)", "λ = \($0.setting)")
      }
    let rows = surface.learningRates.indices.map { rate in
      [TextTable.Value.setting(surface.learningRates[rate])]
        + surface.weightDecays.indices.map { decay in
          .entry(
            surface.entries[rate][decay], isFraction: surface.metric.isFraction,
            isBest: surface.isBest(learningRate: rate, weightDecay: decay))
        }
    }
    return TextTable(
      title: "\(surface.metric.title)\(unit), \(surface.name)",
      caption: "λ is the weight decay. Mean and sample standard deviation over seeds, "
        + "n = \(surface.seeds) unless a cell says how many completed; the best point is bold.",
      columns: columns, rows: rows)
  }
}

extension Exhibit {
  /// The columns that every table of entries ends with.
  static let entryColumns = [
    TextTable.Column("seeds", "Seeds"),
    TextTable.Column("completed", "Completed"),
    TextTable.Column("diverged", "Diverged"),
    TextTable.Column("failed", "Failed"),
    TextTable.Column("missing", "Missing"),
    TextTable.Column("mean", "Mean"),
    TextTable.Column("standard_deviation", "Sample standard deviation"),
    TextTable.Column("minimum", "Minimum"),
    TextTable.Column("maximum", "Maximum"),
    TextTable.Column("mean_lower", "95 % of the mean, lower"),
    TextTable.Column("mean_upper", "95 % of the mean, upper"),
    TextTable.Column("bootstrap_lower", "BCa 95 % of the mean, lower"),
    TextTable.Column("bootstrap_upper", "BCa 95 % of the mean, upper"),
    TextTable.Column("deviation_lower", "95 % of the deviation, lower"),
    TextTable.Column("deviation_upper", "95 % of the deviation, upper"),
  ]

  /// The values of ``entryColumns``.
  static func entryValues(_ entry: Entry) -> [TextTable.Value] {
    let (tally, summary) = (entry.tally, entry.summary)
    let mean = summary?.meanInterval()
    let bootstrap = summary.flatMap { Bootstrap(seed: 0).meanInterval(of: $0) }
    let deviation = summary?.deviationInterval()
    return [
      .integer(tally.seeds), .integer(tally.completed), .integer(tally.diverged),
      .integer(tally.failed), .integer(tally.missing), .init(number: summary?.mean),
      .init(number: summary?.standardDeviation), .init(number: summary?.minimum),
      .init(number: summary?.maximum), .init(number: mean?.lower), .init(number: mean?.upper),
      .init(number: bootstrap?.lower), .init(number: bootstrap?.upper),
      .init(number: deviation?.lower), .init(number: deviation?.upper),
    ]
  }
}

extension Surface {
  /// Its label, with the values that its slice holds fixed: `adai, beta0 = 0.1`.
  var name: String {
    ([label] + slice.map { "\($0.key) = \($0.text)" }).joined(separator: ", ")
  }
}

extension [Setting] {
  /// The setting of a key, or `nil` if it is not among them.
  func setting(of key: String) -> Setting? { first { $0.key == key } }

  /// `learning_rate = 0.1, weight_decay = 5e-4`.
  var text: String { map { "\($0.key) = \($0.text)" }.joined(separator: ", ") }
}

extension Setting {
  /// Its value as a study file gives it: `0.1`, `5e-4`, `decoupled`.
  var text: String { word ?? value.setting }
}
