import Analysis

/// A table on its way to text: what every export becomes before a format renders it.
public struct TextTable: Hashable, Sendable {
  /// A heading in words, without markup.
  public var title: String
  /// What the numbers are: one or more sentences, without markup.
  public var caption: String
  public var columns: [Column]
  /// As many values in each row as there are columns.
  public var rows: [[Value]]

  public init(title: String, caption: String, columns: [Column], rows: [[Value]]) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row has a value per column")
    (self.title, self.caption, self.columns, self.rows) = (title, caption, columns, rows)
  }

  public struct Column: Hashable, Sendable {
    /// Its name for programs, in snake case.
    public var key: String
    /// Its name for people.
    public var heading: String
    public var alignment: Alignment

    public init(_ key: String, _ heading: String, _ alignment: Alignment = .right) {
      (self.key, self.heading, self.alignment) = (key, heading, alignment)
    }
  }

  public enum Alignment: Hashable, Sendable { case left, center, right }

  public enum Value: Hashable, Sendable {
    case none
    case text(String)
    case integer(Int)
    /// A result, printed with at most six significant digits.
    case number(Double)
    /// A share in [0, 1]: as it is for programs, in percent for people.
    case fraction(Double)
    /// A hyperparameter, printed as the study file could give it.
    case setting(Double)
    /// A mean with its sample standard deviation, or why there is none; for people. In percent if
    /// `isFraction`, emphasised if `isBest`.
    case entry(Entry, isFraction: Bool, isBest: Bool)

    /// A setting, in the study file's word for it if it has one; or nothing.
    init(setting: Setting?) {
      self = setting.map { $0.word.map(Value.text) ?? .setting($0.value) } ?? .none
    }

    /// A number, or nothing.
    init(number: Double?) { self = number.map(Value.number) ?? .none }
  }
}

extension TextTable {
  /// Whether a column's text holds means with deviations, whose notation a caption must explain.
  var hasDeviations: Bool {
    rows.joined().contains { value in
      if case .entry(let entry, _, _) = value {
        entry.summary?.standardDeviation != nil
      } else {
        false
      }
    }
  }
}

/// What a table can be written as.
public enum TableFormat: String, CaseIterable, Hashable, Sendable {
  /// Comma-separated values, as RFC 4180 but for line ends, which are a newline.
  case csv
  /// Tables as GitHub renders them.
  case markdown = "md"
  /// Tables with `booktabs`.
  case latex = "tex"
  /// An object whose `rows` are an object each, keys sorted.
  case json
}

/// One export: a table of records for programs, and the same in the shape people read.
public struct Exhibit: Hashable, Sendable {
  /// One row per fact: CSV and JSON.
  public var records: TextTable
  /// Markdown and LaTeX.
  public var pages: [TextTable]

  public init(records: TextTable, pages: [TextTable]) {
    (self.records, self.pages) = (records, pages)
  }

  /// The whole text of a file in this format, ending with a newline.
  public func text(as format: TableFormat) -> String {
    switch format {
    case .csv: records.csv
    case .json: records.json
    case .markdown: pages.map(\.markdown).joined(separator: "\n")
    case .latex: pages.map(\.latex).joined(separator: "\n")
    }
  }
}
