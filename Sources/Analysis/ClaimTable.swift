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
    /// One for each rival, in the claim's order.
    public let comparisons: [Comparison]
  }

  public enum Verdict: String, Hashable, Sendable {
    /// It holds against every rival.
    case supported
    /// The opposite holds against some rival.
    case contradicted
    case undecided
  }

  /// The subject of a claim and one rival.
  public struct Comparison: Hashable, Sendable {
    public let rival: String
    /// Their values in pairs: the metric, or areas in decades², seed by seed; `nil` if there are none.
    public let pairs: PairedSample?
    public let test: SignificanceTest?
    public let kind: TestKind
    /// The p-value after Holm's correction over the table.
    public let adjusted: Double?
    /// The smallest p-value that the test could have given after correction, at best.
    public let smallestAdjusted: Double?
    public let verdict: Verdict
    /// Why it is undecided; `nil` if it is not.
    public let reason: Reason?
  }

  public enum TestKind: Hashable, Sendable {
    /// Of the paired differences.
    case signFlips
    case pitmanMorgan
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
    /// Even the clearest result could not reach the level; so many seeds could.
    case tooFewSeeds(needed: Int)
    /// The values do not vary, or there are fewer than three.
    case noTest
    /// The p-value is above the level.
    case notSignificant
  }

  public init(_ results: StudyResults) {
    let claims = results.grid.study.claims
    let evidence = ClaimEvidence(results)
    let found = claims.map { claim in claim.rivals.map { evidence.compare(claim, with: $0) } }
    let family = found.joined().map(\.test?.pValue)
    let adjusted = holm(family)
    let size = max(1, family.count { $0 != nil })
    var index = 0
    study = results.grid.study.name
    rows = zip(claims, found).map { claim, evidence in
      let comparisons = zip(claim.rivals, evidence).map { rival, evidence -> Comparison in
        defer { index += 1 }
        return Comparison(rival, evidence, adjusted: adjusted[index], family: size)
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
  init(_ rival: String, _ evidence: ClaimEvidence.Found, adjusted: Double?, family: Int) {
    (self.rival, pairs, test, kind) = (rival, evidence.pairs, evidence.test, evidence.kind)
    self.adjusted = adjusted
    let level = ClaimTable.level
    var smallest: Double?
    if let pairs, evidence.test != nil, evidence.kind == .signFlips {
      smallest = min(1, PairedSample.smallestSignFlipP(pairs: pairs.count) * Double(family))
    }
    smallestAdjusted = smallest
    guard let adjusted, let test = evidence.test else {
      (verdict, reason) = (.undecided, evidence.reason ?? .noTest)
      return
    }
    if let smallest, smallest > level {
      var needed = 2
      while PairedSample.smallestSignFlipP(pairs: needed) * Double(family) > level { needed += 1 }
      (verdict, reason) = (.undecided, .tooFewSeeds(needed: needed))
    } else if adjusted > level {
      (verdict, reason) = (.undecided, .notSignificant)
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
