/// A published table that a study's results are put beside, as `published:` names it.
public struct PublishedReference: Hashable, Sendable {
  /// The CSV file, from the folder of the study file.
  public var file: String
  /// Which row of the table: what each column that tells rows apart has, in file order; empty for all rows.
  public var row: [String]
  /// What the table calls the study's labels that it does not call the same.
  public var names: [Name]
  /// What the table's means are of, errors in percent: `best_test_error`, or another of ``Claim/metrics``.
  public var metric: String
  /// In what the study differs from what was published; may be empty.
  public var note: String

  /// One optimizer under two names.
  public struct Name: Hashable, Sendable {
    /// The study's label.
    public var ours: String
    /// The table's label.
    public var theirs: String

    public init(ours: String, theirs: String) { (self.ours, self.theirs) = (ours, theirs) }
  }

  public init(
    file: String, row: [String] = [], names: [Name] = [], metric: String, note: String = ""
  ) {
    (self.file, self.row, self.names, self.metric, self.note) = (file, row, names, metric, note)
  }

  /// The table's name for a label, if it has one of its own.
  public func name(for label: String) -> String? { names.first { $0.ours == label }?.theirs }
}
