import Analysis

/// A logarithmic axis of a grid: where each value stands and how far its cell reaches.
///
/// Cells meet halfway between neighbours. A value of 0 has a cell of its own at the low end, behind a
/// break in the axis.
struct LogAxis {
  /// The cells from the smallest value to the largest.
  let cells: [Cell]
  /// The room the break takes, from the low end; `nil` if there is none.
  let axisBreak: ClosedRange<Double>?

  struct Cell {
    /// The index of its value in the order they were given.
    let index: Int
    let value: Double
    /// Where the value stands, from the low end of the axis.
    let tick: Double
    let range: ClosedRange<Double>
  }

  /// The pixels that a break in the axis takes.
  private static let breakLength = 12.0

  /// An axis of a length in pixels.
  init(_ values: [Double], length: Double) {
    let spread = Spread(values)
    let room = length - (spread.hasZero ? Self.breakLength : 0)
    let scale = room / spread.length
    let start = spread.hasZero ? spread.zero * scale + Self.breakLength : 0
    var cells: [Cell] = []
    if let index = values.firstIndex(of: 0) {
      let width = spread.zero * scale
      cells.append(Cell(index: index, value: 0, tick: width / 2, range: 0...width))
      axisBreak = width...(width + Self.breakLength)
    } else {
      axisBreak = nil
    }
    for (place, index) in spread.order.enumerated() {
      let (low, high) = (spread.edges[place], spread.edges[place + 1])
      func pixel(_ position: Double) -> Double { start + (position - spread.edges[0]) * scale }
      cells.append(
        Cell(
          index: index, value: values[index], tick: pixel(spread.positions[place]),
          range: pixel(low)...pixel(high)))
    }
    self.cells = cells
  }

  /// The length in pixels at which every cell has this size and neighbouring values this distance.
  static func length(_ values: [Double], cell: Double, distance: Double) -> Double {
    let spread = Spread(values)
    var scale = cell / spread.zero
    for place in spread.order.indices {
      scale = max(scale, cell / (spread.edges[place + 1] - spread.edges[place]))
      if place > 0 {
        scale = max(scale, distance / (spread.positions[place] - spread.positions[place - 1]))
      }
    }
    return spread.length * scale + (spread.hasZero ? Self.breakLength : 0)
  }
}

/// The values of an axis in decades.
private struct Spread {
  /// The indices of the positive values, smallest first.
  let order: [Int]
  /// Their logarithms.
  let positions: [Double]
  /// Where their cells begin, and where the last one ends.
  let edges: [Double]
  let hasZero: Bool
  /// How wide the cell of a value 0 is: as the cells of the others on average.
  let zero: Double
  /// The length of all cells together.
  let length: Double

  init(_ values: [Double]) {
    order = values.indices.filter { values[$0] > 0 }.sorted { values[$0] < values[$1] }
    positions = order.map { decimalLogarithm(values[$0]) }
    hasZero = values.contains(0)
    var edges: [Double] = []
    if let first = positions.first, let last = positions.last {
      let halves = zip(positions, positions.dropFirst()).map { ($1 - $0) / 2 }
      edges = [first - (halves.first ?? 0.5)]
      edges += zip(positions, halves).map { $0 + $1 }
      edges.append(last + (halves.last ?? 0.5))
    }
    self.edges = edges
    let others = (edges.last ?? 0) - (edges.first ?? 0)
    zero = order.isEmpty ? 1 : others / Double(order.count)
    length = others + (hasZero ? zero : 0)
  }
}
