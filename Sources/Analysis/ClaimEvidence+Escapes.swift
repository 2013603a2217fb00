import Diffusion
import Kernels
import Studies

extension ClaimEvidence {
  /// So many replicas must escape at every sharpness: the errors of their mean times are taken as known.
  static let fewestEscapes = 100

  /// What `test` says of the escape times of each cell of the subject at each noise.
  func escapes(_ claim: Claim, _ test: ([EscapeTable.Row]) -> Found) -> [Found] {
    guard let escape = results.grid.study.simulation?.escapes, let index = sweep(claim.subject)
    else { preconditionFailure("the reader let a claim on escape times into a study without any") }
    let sweep = results.grid.study.sweeps[index]
    let rows = EscapeTable(results).rows
    return results.grid.places.filter { $0.sweep == index }.flatMap { place in
      let source = SimulationSource(
        sweep: index, label: sweep.label, optimizer: sweep.optimizer,
        settings: sweep.settings(at: place.coordinates), seed: place.cell.seeds.initialization)
      let rate = place.cell.optimizer["learning_rate"] ?? 0
      return escape.noise.values.map { noise in
        var found = test(rows.filter { $0.source == source && $0.noise == noise })
        found.place = ClaimTable.Place(
          source: source, noise: noise, batch: escape.noise.batch(noise, learningRate: rate))
        return found
      }
    }
  }
}

extension ClaimEvidence.Found {
  /// Whether log τ is more nearly linear in this than in the other.
  init(_ rows: [EscapeTable.Row], in scale: SharpnessScale) {
    self.init(kind: .betterLine)
    rival = scale.other.rawValue
    fit(rows)
    guard reason == nil else { return }
    test = lines?.test
    supportsIfNegative = scale == .inverseRoot
  }

  /// Whether the correlation of log τ with this is at least so large.
  init(_ rows: [EscapeTable.Row], in scale: SharpnessScale, atLeast bound: Double) {
    self.init(kind: .correlation)
    fit(rows)
    guard reason == nil, let r = lines?[scale].correlation, abs(r) < 1 else { return }
    test = SignificanceTest(correlation: r, expected: bound, pairs: rows.count)
    supportsIfNegative = false
  }

  private mutating func fit(_ rows: [EscapeTable.Row]) {
    guard !rows.isEmpty else {
      reason = .incomplete
      return
    }
    let fewest = ClaimEvidence.fewestEscapes
    if rows.contains(where: { $0.diverged > 0 }) {
      reason = .diverged
    } else if rows.contains(where: { $0.escaped < fewest }) {
      reason = .tooFewEscapes(needed: fewest)
    }
    lines = EscapeLaw(rows.compactMap(EscapeLaw.Point.init))?.comparison
  }
}

extension EscapeLaw.Point {
  /// The logarithm of the maximum-likelihood mean of d exponential times has the standard error 1/√d; `nil` if none
  /// escaped.
  init?(_ row: EscapeTable.Row) {
    guard let time = row.meanTime else { return nil }
    self.init(
      sharpness: row.sharpness, logTime: Elementary.log(time),
      standardError: 1 / Double(row.escaped).squareRoot())
  }
}

extension CoordinateComparison {
  /// Of log τ against the sharpness: the fit in this.
  public subscript(scale: SharpnessScale) -> Fit { scale == .inverse ? first : second }
}
