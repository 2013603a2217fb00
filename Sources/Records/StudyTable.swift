import Studies

/// Cells over dimensions, in row-major order: what a group of `study.h5` holds.
struct StudyTable {
  /// A dimension, with its values.
  struct Dimension {
    let name: String
    let meaning: String
    let values: Values
    /// The words that study files have for the values; none for numbers.
    var words: [String] = []

    enum Values {
      case numbers([Double])
      case integers([Int64])
    }

    var count: Int {
      switch values {
      case .numbers(let values): values.count
      case .integers(let values): values.count
      }
    }

    init(axis: Sweep.Axis, of sweep: Sweep) {
      name = axis.key
      words = axis.values.compactMap { sweep.word(for: $0, of: axis.key) }
      meaning = axis.key.split(separator: "_").joined(separator: " ")
      values = .numbers(axis.values)
    }

    init(_ values: [Int], _ name: String, _ meaning: String) {
      (self.name, self.meaning) = (name, meaning)
      self.values = .integers(values.map { Int64($0) })
    }
  }

  /// All dimensions but that of the epochs.
  let dimensions: [Dimension]
  let epochs: Int
  /// The cells' ids; empty for a place that has none.
  private(set) var ids: [String]
  private(set) var states: [CellState]

  /// A table of places nothing is known of.
  init(dimensions: [Dimension], epochs: Int) {
    (self.dimensions, self.epochs) = (dimensions, epochs)
    let count = dimensions.reduce(1) { $0 * $1.count }
    ids = [String](repeating: "", count: count)
    states = [CellState](repeating: .missing, count: count)
  }

  mutating func set(_ index: Int, _ id: Cell.ID, _ state: CellState) {
    ids[index] = id.hex
    states[index] = state
  }

  /// The records there are, by place.
  var records: [CellRecord?] {
    states.map { state in
      if case .finished(let record) = state { record } else { nil }
    }
  }
}
