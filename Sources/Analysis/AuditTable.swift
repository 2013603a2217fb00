/// What a published table of means, deviations and numbers of runs supports.
///
/// A table rarely says whether its deviations were divided by n or by n − 1, so every test is made for both. The family
/// for Holm's correction is the table itself: all comparisons asked for, over all its rows.
public struct AuditTable: Hashable, Sendable {
  public let keys: [String]
  public let rows: [Row]

  /// What a printed deviation was divided by.
  public enum Reading: String, CaseIterable, Hashable, Sendable {
    /// n − 1.
    case sample
    /// n: the sample deviation is √(n/(n−1)) times what is printed.
    case population
  }

  public struct Row: Hashable, Sendable {
    /// Which row of the published table.
    public let row: [String]
    public let first: PublishedTable.Result
    public let second: PublishedTable.Result
    public let reading: Reading
    /// `nil` if neither deviates, or one has no deviation.
    public let welch: SignificanceTest?
    /// Holm's p-value over the comparisons of this reading.
    public let adjusted: Double?
    /// Hedges' g; `nil` where there is no test.
    public let effectSize: Double?
  }

  /// Every comparison in a row of the table between one of the subjects and one of the rivals, each pair once; all pairs
  /// where neither is given.
  public init(_ table: PublishedTable, subjects: [String] = [], rivals: [String] = []) {
    var pairs: [(PublishedTable.Result, PublishedTable.Result)] = []
    func isWanted(_ first: PublishedTable.Result, _ second: PublishedTable.Result) -> Bool {
      if subjects.isEmpty, rivals.isEmpty { return true }
      return (subjects.isEmpty ? !rivals.contains(first.label) : subjects.contains(first.label))
        && (rivals.isEmpty ? !subjects.contains(second.label) : rivals.contains(second.label))
    }
    for (index, first) in table.results.enumerated() {
      for (other, second) in table.results.enumerated()
      where other != index && first.row == second.row && isWanted(first, second) {
        // Wanted both ways, it is compared as the table has them.
        if other > index || !isWanted(second, first) { pairs.append((first, second)) }
      }
    }
    keys = table.keys
    rows = Reading.allCases.flatMap { reading in
      let moments = pairs.map { first, second in
        first.moments(reading).flatMap { a in second.moments(reading).map { (a, $0) } }
      }
      let tests = moments.map { $0.flatMap { $0.welchTest(against: $1) } }
      let adjusted = holm(tests.map(\.?.pValue))
      return pairs.indices.map { index in
        let (first, second) = pairs[index]
        return Row(
          row: first.row, first: first, second: second, reading: reading, welch: tests[index],
          adjusted: adjusted[index],
          effectSize: moments[index].flatMap { $0.effectSize(against: $1) })
      }
    }
  }
}

extension PublishedTable.Result {
  /// Its moments under a reading of its deviation; `nil` where none was published.
  public func moments(_ reading: AuditTable.Reading) -> Moments? {
    guard let deviation else { return nil }
    let n = Double(count)
    let factor =
      switch reading {
      case .sample: 1.0
      case .population: (n / (n - 1)).squareRoot()
      }
    return Moments(mean: mean, standardDeviation: deviation * factor, count: count)
  }
}
