import Studies

/// The numbers that speak for or against claims.
struct ClaimEvidence {
  let results: StudyResults
  private let best: [BestPoint?]
  private let confirmed: [Point]

  /// What was found for a claim and one rival, or at one place of the subject's.
  struct Found {
    var rival = ""
    var place: ClaimTable.Place?
    var pairs: PairedSample?
    var lines: CoordinateComparison?
    var test: SignificanceTest?
    var kind: ClaimTable.TestKind
    /// Why there is no test.
    var reason: ClaimTable.Reason?
    /// Whether a negative statistic speaks for the claim.
    var supportsIfNegative = true
    /// The subject's, or the rival's, label if its area reaches the edge of its grid.
    var openSubject: String?
    var openRival: String?
  }

  init(_ results: StudyResults) {
    self.results = results
    // Nothing is chosen in a simulation.
    best = results.grid.study.simulation == nil ? results.bestPoints : []
    confirmed = results.confirmationPoints
  }

  /// For each rival, in the claim's order, or for each place of the subject's.
  func found(for claim: Claim) -> [Found] {
    switch claim.kind {
    case .logTimeMoreLinear(let scale): escapes(claim) { Found($0, in: scale) }
    case .pearson(let scale, let bound): escapes(claim) { Found($0, in: scale, atLeast: bound) }
    case .lowerMean, .noLargerDeviation, .largerArea, .smallerTopEigenvalue:
      claim.rivals.map { rival in
        var found = compare(claim, with: rival)
        found.rival = rival
        return found
      }
    }
  }

  private func compare(_ claim: Claim, with rival: String) -> Found {
    switch claim.kind {
    case .logTimeMoreLinear, .pearson: preconditionFailure("escape times have no rival")
    case .smallerTopEigenvalue: return eigenvalues(claim, rival)
    case .lowerMean:
      var found = confirmedPairs(claim, rival, .signFlips)
      if found.reason == nil { found.test = found.pairs?.signFlipTest(seed: 0) }
      return found
    case .noLargerDeviation:
      var found = confirmedPairs(claim, rival, .pitmanMorgan)
      if found.reason == nil { found.test = found.pairs?.pitmanMorgan }
      return found
    case .largerArea(let bar): return areas(claim, rival, bar)
    }
  }

  func sweep(_ label: String) -> Int? {
    results.grid.study.sweeps.firstIndex { $0.label == label }
  }

  // MARK: At the best points

  /// The metric over the confirmation seeds, which had no part in choosing the points; over the grid's seeds, to be
  /// shown without a test, if there are none.
  private func confirmedPairs(
    _ claim: Claim, _ rival: String, _ kind: ClaimTable.TestKind
  ) -> Found {
    let metric = Metric(key: claim.metric)
    var found = Found(kind: kind)
    func points(_ label: String) -> (grid: Point?, fresh: Point?) {
      guard let sweep = sweep(label), let best = best[sweep] else { return (nil, nil) }
      return (
        results.points.first { $0.sweep == sweep && $0.coordinates == best.coordinates },
        confirmed.first { $0.sweep == sweep }
      )
    }
    let (subject, other) = (points(claim.subject), points(rival))
    guard !results.grid.study.confirmationSeeds.isEmpty else {
      found.reason = .notConfirmed
      found.pairs = subject.grid.flatMap { a in other.grid.flatMap { PairedSample(metric, a, $0) } }
      return found
    }
    guard let a = subject.fresh, let b = other.fresh else {
      found.reason = .incomplete
      return found
    }
    found.pairs = PairedSample(metric, a, b)
    let entries = [a.entry(metric), b.entry(metric)]
    if entries.contains(where: { $0.tally.diverged > 0 }) {
      found.reason = .diverged
    } else if entries.contains(where: { $0.complete == nil }) {
      found.reason = .incomplete
    }
    return found
  }

  // MARK: Curvature

  /// The largest eigenvalues after the last epoch at which they are measured, of the confirmation seeds if there are any.
  /// A sweep of a single point has none that its seeds could have chosen, so its grid's seeds do as well.
  private func eigenvalues(_ claim: Claim, _ rival: String) -> Found {
    let study = results.grid.study
    var found = Found(kind: .signFlips)
    let isConfirmed = !study.confirmationSeeds.isEmpty
    let all = isConfirmed ? confirmed : results.points
    let points = [claim.subject, rival].map { label in
      all.filter { $0.sweep == sweep(label) }
    }
    guard points.allSatisfy({ $0.count <= 1 }) else {
      found.reason = .notConfirmed
      return found
    }
    guard let first = points[0].first, let second = points[1].first else {
      found.reason = .incomplete
      return found
    }
    if !isConfirmed, case .crossed = study.seeds {
      found.reason = .crossedSeeds
      return found
    }
    let name = "hessian_epoch_\(study.measure?.hessian?.epochs.max() ?? 0)"
    func values(_ point: Point) -> [Double]? {
      let values = point.runs.compactMap { run in
        results.measurements[run.place.id]?.first { $0.name == name }?[variable: "eigenvalue"]?
          .first
      }
      return values.count == point.runs.count ? values : nil
    }
    guard let a = values(first), let b = values(second) else {
      let runs = first.runs + second.runs
      found.reason = runs.contains(where: \.hasDiverged) ? .diverged : .incomplete
      return found
    }
    found.pairs = PairedSample(topEigenvalues: a, b)
    found.test = found.pairs?.signFlipTest(seed: 0)
    if found.test == nil { found.reason = .noMinimum }
    return found
  }

  // MARK: Areas

  /// The area of each seed's own surface, all under the same bar.
  private func areas(_ claim: Claim, _ rival: String, _ bar: Claim.Bar) -> Found {
    let metric = Metric(key: claim.metric)
    var found = Found(kind: .signFlips, supportsIfNegative: false)
    let means = results.surfaces(of: metric)
    let lowest = means.flatMap { $0.entries.joined().compactMap(\.measuredMean) }.min()
    let threshold: AreaThreshold =
      switch bar {
      case .within(let margin): .withinBest(margin)
      case .atMost(let bound): .atMost(bound)
      }
    guard let value = threshold.value(ownBest: nil, best: lowest) else {
      found.reason = .incomplete
      return found
    }
    func area(_ label: String, _ surfaces: [Surface]) -> Area? {
      // A sweep with further axes has a surface for each of their values: its largest area counts.
      surfaces.filter { $0.label == label }.compactMap { LogGrid($0).area(atMost: value) }
        .max { $0.decades < $1.decades }
    }
    guard let first = area(claim.subject, means), let second = area(rival, means) else {
      found.reason = .noArea
      return found
    }
    if first.isLowerBound { found.openSubject = claim.subject }
    if second.isLowerBound { found.openRival = rival }
    let seeds = results.grid.study.seeds.seeds.indices
    let bySeed = seeds.map { results.surfaces(of: metric, seed: $0) }
    func each(_ label: String) -> [Double] { bySeed.map { area(label, $0)?.decades ?? 0 } }
    found.pairs = PairedSample(each(claim.subject), each(rival))
    // A bar above the best of all may still fall while any sweep trains.
    let involved: Set<Int?> =
      switch bar {
      case .within: Set(results.grid.study.sweeps.indices)
      case .atMost: [sweep(claim.subject), sweep(rival)]
      }
    let isComplete = zip(results.grid.places, results.states).allSatisfy { place, state in
      if case .finished = state { true } else { !involved.contains(place.sweep) }
    }
    if !isComplete {
      found.reason = .incomplete
    } else if case .crossed = results.grid.study.seeds {
      found.reason = .crossedSeeds
    } else {
      found.test = found.pairs?.signFlipTest(seed: 0)
    }
    return found
  }
}

extension Point.Run {
  fileprivate var hasDiverged: Bool {
    guard case .finished(let record) = state, case .diverged = record.outcome else { return false }
    return true
  }
}
