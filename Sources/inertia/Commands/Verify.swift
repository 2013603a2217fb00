import ArgumentParser
import Records
import Storage
import Studies

/// `inertia verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Check every record and measurement of a study, and that they have the published bits.",
    discussion: """
      Reads each record whole and compares it with the SHA-256 it was written with; then compares the \
      digests of weights and metrics with a list: the study's own digests.txt, or the one given with \
      --against. Measurements are read and compared likewise, with the measurements.txt beside that \
      list. Ends with status 3 if anything differs. What killed runs left is listed too, but is no \
      difference.

      For example:
        inertia verify results/quick
        inertia verify results/quick --against published/digests.txt
      """)

  @Argument(help: "A study's results, such as results/quick.", completion: .directory)
  var results: String

  @Option(
    help: "The digests.txt to compare with (default: the study's own, if it is there).",
    completion: .file())
  var against: String?

  func run() throws {
    let context = try StudyContext(results: results)
    let own = "\(context.folder)/digests.txt"
    let path = try against ?? (Files.status(own) == nil ? nil : own)
    let published = try path.map { path in
      try DigestList(
        parsing: String(decoding: try Files.read(path, limit: 1 << 30), as: UTF8.self), path: path)
    }
    let checked = try check(context, published)
    for message in checked.damaged.values.sorted() { complain(message) }
    put(
      "\(counted(checked.whole.entries.count, "record")) whole, \(checked.damaged.count) damaged,"
        + " \(checked.missing.count) missing")
    var differs = !checked.damaged.isEmpty
    if let published, let path {
      let comparison = checked.whole.compared(with: published)
      for id in comparison.differing { complain("cell \(id) has other digests than in \(path)") }
      let absent = comparison.onlyThere.filter { checked.damaged[$0] == nil }
      for id in absent { complain("cell \(id) is in \(path), but has no record here") }
      put("\(comparison.agreeing) of \(published.entries.count) digests agree with \(path)")
      differs = differs || !comparison.differing.isEmpty || !absent.isEmpty
    }
    let listed = "\(path.map(Files.folder(of:)) ?? context.folder)/measurements.txt"
    if try measurementsDiffer(context, checked, listed: listed) { differs = true }
    for line in try leftovers(of: context) { complain(line) }
    if differs { throw ExitCode.differs }
  }

  /// Checks what was measured, and says what is wrong with it; whether anything is.
  ///
  /// - Parameter listed: the list to compare with, if it is there.
  private func measurementsDiffer(
    _ context: StudyContext, _ checked: Checked, listed: String
  ) throws -> Bool {
    let places =
      checked.damaged.isEmpty
      ? try StudyCollector(context: context).places() : context.grid.places
    let check = try MeasurementCheck(context, places)
    let published =
      try Files.status(listed) == nil
      ? nil
      : try MeasurementList(
        parsing: String(decoding: try Files.read(listed, limit: 1 << 30), as: UTF8.self),
        path: listed)
    guard check.count > 0 || published != nil else { return false }
    for message in check.damaged { complain(message) }
    put(
      "\(counted(check.whole.entries.count + check.others, "measurement")) whole,"
        + " \(check.damaged.count) damaged, \(check.missing) missing")
    guard let published else { return !check.damaged.isEmpty }
    let differences = check.differences(from: published, path: listed)
    for difference in differences { complain(difference) }
    let count = published.entries.count
    put("\(count - differences.count) of \(count) measurements agree with \(listed)")
    return !check.damaged.isEmpty || !differences.isEmpty
  }

  /// What lies in the folder that is no result, with what to do about it. None of it changes a result.
  private func leftovers(of context: StudyContext) throws -> [String] {
    var lines = try context.work.leftovers(isFinished: context.records.contains).map {
      "leftover \(context.work.path)/\($0.name): \($0.reason); the next run removes it"
    }
    for folder in context.foldersOfTables where try Files.status(folder)?.isFolder == true {
      lines += try Files.abandonedTemporaries(in: folder, olderThan: 86400).map {
        "leftover \(folder)/\($0): a file that was being written; the next run removes it"
      }
    }
    lines += try context.records.strangers().map {
      "leftover \($0): not a record in its place; look at it and remove it"
    }
    return lines
  }

  /// What checking has found.
  private struct Checked {
    var whole = DigestList()
    /// What is wrong with each damaged record.
    var damaged: [Cell.ID: String] = [:]
    var missing: Set<Cell.ID> = []
  }

  /// Checks the records of the grid and of the published cells; then, if all are whole, of those that confirm
  /// the grid's best points.
  private func check(_ context: StudyContext, _ published: DigestList?) throws -> Checked {
    var checked = Checked()
    func check(_ ids: some Sequence<Cell.ID>) throws {
      for id in Set(ids).sorted() where checked.whole.entries[id] == nil {
        do {
          checked.whole.entries[id] = try context.records.check(id)
        } catch RecordError.missing {
          checked.missing.insert(id)
        } catch let error as RecordError {
          checked.damaged[id] = error.description
        } catch let error as StorageError {
          checked.damaged[id] = error.description
        }
      }
    }
    try check(context.grid.places.map(\.id))
    if let published { try check(published.entries.keys) }
    if checked.damaged.isEmpty {
      try check(try StudyCollector(context: context).places().map(\.id))
    }
    return checked
  }
}
