import Analysis

/// An entry in words: `9.53 ± 0.12`, `diverged 1/3, others 11.20 ± 0.30`, `failed`, `–`.
///
/// After ± stands the sample standard deviation over the seeds that completed. If not every seed
/// completed, how many did is stated.
struct EntryText {
  let entry: Entry
  let isFraction: Bool

  init(_ entry: Entry, isFraction: Bool) { (self.entry, self.isFraction) = (entry, isFraction) }

  /// A mean or deviation of the entry: percent with two digits, or up to four significant digits.
  func text(_ value: Double) -> String {
    isFraction ? value.percent() : DecimalText(value).rounded(significant: 4).general
  }

  var plain: String {
    let (entry, tally) = (entry, entry.tally)
    switch entry {
    case .measured(let summary, _):
      let share = tally.completed < tally.seeds ? " (\(tally.completed)/\(tally.seeds))" : ""
      return spread(summary) + share
    case .diverged(let others, _):
      return "diverged \(tally.diverged)/\(tally.seeds)"
        + (others.map { ", others \(spread($0))" } ?? "")
    case .failed: return "failed"
    case .missing: return "–"
    }
  }

  private func spread(_ summary: Summary) -> String {
    text(summary.mean) + (summary.standardDeviation.map { " ± \(text($0))" } ?? "")
  }
}
