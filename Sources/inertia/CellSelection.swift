import Studies

/// Which cells of a study `--only` means.
struct CellSelection: Sendable {
  private var conditions: [(key: String, value: String)] = []

  /// - Throws: ``CommandError`` for a key or a value that the study does not have.
  init(_ only: [String], of study: Study) throws {
    for text in only {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw CommandError.malformed(option: "--only", value: text, expected: "KEY=VALUE")
      }
      let known = Self.values(of: parts[0], in: study)
      guard !known.isEmpty else {
        throw CommandError.unknownKey(
          option: "--only", key: parts[0], known: Self.keys(of: study))
      }
      guard known.contains(where: { Self.equal($0, parts[1]) }) else {
        throw CommandError.notAValue(key: parts[0], value: parts[1], known: known)
      }
      conditions.append((parts[0], parts[1]))
    }
  }

  /// The places of a grid that are meant. If seeds are named that only confirm, and one point, those that confirm it,
  /// whether or not it is known to be the best.
  func places(of grid: StudyGrid) throws -> [StudyGrid.Place] {
    let places = grid.places.filter { contains($0, of: grid.study) }
    guard places.isEmpty else { return places }
    let confirming = try grid.confirmations().filter { contains($0, of: grid.study) }
    let points = Set(confirming.map { [$0.sweep] + $0.coordinates })
    return points.count == 1 ? confirming : []
  }

  /// The places that are meant among those that a study has come to, or else in its grid.
  func places(among known: [StudyGrid.Place], of grid: StudyGrid) throws -> [StudyGrid.Place] {
    let places = known.filter { contains($0, of: grid.study) }
    return places.isEmpty ? try self.places(of: grid) : places
  }

  /// Whether all conditions hold for a place.
  func contains(_ place: StudyGrid.Place, of study: Study) -> Bool {
    let sweep = study.sweeps[place.sweep]
    return conditions.allSatisfy { key, value in
      switch key {
      case "label": value == sweep.label
      case "optimizer": value == sweep.label || value == sweep.optimizer
      case "seed", "init": Self.equal("\(place.cell.seeds.initialization)", value)
      case "order": Self.equal("\(place.cell.seeds.order)", value)
      case "augmentation": Self.equal("\(place.cell.seeds.augmentation)", value)
      default:
        place.cell.optimizer[key].map {
          Self.equal("\($0)", value) || sweep.word(for: $0, of: key) == value
        } ?? false
      }
    }
  }

  private static func keys(of study: Study) -> [String] {
    var keys = ["optimizer", "label"]
    if case .joint = study.seeds {
      keys.append("seed")
    } else {
      keys += ["init", "order", "augmentation"]
    }
    for axis in study.sweeps.flatMap(\.axes) where !keys.contains(axis.key) {
      keys.append(axis.key)
    }
    return keys
  }

  /// The values a key takes in a study, without repetition; none if there is no such key.
  private static func values(of key: String, in study: Study) -> [String] {
    let values: [String] =
      switch (key, study.seeds) {
      case ("label", _): study.sweeps.map(\.label)
      case ("optimizer", _): study.sweeps.flatMap { [$0.label, $0.optimizer] }
      case ("seed", .joint(let seeds)):
        (seeds + study.confirmationSeeds).map { "\($0)" }
      case ("init", .crossed(let seeds, _, _)), ("order", .crossed(_, let seeds, _)),
        ("augmentation", .crossed(_, _, let seeds)):
        (seeds + study.confirmationSeeds).map { "\($0)" }
      default:
        study.sweeps.flatMap { sweep in
          sweep.axes.filter { $0.key == key }.flatMap(\.values).map { sweep.text(of: $0, for: key) }
        }
      }
    var seen = Set<String>()
    return values.filter { seen.insert($0).inserted }
  }

  /// Whether two texts are the same word or the same number.
  private static func equal(_ one: String, _ other: String) -> Bool {
    if one == other { return true }
    guard let first = Double(one), let second = Double(other) else { return false }
    return first == second
  }
}
