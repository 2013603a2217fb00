import Records
import Studies

/// What reading every measurement of a results folder says of one study's.
///
/// The folder is shared: a file that cannot be read is counted, since nobody can tell whose it is.
struct MeasurementCheck {
  /// The whole ones that the study's `measure:` names.
  private(set) var whole = MeasurementList()
  /// How many whole ones there are of its cells that it does not name, such as those of `measure --top`.
  private(set) var others = 0
  /// What is wrong with each damaged file.
  private(set) var damaged: [String] = []
  /// How many of those it names have no file, though their cell has finished.
  private(set) var missing = 0

  /// - Parameter places: the study's.
  /// - Throws: `StorageError`.
  init(_ context: StudyContext, _ places: [StudyGrid.Place]) throws {
    let measurer = StudyMeasurer(context: context, threads: 1, isAnonymous: false)
    let tasks = try measurer.tasks(places)
    let wanted = Dictionary(tasks.map { ($0.id, $0) }) { first, _ in first }
    let cells = Set(places.map(\.id))
    let ids = try measurer.store.ids()
    for id in ids {
      do {
        let stored = try measurer.store.stored(id)
        if let task = wanted[id] {
          whole.entries[.init(task.cell.id, stored.measurement.name)] = stored.sha256
        } else if cells.contains(stored.cellID) {
          others += 1
        }
      } catch let error as RecordError {
        damaged.append(error.description)
      }
    }
    missing = Set(wanted.keys).subtracting(ids).count
  }

  /// How many measurements there are, or ought to be.
  var count: Int { whole.entries.count + others + damaged.count + missing }

  /// The first words of the differences from a published list, each a line.
  func differences(from published: MeasurementList, path: String) -> [String] {
    published.entries.sorted { $0.key < $1.key }.compactMap { key, digest in
      guard let found = whole.entries[key] else {
        return "\(key.name) of cell \(key.cell) is in \(path), but is not whole here"
      }
      return found == digest
        ? nil : "\(key.name) of cell \(key.cell) has other numbers than in \(path)"
    }
  }
}
