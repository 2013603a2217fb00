import Analysis
import Diffusion
import Studies

extension Exhibit {
  /// Claims: a record for each claim and rival.
  ///
  /// Columns: `study`, `claim`, `metric`, `of`, `than`, `bar` (of areas `within` or `at_most`, of correlations
  /// `at_least`, with its value), `verdict` (of this comparison), `claim_verdict`, `reason`, `n` (pairs, or
  /// sharpnesses), `of_mean`, `of_deviation`, `than_mean`, `than_deviation` (sample; in the metric's unit, areas in
  /// decades²), `difference` (of − than), `difference_lower`, `difference_upper` (95 %, Student's t in pairs), `test`, `p`,
  /// `p_holm` (over all comparisons of the table), `smallest_p_holm`. Of escape times: `in` (`1/k` or `1/sqrt(k)`), `settings`,
  /// `seed`, `batch`, `of_misfit`, `than_misfit` (squared distances from the line in `in` and in the other, in standard
  /// errors: χ² with n − 2 degrees of freedom where the line is true), `correlation` (of log τ with `in`), `statistic`.
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
      + ["in", "settings"].map { TextTable.Column($0, $0, .left) }
      + ["seed", "batch", "of_misfit", "than_misfit", "correlation", "statistic"].map {
        TextTable.Column($0, $0)
      }
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
        return text + [comparison.size]
          + numbers.map { .init(number: $0) }
          + [.text(comparison.test == nil ? "" : comparison.kind.words)]
          + tests.map { .init(number: $0) } + escapes(row.claim, comparison)
      }
    }
    return TextTable(
      title: "Claims", caption: caption(table), columns: columns, rows: rows)
  }

  private static func escapes(
    _ claim: Claim, _ comparison: ClaimTable.Comparison
  ) -> [TextTable.Value] {
    guard let scale = claim.scale, let place = comparison.place else {
      return [.text(""), .text("")] + Array(repeating: .none, count: 6)
    }
    let (line, other) = (comparison.lines?[scale], comparison.lines?[scale.other])
    return [
      .text(scale.rawValue), .text(settingsText(place.source)), .integer(place.source.seed),
      .number(place.batch), .init(number: line?.residual), .init(number: other?.residual),
      .init(number: line?.correlation), .init(number: comparison.test?.statistic),
    ]
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
          .text(index == 0 ? row.claim.words : ""),
          .text(against(comparison, among: row.comparisons.count)),
          .text(comparison.verdict.rawValue), comparison.size,
          .text(numbers(row.claim, comparison)),
          .init(number: comparison.test.map(\.pValue)), .init(number: comparison.adjusted),
          .text(comparison.reason?.words ?? comparison.kind.words),
        ]
      }
    }
    return TextTable(title: "Claims", caption: caption(table), columns: columns, rows: rows)
  }

  /// The rival; with the place if there are several.
  private static func against(_ comparison: ClaimTable.Comparison, among count: Int) -> String {
    let rival = claimedRival(comparison.rival)
    guard let place = comparison.place, count > 1 else { return rival }
    let words = [
      settingsText(place.source), "seed \(place.source.seed)",
      "B \(DecimalText(place.batch).rounded(significant: 4).general)",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    return rival.isEmpty ? words : "\(rival) at \(words)"
  }

  private static func numbers(_ claim: Claim, _ comparison: ClaimTable.Comparison) -> String {
    func short(_ value: Double) -> String {
      DecimalText(value).rounded(significant: 4).general
    }
    if let scale = claim.scale {
      guard let line = comparison.lines?[scale], let other = comparison.lines?[scale.other] else {
        return "–"
      }
      if case .pearson = claim.kind { return short(line.correlation) }
      return "misfit \(short(line.residual)) against \(short(other.residual))"
    }
    if case .smallerTopEigenvalue = claim.kind, let pairs = comparison.pairs {
      let means = pairs.geometricMeans
      return "\(short(means.first)) against \(short(means.second))"
    }
    guard let pairs = comparison.pairs else { return "–" }
    let isArea = claim.isAboutArea
    let isFraction = !isArea && Metric(key: claim.metric).isFraction
    func text(_ value: Double) -> String { isFraction ? value.percent() : short(value) }
    func spread(_ summary: Summary) -> String {
      text(summary.mean) + (summary.standardDeviation.map { " ± \(text($0))" } ?? "")
    }
    let unit = isArea ? " decades²" : isFraction ? " %" : ""
    return "\(spread(pairs.first)) against \(spread(pairs.second))\(unit)"
  }

  private static func caption(_ table: ClaimTable) -> String {
    let count = table.rows.reduce(0) { $0 + $1.comparisons.count { $0.test != nil } }
    let corrected =
      "p-values are two-sided, and those of all \(count) tests of this table are "
      + "corrected together after Holm for a level of 0.05. "
    if table.rows.contains(where: { $0.claim.scale != nil }) {
      return
        "A claim is supported if it holds at every place, contradicted if the opposite holds at one; "
        + corrected
        + "There are n sharpnesses. The misfit of a line is the sum of squared distances of log τ from it, in standard errors: "
        + "χ² with n − 2 degrees of freedom if the line is true. The test is that both lines fit as well (Hotelling), or "
        + "that the correlation is the bound (Fisher's z)."
    }
    let isAboutEigenvalues = table.rows.contains { $0.claim.kind == .smallerTopEigenvalue }
    return
      "A claim is supported if it holds against every rival, contradicted if the opposite holds "
      + "against one; " + corrected + "Means and sample standard deviations "
      + "(after ±) are over n common seeds: of confirmation at the best points where there are "
      + "such seeds; for areas, of the grid, an area for each seed."
      + (isAboutEigenvalues
        ? " Eigenvalues are geometric means, and their test is of the logarithms." : "")
  }
}

extension Claim {
  var isAboutArea: Bool { if case .largerArea = kind { true } else { false } }

  /// What it says that log τ is linear in.
  fileprivate var scale: SharpnessScale? {
    switch kind {
    case .logTimeMoreLinear(let scale), .pearson(let scale, _): scale
    case .lowerMean, .noLargerDeviation, .largerArea, .smallerTopEigenvalue: nil
    }
  }

  /// `within 0.005`, or nothing.
  fileprivate var bar: String {
    switch kind {
    case .largerArea(.within(let margin)): "within \(margin.setting)"
    case .largerArea(.atMost(let bound)): "at_most \(bound.setting)"
    case .pearson(_, let bound): "at_least \(bound.setting)"
    case .lowerMean, .noLargerDeviation, .smallerTopEigenvalue, .logTimeMoreLinear: ""
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
    case .smallerTopEigenvalue:
      return "\(subject) ends where the Hessian has the smaller top eigenvalue"
    case .logTimeMoreLinear(let scale):
      return "the log escape time of \(subject) is more nearly linear in \(scale.words)"
    case .pearson(let scale, let bound):
      return "the correlation of \(subject)'s log escape time with \(scale.words) is at least "
        + bound.setting
    }
  }
}

/// A rival as people write it: a label, or what else log τ could be linear in.
func claimedRival(_ rival: String) -> String { SharpnessScale(rawValue: rival)?.words ?? rival }

extension SharpnessScale {
  fileprivate var words: String { self == .inverse ? rawValue : "1/√k" }
}

extension ClaimTable.Comparison {
  /// How many pairs, or sharpnesses.
  fileprivate var size: TextTable.Value {
    (pairs?.count ?? lines?.count).map { .integer($0) } ?? .none
  }
}

extension ClaimTable.TestKind {
  fileprivate var words: String {
    switch self {
    case .signFlips: "sign flips of paired differences"
    case .pitmanMorgan: "Pitman–Morgan"
    case .betterLine: "which line fits better"
    case .correlation: "Fisher's z"
    }
  }
}

extension ClaimTable.Reason {
  fileprivate var words: String {
    switch self {
    case .incomplete: "runs or measurements are missing or failed"
    case .notConfirmed:
      "the seeds that chose the points cannot test them: add confirm: with fresh seeds"
    case .diverged: "a run diverged"
    case .crossedSeeds: "crossed seeds are not independent runs"
    case .noArea: "an axis has fewer than two positive values"
    case .openArea(let label):
      "the region of \(label) reaches the edge of its grid or a missing point"
    case .tooFewSeeds(let needed): "too few seeds to reach the level: at least \(needed) are needed"
    case .noTest: "the values do not vary, or are too few"
    case .noMinimum: "an eigenvalue is not positive"
    case .tooFewEscapes(let needed):
      "fewer than \(needed) replicas escaped at some sharpness"
    case .notSignificant: "not significant"
    }
  }
}
