import Studies

/// The command that trains cells of a study again, in a results folder of their own.
public struct TrainAgain: Hashable, Sendable {
  /// The command for one cell.
  public let command: String

  /// - Parameter path: The study file.
  public init(_ place: StudyGrid.Place, of study: Study, path: String) {
    command =
      Self.command(sweep: study.sweeps[place.sweep], at: place.coordinates, path: path)
      + Self.seedConditions(place.cell.seeds, of: study)
  }

  /// The command for all seeds of a point.
  static func command(sweep: Sweep, at coordinates: [Int], path: String) -> String {
    let conditions =
      ["label=\(sweep.label)"]
      + sweep.settings(at: coordinates).map { "\($0.key)=\($0.text)" }
    return "inertia run \(shellQuoted(path)) --results again"
      + conditions.map { " --only \(shellQuoted($0))" }.joined()
  }

  /// What restricts it to one cell.
  static func seedConditions(_ seeds: Seeds, of study: Study) -> String {
    if case .joint = study.seeds { return " --only seed=\(seeds.initialization)" }
    return " --only init=\(seeds.initialization) --only order=\(seeds.order)"
      + " --only augmentation=\(seeds.augmentation)"
  }
}

/// Text as one word of a shell's command line.
func shellQuoted(_ text: String) -> String {
  let isPlain =
    !text.isEmpty
    && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-=+".contains($0)) }
  if isPlain { return text }
  return "'"
    + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}
