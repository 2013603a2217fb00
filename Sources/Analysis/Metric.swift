import Studies

/// A number that a finished cell has: what surfaces and tables are made of.
public enum Metric: Hashable, Sendable {
  /// Top-1 test error after the last epoch, in [0, 1].
  case finalTestError
  /// The smallest top-1 test error after any epoch, in [0, 1].
  case bestTestError
  /// Top-1 test error after the epoch with the smallest validation error, the earliest on ties, in [0, 1].
  case validatedTestError
  /// The last value of a curve.
  case last(curve: String)

  /// The metric of this key: `final_test_error`, `best_test_error`, `validated_test_error`, or the name of a
  /// curve.
  public init(key: String) {
    switch key {
    case "final_test_error": self = .finalTestError
    case "best_test_error": self = .bestTestError
    case "validated_test_error": self = .validatedTestError
    default: self = .last(curve: key)
    }
  }

  /// Its name in files and on the command line.
  public var key: String {
    switch self {
    case .finalTestError: "final_test_error"
    case .bestTestError: "best_test_error"
    case .validatedTestError: "validated_test_error"
    case .last(let curve): curve
    }
  }

  /// Its name in words: `Final test error`.
  public var title: String {
    switch self {
    case .finalTestError: "Final test error"
    case .bestTestError: "Best-epoch test error"
    case .validatedTestError: "Validated-epoch test error"
    case .last(let curve): Metric.title(ofCurve: curve)
    }
  }

  /// Whether it is a share in [0, 1] that people read in percent.
  public var isFraction: Bool {
    switch self {
    case .finalTestError, .bestTestError, .validatedTestError: true
    case .last(let curve): Metric.isFraction(curve: curve)
    }
  }

  /// Whether a curve's values are shares in [0, 1]: its name ends in `error`.
  public static func isFraction(curve: String) -> Bool { curve.hasSuffix("error") }

  /// The name of a curve in words: `Train loss`.
  public static func title(ofCurve name: String) -> String {
    let words = String(name.map { $0 == "_" ? " " : $0 })
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// Its value in a record, or `nil` if the run diverged or the record has no such curve.
  ///
  /// The value may still be NaN or infinite; ``Entry`` counts such a run as diverged.
  public func value(in record: CellRecord) -> Double? {
    guard record.outcome == .completed else { return nil }
    switch self {
    case .finalTestError: return record.finalTestError
    case .bestTestError: return record.bestTestError
    case .validatedTestError: return validatedTestError(of: record)
    case .last(let name): return record.curves.first { $0.name == name }?.values.last
    }
  }

  private func validatedTestError(of record: CellRecord) -> Double? {
    func curve(_ name: String) -> [Double]? { record.curves.first { $0.name == name }?.values }
    guard let validation = curve("validation_error"), let test = curve("test_error"),
      let epoch = validation.indices.min(by: { validation[$0] < validation[$1] }),
      test.indices.contains(epoch)
    else { return nil }
    return test[epoch]
  }

  /// The test errors of a study's tables, by how the epoch is chosen: the last, the best on the test images (as
  /// Xie et al. do; it is optimistic), and, with held-out images, the best on those.
  public static func testErrors(of study: Study) -> [Metric] {
    [.finalTestError, .bestTestError] + (study.training.validation > 0 ? [.validatedTestError] : [])
  }

  /// What chooses a study's best points: the validation error if it holds images out, else the final
  /// test error.
  public static func selection(for study: Study) -> Metric {
    study.training.validation > 0 ? .last(curve: "validation_error") : .finalTestError
  }
}

extension StudyResults {
  /// Every metric that some record of the grid has: final and best test error, that of the validated epoch
  /// if images are held out, then the curves in the records' order, without `epoch` and `seconds`.
  public var metrics: [Metric] {
    var metrics: [Metric] = []
    for case .finished(let record) in states {
      let names = record.curves.map(\.name).filter { !Curve.unanalysed.contains($0) }
      let chosen: [Metric] = names.contains("validation_error") ? [.validatedTestError] : []
      let found = [.finalTestError, .bestTestError] + chosen + names.map { Metric.last(curve: $0) }
      metrics += found.filter { !metrics.contains($0) }
    }
    return metrics
  }
}

extension Curve {
  /// The curves that no table shows: the epoch itself, and times, which differ from run to run.
  static let unanalysed: Set<String> = ["epoch", "seconds"]
}
