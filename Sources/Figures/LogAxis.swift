import Analysis

/// A logarithmic axis of a grid: where each value stands and how far its cell reaches.
///
/// Cells meet halfway between neighbours. A value of 0 has a cell of its own at the low end, behind a
/// break in the axis.
struct LogAxis {
  /// The cells from the smallest value to the largest.
  var cells: [Cell] { cells(movedBy: shifts.lowerBound) }
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

  private let values: [Double]
  private let spread: Spread
  /// By how many decades a row of cells may be moved along the axis.
  private let shifts: ClosedRange<Double>
  /// Pixels per decade.
  private let scale: Double
  /// Where the first positive cell begins, in pixels.
  private let start: Double

  /// An axis of a length in pixels.
  ///
  /// - Parameters:
  ///   - isTight: Whether it ends at the outer values, as contours do, instead of half a cell beyond.
  ///   - shifts: By how many decades rows of cells are moved along it, the first and the last; the axis has room for all.
  init(
    _ values: [Double], length: Double, isTight: Bool = false,
    shifts: ClosedRange<Double> = 0...0
  ) {
    let spread = Spread(values, isTight: isTight)
    let room = length - (spread.hasZero ? Self.breakLength : 0)
    (self.values, self.spread, self.shifts) = (values, spread, shifts)
    scale = room / (spread.length + shifts.upperBound - shifts.lowerBound)
    start = spread.hasZero ? spread.zero * scale + Self.breakLength : 0
    axisBreak =
      spread.hasZero
      ? (spread.zero * scale)...(spread.zero * scale + Self.breakLength) : nil
  }

  /// The place of a positive value by its decimal logarithm, in pixels from the low end.
  ///
  /// - Precondition: The axis has a positive value.
  func pixel(decades: Double) -> Double {
    start + (decades - spread.edges[0] - shifts.lowerBound) * scale
  }

  /// The decimal logarithms that the axis shows behind its break; `nil` if all its values are 0.
  var decades: ClosedRange<Double>? {
    guard let first = spread.edges.first, let last = spread.edges.last else { return nil }
    return (first + shifts.lowerBound)...(last + shifts.upperBound)
  }

  /// The cells of a row that is moved by so many decades, from the smallest value to the largest; a cell of 0 stays
  /// where it is.
  func cells(movedBy shift: Double) -> [Cell] {
    var cells: [Cell] = []
    if let index = values.firstIndex(of: 0) {
      let width = spread.zero * scale
      cells.append(Cell(index: index, value: 0, tick: width / 2, range: 0...width))
    }
    for (place, index) in spread.order.enumerated() {
      cells.append(
        Cell(
          index: index, value: values[index],
          tick: pixel(decades: spread.positions[place] + shift),
          range: pixel(
            decades: spread.edges[place] + shift)...pixel(
              decades: spread.edges[place + 1] + shift)))
    }
    return cells
  }

  /// The length in pixels at which every cell has this size and neighbouring values this distance.
  static func length(_ values: [Double], cell: Double, distance: Double) -> Double {
    let spread = Spread(values, isTight: false)
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

  init(_ values: [Double], isTight: Bool) {
    order = values.indices.filter { values[$0] > 0 }.sorted { values[$0] < values[$1] }
    positions = order.map { decimalLogarithm(values[$0]) }
    hasZero = values.contains(0)
    var edges: [Double] = []
    if isTight, positions.count > 1, let first = positions.first, let last = positions.last {
      edges = [first]
      edges += zip(positions, positions.dropFirst()).map { ($0 + $1) / 2 }
      edges.append(last)
    } else if let first = positions.first, let last = positions.last {
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
