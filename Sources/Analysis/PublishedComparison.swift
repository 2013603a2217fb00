import Studies

/// A study's results beside the published table that it names.
///
/// The two are put side by side, with their orders; no test compares them, since they are seldom of the same
/// network, images and budget.
public struct PublishedComparison: Hashable, Sendable {
  public let study: String
  public let metric: Metric
  /// The names of the columns that tell the table's rows apart.
  public let keys: [String]
  /// In what the study differs from what was published.
  public let note: String
  public let rows: [Row]

  public struct Row: Hashable, Sendable {
    public let label: String
    /// Which row of the published table.
    public let row: [String]
    /// The metric at the study's best point, over the grid's seeds.
    public let ours: Entry
    public let published: PublishedTable.Result
    /// The place of our mean among the study's labels that this row of the table has, from 1; `nil` without a mean of all seeds.
    public let rank: Int?
    /// The place of the published mean among the same.
    public let publishedRank: Int
  }

  /// - Parameter table: `nil` for a study that names none: there are no rows.
  public init(_ results: StudyResults, beside table: PublishedTable?) {
    study = results.grid.study.name
    guard let table, let wanted = results.grid.study.published else {
      (metric, keys, note, rows) = (.finalTestError, [], "", [])
      return
    }
    let metric = Metric(key: wanted.metric)
    (self.metric, keys, note) = (metric, table.keys, wanted.note)
    let points = results.points
    let entries = results.bestPoints.map { best in
      best.flatMap { best in
        points.first { $0.sweep == best.sweep && $0.coordinates == best.coordinates }
      }?.entry(metric)
    }
    rows = table.rows(matching: wanted).flatMap { row in
      let found = zip(results.grid.study.sweeps, entries).compactMap { sweep, entry in
        entry.flatMap { entry in
          table.result(for: sweep.label, of: wanted, in: row).map { (sweep.label, entry, $0) }
        }
      }
      let means = found.compactMap { $0.1.complete?.mean }
      return found.map { label, entry, result in
        Row(
          label: label, row: row, ours: entry, published: result,
          rank: entry.complete.map { ours in 1 + means.count { $0 < ours.mean } },
          publishedRank: 1 + found.count { $0.2.mean < result.mean })
      }
    }
  }
}

extension PublishedTable {
  /// The rows that a study asks for, in file order.
  func rows(matching wanted: PublishedReference) -> [[String]] {
    var rows: [[String]] = []
    for result in results
    where !rows.contains(result.row) && (wanted.row.isEmpty || wanted.row == result.row) {
      rows.append(result.row)
    }
    return rows
  }

  /// The result of a study's label in a row: by the name the study gives it, or else by the same letters and digits.
  func result(
    for label: String, of wanted: PublishedReference, in row: [String]
  ) -> Result? {
    let name = wanted.name(for: label)
    return results.first { result in
      guard result.row == row else { return false }
      return name.map { $0 == result.label } ?? (plain(result.label) == plain(label))
    }
  }

  /// Why the table does not have what a study asks of it; `nil` if it does.
  public func problem(with wanted: PublishedReference, labels: [String]) -> String? {
    let rows = rows(matching: wanted)
    if rows.isEmpty {
      return "\(wanted.file) has no row \(wanted.row.joined(separator: ", "))"
    }
    for name in wanted.names where !results.contains(where: { $0.label == name.theirs }) {
      return "\(wanted.file) has no label '\(name.theirs)'"
    }
    let isKnown = labels.contains { label in
      rows.contains { result(for: label, of: wanted, in: $0) != nil }
    }
    return isKnown
      ? nil : "\(wanted.file) has none of the study's labels there; name them under 'labels'"
  }
}

/// A label's letters and digits, in lower case.
private func plain(_ label: String) -> String {
  label.lowercased().filter { $0.isLetter || $0.isNumber }
}
