import Analysis
import Studies

extension Exhibit {
  /// Claims: a record for each claim and rival.
  ///
  /// Columns: `study`, `claim`, `metric`, `of`, `than`, `bar` (of areas: `within` or `at_most` with its
  /// value), `verdict` (of this comparison), `claim_verdict`, `reason`, `n` (pairs), `of_mean`, `of_deviation`,
  /// `than_mean`, `than_deviation` (sample; in the metric's unit, areas in decades²), `difference` (of − than),
  /// `difference_lower`, `difference_upper` (95 %, Student's t in pairs), `test`, `p`, `p_holm` (over all
  /// comparisons of the table), `smallest_p_holm`.
  public static func claims(_ table: ClaimTable) -> Exhibit {
    Exhibit(records: records(table), pages: [page(table)])
  }

  private static func records(_ table: ClaimTable) -> TextTable {
    let left = [
      "study", "claim", "metric", "of", "than", "bar", "verdict", "claim_verdict", "reason",
    ]
    let right = [
      "n", "of_mean", "of_deviation", "than_mean", "than_deviation", "difference",
      "difference_lower", "difference_upper",
    ]
    let columns =
      left.map { TextTable.Column($0, $0, .left) } + right.map { TextTable.Column($0, $0) }
      + [TextTable.Column("test", "test", .left)]
      + ["p", "p_holm", "smallest_p_holm"].map { TextTable.Column($0, $0) }
    let rows = table.rows.flatMap { row in
      row.comparisons.map { comparison -> [TextTable.Value] in
        let pairs = comparison.pairs
        let interval = pairs?.differences.meanInterval()
        let text: [TextTable.Value] = [
          .text(table.study), .text(row.claim.kind.name), .text(row.claim.metric),
          .text(row.claim.subject), .text(comparison.rival), .text(row.claim.bar),
          .text(comparison.verdict.rawValue), .text(row.verdict.rawValue),
          .text(comparison.reason?.words ?? ""),
        ]
        let numbers = [
          pairs?.first.mean, pairs?.first.standardDeviation, pairs?.second.mean,
          pairs?.second.standardDeviation, pairs?.differences.mean, interval?.lower,
          interval?.upper,
        ]
        let tests = [comparison.test?.pValue, comparison.adjusted, comparison.smallestAdjusted]
        return text + [pairs.map { .integer($0.count) } ?? .none]
          + numbers.map { .init(number: $0) }
          + [.text(comparison.test == nil ? "" : comparison.kind.words)]
          + tests.map { .init(number: $0) }
      }
    }
    return TextTable(
      title: "Claims", caption: caption(table), columns: columns, rows: rows)
  }

  private static func page(_ table: ClaimTable) -> TextTable {
    let columns = [
      TextTable.Column("claim", "Claim", .left), TextTable.Column("than", "Against", .left),
      TextTable.Column("verdict", "Verdict", .left), TextTable.Column("n", "n"),
      TextTable.Column("numbers", "Numbers", .left), TextTable.Column("p", "p"),
      TextTable.Column("p_holm", "p (Holm)"), TextTable.Column("reason", "Why", .left),
    ]
    let rows = table.rows.flatMap { row in
      row.comparisons.enumerated().map { index, comparison -> [TextTable.Value] in
        [
          .text(index == 0 ? row.claim.words : ""), .text(comparison.rival),
          .text(comparison.verdict.rawValue),
          comparison.pairs.map { .integer($0.count) } ?? .none,
          .text(numbers(row.claim, comparison)),
          .init(number: comparison.test.map(\.pValue)), .init(number: comparison.adjusted),
          .text(comparison.reason?.words ?? comparison.kind.words),
        ]
      }
    }
    return TextTable(title: "Claims", caption: caption(table), columns: columns, rows: rows)
  }

  private static func numbers(_ claim: Claim, _ comparison: ClaimTable.Comparison) -> String {
    guard let pairs = comparison.pairs else { return "–" }
    let isArea = claim.isAboutArea
    let isFraction = !isArea && Metric(key: claim.metric).isFraction
    func text(_ value: Double) -> String {
      isFraction ? value.percent() : DecimalText(value).rounded(significant: 4).general
    }
    func spread(_ summary: Summary) -> String {
      text(summary.mean) + (summary.standardDeviation.map { " ± \(text($0))" } ?? "")
    }
    let unit = isArea ? " decades²" : isFraction ? " %" : ""
    return "\(spread(pairs.first)) against \(spread(pairs.second))\(unit)"
  }

  private static func caption(_ table: ClaimTable) -> String {
    let count = table.rows.reduce(0) { $0 + $1.comparisons.count { $0.test != nil } }
    return
      "A claim is supported if it holds against every rival, contradicted if the opposite holds "
      + "against one; p-values are two-sided, and those of all \(count) tests of this table are "
      + "corrected together after Holm for a level of 0.05. Means and sample standard deviations "
      + "(after ±) are over n common seeds: of confirmation at the best points where there are "
      + "such seeds; for areas, of the grid, an area for each seed."
  }
}

extension Claim {
  var isAboutArea: Bool { if case .largerArea = kind { true } else { false } }

  /// `within 0.005`, or nothing.
  fileprivate var bar: String {
    switch kind {
    case .largerArea(.within(let margin)): "within \(margin.setting)"
    case .largerArea(.atMost(let bound)): "at_most \(bound.setting)"
    case .lowerMean, .noLargerDeviation: ""
    }
  }

  /// The claim as a sentence.
  var words: String {
    let metric = Metric(key: metric)
    let name = metric.title.prefix(1).lowercased() + metric.title.dropFirst()
    func value(_ number: Double) -> String {
      metric.isFraction ? number.percent() + " %" : number.setting
    }
    switch kind {
    case .lowerMean: return "\(subject) has the lower mean \(name) at its best point"
    case .noLargerDeviation:
      return "\(subject) has no larger deviation of the \(name) at its best point"
    case .largerArea(.within(let margin)):
      let points = metric.isFraction ? margin.percent() + " percentage points" : margin.setting
      return "\(subject) has the larger area with a \(name) within \(points) of the best"
    case .largerArea(.atMost(let bound)):
      return "\(subject) has the larger area with a \(name) of at most \(value(bound))"
    }
  }
}

extension ClaimTable.TestKind {
  fileprivate var words: String {
    switch self {
    case .signFlips: "sign flips of paired differences"
    case .pitmanMorgan: "Pitman–Morgan"
    }
  }
}

extension ClaimTable.Reason {
  fileprivate var words: String {
    switch self {
    case .incomplete: "runs are missing or failed"
    case .notConfirmed:
      "the seeds that chose the points cannot test them: add confirm: with fresh seeds"
    case .diverged: "a run diverged"
    case .crossedSeeds: "crossed seeds are not independent runs"
    case .noArea: "an axis has fewer than two positive values"
    case .openArea(let label):
      "the region of \(label) reaches the edge of its grid or a missing point"
    case .tooFewSeeds(let needed): "too few seeds to reach the level: at least \(needed) are needed"
    case .noTest: "the values do not vary, or are too few"
    case .notSignificant: "not significant"
    }
  }
}
