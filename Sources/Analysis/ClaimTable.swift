import Studies

/// What the records say to a study's claims.
///
/// All comparisons of all claims are one family: their p-values are corrected together after Holm, so that the
/// probability of any wrong verdict is at most ``level``. What the seeds cannot decide is undecided, and the table
/// says why.
public struct ClaimTable: Hashable, Sendable {
  public let study: String
  public let rows: [Row]

  /// The largest corrected p-value that decides.
  public static let level = 0.05

  public struct Row: Hashable, Sendable {
    public let claim: Claim
    public let verdict: Verdict
    /// One for each rival, in the claim's order; of escape times, one for each place.
    public let comparisons: [Comparison]
  }

  public enum Verdict: String, Hashable, Sendable {
    /// It holds against every rival, at every place.
    case supported
    /// The opposite holds against some rival, at some place.
    case contradicted
    case undecided
  }

  /// Where a claim on escape times is tested: a cell and a noise.
  public struct Place: Hashable, Sendable {
    public let source: SimulationSource
    /// What gives B, as the study says it, and B.
    public let noise: Double
    public let batch: Double
  }

  /// The subject of a claim and one rival, or one place of the subject's.
  public struct Comparison: Hashable, Sendable {
    /// The rival's label; what else log τ could be linear in; empty if there is neither.
    public let rival: String
    /// Of a claim on escape times.
    public let place: Place?
    /// Their values in pairs, seed by seed: the metric, areas in decades², logarithms of eigenvalues; `nil` if there
    /// are none.
    public let pairs: PairedSample?
    /// Of a claim on escape times: the lines through log τ over 1/k and 1/√k; `nil` if there are none.
    public let lines: CoordinateComparison?
    public let test: SignificanceTest?
    public let kind: TestKind
    /// The p-value after Holm's correction over the table.
    public let adjusted: Double?
    /// The smallest p-value that the test could have given, corrected as if it came first in the table: so small, it
    /// decides whatever the others say.
    public let smallestAdjusted: Double?
    public let verdict: Verdict
    /// Why it is undecided; `nil` if it is not.
    public let reason: Reason?
  }

  public enum TestKind: Hashable, Sendable {
    /// Of the paired differences.
    case signFlips
    case pitmanMorgan
    /// Which of two lines fits better.
    case betterLine
    /// Fisher's z of a correlation.
    case correlation
  }

  /// Why a comparison is undecided.
  public enum Reason: Hashable, Sendable {
    /// Some runs it needs are missing or failed.
    case incomplete
    /// The seeds that chose the best points cannot test them; the study has no `confirm:`.
    case notConfirmed
    /// Some of the runs diverged, so there are no pairs of all seeds.
    case diverged
    /// The seeds are crossed, so runs are not independent.
    case crossedSeeds
    /// There is no area: an axis has fewer than two positive values.
    case noArea
    /// The region of this optimizer reaches the edge of its grid, so its area may be larger.
    case openArea(String)
    /// Even the clearest result of so few seeds could not have reached the level beside the others; that of so many could.
    case tooFewSeeds(needed: Int)
    /// The values do not vary, or there are fewer than three.
    case noTest
    /// An eigenvalue is not positive, so it is none of a minimum.
    case noMinimum
    /// At some sharpness fewer replicas than so many escaped.
    case tooFewEscapes(needed: Int)
    /// The p-value is above the level.
    case notSignificant
  }

  public init(_ results: StudyResults) {
    let claims = results.grid.study.claims
    let evidence = ClaimEvidence(results)
    let found = claims.map(evidence.found)
    let family = found.joined().map(\.test?.pValue)
    let adjusted = holm(family)
    var index = 0
    study = results.grid.study.name
    rows = zip(claims, found).map { claim, evidence in
      let comparisons = evidence.map { evidence -> Comparison in
        defer { index += 1 }
        return Comparison(evidence, adjusted: adjusted[index], of: family, at: index)
      }
      return Row(
        claim: claim, verdict: Self.verdict(comparisons.map(\.verdict)), comparisons: comparisons)
    }
  }

  private static func verdict(_ verdicts: [Verdict]) -> Verdict {
    if verdicts.contains(.contradicted) { return .contradicted }
    return verdicts.allSatisfy { $0 == .supported } ? .supported : .undecided
  }
}

extension ClaimTable.Comparison {
  /// - Parameter family: the p-values of the table, this one's at `index`.
  init(_ evidence: ClaimEvidence.Found, adjusted: Double?, of family: [Double?], at index: Int) {
    (rival, place, lines) = (evidence.rival, evidence.place, evidence.lines)
    (pairs, test, kind) = (evidence.pairs, evidence.test, evidence.kind)
    self.adjusted = adjusted
    let level = ClaimTable.level
    let isSignFlips = evidence.kind == .signFlips && evidence.test != nil
    smallestAdjusted = pairs.flatMap { pairs in
      guard isSignFlips else { return nil }
      let count = Double(family.count { $0 != nil })
      return min(1, PairedSample.smallestSignFlipP(pairs: pairs.count) * count)
    }
    /// What the clearest result of so many pairs would be corrected to, the others being what they are.
    func clearest(_ pairs: Int) -> Double {
      var family = family
      family[index] = PairedSample.smallestSignFlipP(pairs: pairs)
      return holm(family)[index] ?? 1
    }
    guard let adjusted, let test = evidence.test else {
      (verdict, reason) = (.undecided, evidence.reason ?? .noTest)
      return
    }
    if adjusted > level {
      verdict = .undecided
      if isSignFlips, let pairs, clearest(pairs.count) > level {
        var needed = pairs.count + 1
        while clearest(needed) > level { needed += 1 }
        reason = .tooFewSeeds(needed: needed)
      } else {
        reason = .notSignificant
      }
    } else {
      let holds = evidence.supportsIfNegative == (test.statistic < 0)
      let open = holds ? evidence.openRival : evidence.openSubject
      if let open {
        (verdict, reason) = (.undecided, .openArea(open))
      } else {
        (verdict, reason) = (holds ? .supported : .contradicted, nil)
      }
    }
  }
}
