import Studies

/// A point of a sweep's grid, with its cells and what is known of them.
public struct Point: Hashable, Sendable {
  /// The index of its sweep.
  public let sweep: Int
  /// The index of its value on each axis of the sweep.
  public let coordinates: [Int]
  /// Its cells, one per seed, in file order.
  public let runs: [Run]

  /// A cell and what is known of it.
  public struct Run: Hashable, Sendable {
    public let place: StudyGrid.Place
    public let state: CellState
  }

  /// What is known of a metric here.
  public func entry(_ metric: Metric) -> Entry {
    Entry(metric, of: runs.lazy.map(\.state))
  }
}

extension StudyResults {
  /// Every point of the grid, in file order.
  public var points: [Point] {
    grouped(zip(grid.places, states).map { Point.Run(place: $0, state: $1) })
  }

  /// The points that were trained again with the confirmation seeds, in the order they come.
  public var confirmationPoints: [Point] {
    grouped(confirmations.map { Point.Run(place: $0.place, state: $0.state) })
  }

  /// The point of a sweep at these values, by key, or `nil` if its grid has none.
  ///
  /// An axis with a single value need not be named.
  public func point(sweep: Int, at values: [String: Double]) -> Point? {
    let axes = grid.study.sweeps[sweep].axes
    guard values.keys.allSatisfy({ key in axes.contains { $0.key == key } }) else { return nil }
    var coordinates: [Int] = []
    for axis in axes {
      let value = values[axis.key] ?? (axis.values.count == 1 ? axis.values[0] : .nan)
      guard let index = axis.values.firstIndex(of: value) else { return nil }
      coordinates.append(index)
    }
    return points.first { $0.sweep == sweep && $0.coordinates == coordinates }
  }

  /// Runs that follow each other and stand at one point, together.
  private func grouped(_ runs: [Point.Run]) -> [Point] {
    var points: [Point] = []
    var start = 0
    for end in runs.indices.map({ $0 + 1 }) {
      let place = runs[start].place
      if end < runs.count, runs[end].place.sweep == place.sweep,
        runs[end].place.coordinates == place.coordinates
      {
        continue
      }
      points.append(
        Point(
          sweep: place.sweep, coordinates: place.coordinates, runs: Array(runs[start..<end])))
      start = end
    }
    return points
  }
}

/// A hyperparameter with its value.
public struct Setting: Hashable, Sendable {
  public let key: String
  public let value: Double
  /// The word that study files have for the value; `nil` for a number.
  public let word: String?

  public init(key: String, value: Double, word: String? = nil) {
    (self.key, self.value, self.word) = (key, value, word)
  }
}

extension Sweep {
  /// The value on every axis at a point, in the order of the axes.
  public func settings(at coordinates: [Int]) -> [Setting] {
    zip(axes, coordinates).map { setting($0, $1) }
  }

  /// An axis's value at an index.
  func setting(_ axis: Axis, _ index: Int) -> Setting {
    let value = axis.values[index]
    return Setting(key: axis.key, value: value, word: word(for: value, of: axis.key))
  }
}
