import Analysis

extension Exhibit {
  /// Displacements from a saddle: a row for each batch size, time and direction.
  ///
  /// Columns: `label`, `settings`, `seed`, `batch`, `time`, `curvature`, `noise` (the variance of the gradient noise),
  /// `mean_square`, `standard_error`, `reference`, `is_exact`, `distance` (in standard errors), `law`, `predicted`, `ratio`
  /// (predicted / reference), `drift`, `drift_error`, `proposition_3`. A row of another law of the same place follows it.
  public static func saddle(_ table: SaddleTable) -> Exhibit {
    let columns =
      sourceColumns + [
        TextTable.Column("batch", "B"), TextTable.Column("time", "T"),
        TextTable.Column("curvature", "H"), TextTable.Column("noise", "Noise"),
        TextTable.Column("mean_square", "⟨Δθ²⟩"),
        TextTable.Column("standard_error", "Standard error"),
        TextTable.Column("reference", "Reference"),
        TextTable.Column("is_exact", "Reference is", .left),
        TextTable.Column("distance", "Off by (s.e.)"), TextTable.Column("law", "Law", .left),
        TextTable.Column("predicted", "Law's value"), TextTable.Column("ratio", "Law / reference"),
        TextTable.Column("drift", "Drift"), TextTable.Column("drift_error", "Its s.e."),
        TextTable.Column("proposition_3", "Proposition 3"),
      ]
    let rows = table.rows.flatMap { row -> [[TextTable.Value]] in
      let place: [TextTable.Value] = [
        .setting(row.batch), .integer(Int(row.time)), .number(row.curvature),
        .number(row.noise), .number(row.meanSquare), .number(row.standardError),
        .init(number: row.reference?.value),
        row.reference.map { .text($0.kind.rawValue) } ?? .none, .init(number: row.distance),
      ]
      let start = source(row.source) + place
      let end: [TextTable.Value] = [
        finite(row.drift), finite(row.driftError), .init(number: row.proposition3),
      ]
      guard !row.laws.isEmpty else {
        let none: [TextTable.Value] = [.none, .none, .none]
        return [start + none + end]
      }
      return row.laws.map { law in
        let values: [TextTable.Value] = [
          .text(law.name), .number(law.value),
          .init(number: row.reference.map { law.value / $0.value }),
        ]
        return start + values + end
      }
    }
    let text = TextTable(
      title: "Displacement from a saddle",
      caption:
        "The mean squared displacement over the replicas along each direction, the variance of the gradient noise there, the "
        + "exact discrete solution (v at its mean: that of Adam and Adai with the second moment at its expectation, which is "
        + "not exact; linearised: that of the quadratic and the noise at the saddle of a network), and the paper's laws. The "
        + "drift is what the momentum at the start explains of the displacement.",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }

  /// Mean escape times: a row for each sharpness and noise.
  public static func escapes(_ table: EscapeTable) -> Exhibit {
    let columns =
      sourceColumns + [
        TextTable.Column("sharpness", "k"), TextTable.Column("batch", "B"),
        TextTable.Column("learning_rate", "η"), TextTable.Column("escaped", "Escapes"),
        TextTable.Column("censored", "Censored"), TextTable.Column("diverged", "Diverged"),
        TextTable.Column("mean_time", "τ (steps)"), TextTable.Column("lower", "95 % from"),
        TextTable.Column("upper", "to"), TextTable.Column("log_time", "log τ"),
        TextTable.Column("dynamical_time", "ητ"),
      ]
    let rows = table.rows.map { row -> [TextTable.Value] in
      let settings: [TextTable.Value] = [
        .number(row.sharpness), .number(row.batch), .setting(row.learningRate),
        .integer(row.escaped), .integer(row.censored), .integer(row.diverged),
      ]
      let (time, interval) = (row.meanTime, row.interval)
      let times: [TextTable.Value] = [
        .init(number: time), .init(number: interval?.lower), .init(number: interval?.upper),
        .init(number: time.map(naturalLogarithm)),
        .init(number: time.map { $0 * row.learningRate }),
      ]
      return source(row.source) + settings + times
    }
    let text = TextTable(
      title: "Escape times",
      caption:
        "τ = 1/Γ is the steps of all replicas for each escape, those of censored ones too; intervals are those of "
        + "exponential times.", columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }

  /// How log τ follows 1/k and 1/√k: a row for each cell, noise and scale.
  public static func fits(_ table: EscapeTable) -> Exhibit {
    let columns =
      sourceColumns + [
        TextTable.Column("batch", "B"), TextTable.Column("scale", "x", .left),
        TextTable.Column("intercept", "Intercept"), TextTable.Column("slope", "Slope"),
        TextTable.Column("slope_error", "Its s.e."), TextTable.Column("pearson", "Pearson"),
        TextTable.Column("log_likelihood", "Log-likelihood"),
        TextTable.Column("deviance", "Deviance"),
        TextTable.Column("degrees_of_freedom", "Degrees of freedom"),
        TextTable.Column("theory_s0", "Theory, s = 0"),
        TextTable.Column("theory", "s of the landscape"),
        TextTable.Column("theory_s1", "s = 1"),
      ]
    let rows = table.fits.map { fit -> [TextTable.Value] in
      let numbers: [TextTable.Value] = [
        .number(fit.batch), .text(fit.scale.rawValue), .number(fit.intercept), .number(fit.slope),
        .number(fit.slopeError), finite(fit.pearson), .number(fit.logLikelihood),
        .number(fit.deviance), .integer(fit.freedom),
      ]
      let theory = (0..<3).map { index -> TextTable.Value in
        guard let slopes = fit.theory, slopes.count == 3 else { return .none }
        return .number(slopes[index])
      }
      return source(fit.source) + numbers + theory
    }
    let text = TextTable(
      title: "Escape times against sharpness",
      caption:
        "log τ = a + b x by the greatest likelihood of exponential times, for x = 1/k and for x = 1/√k: the one of "
        + "higher likelihood describes the times better. The deviance is χ² with the degrees of freedom where the law holds.",
      columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }

  /// Least squared gradient norms beside Theorem 4's bound.
  public static func convergence(_ table: ConvergenceTable) -> Exhibit {
    let columns =
      sourceColumns + [
        TextTable.Column("horizon", "T"), TextTable.Column("minimum", "min ‖∇L‖²"),
        TextTable.Column("minimum_error", "Its s.e."),
        TextTable.Column("minimum_by_root", "min ‖∇L‖² √T"), TextTable.Column("mean", "Mean ‖∇L‖²"),
        TextTable.Column("bound", "Theorem 4"),
      ]
    let rows = table.rows.map { row -> [TextTable.Value] in
      let numbers: [TextTable.Value] = [
        .integer(Int(row.horizon)), .number(row.minimum), .number(row.minimumError),
        .number(row.minimum * row.horizon.squareRoot()), .number(row.mean),
        .init(number: row.bound),
      ]
      return source(row.source) + numbers
    }
    let text = TextTable(
      title: "Convergence",
      caption:
        "Over runs of T steps at the rate C/√T: the least mean over replicas of the squared gradient norm, and Theorem "
        + "4's bound of it.", columns: columns, rows: rows)
    return Exhibit(records: text, pages: [text])
  }

  private static let sourceColumns = [
    TextTable.Column("label", "Label", .left), TextTable.Column("settings", "Settings", .left),
    TextTable.Column("seed", "Seed"),
  ]

  private static func source(_ source: SimulationSource) -> [TextTable.Value] {
    [.text(source.label), .text(settingsText(source)), .integer(source.seed)]
  }

  private static func finite(_ value: Double) -> TextTable.Value {
    value.isFinite ? .number(value) : .none
  }
}

/// The swept settings of a row in words, without the weight decay, which simulations lack.
func settingsText(_ source: SimulationSource) -> String {
  source.settings.filter { $0.key != "weight_decay" }
    .map { "\($0.key) \($0.text)" }.joined(separator: ", ")
}

/// ln x, from the decimal logarithm.
func naturalLogarithm(_ x: Double) -> Double { decimalLogarithm(x) * 0x1.26bb1bbb55516p1 }
