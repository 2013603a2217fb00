import Yams

/// The options of a submission, each of the form that it must have.
public struct BatchOptions: Hashable, Sendable {
  private var values: [BatchOption: String] = [:]

  public init() {}

  /// The value of an option, if it is given.
  public subscript(option: BatchOption) -> String? { values[option] }

  /// Sets an option.
  ///
  /// - Throws: ``SlurmError/value(option:value:expected:place:)`` for a value of another form.
  public mutating func set(
    _ option: BatchOption, to value: String, at place: String? = nil
  ) throws(SlurmError) {
    guard option.accepts(value) else {
      throw .value(
        option: option.rawValue, value: value, expected: option.form, place: place)
    }
    values[option] = value
  }

  /// Reads a profile: a YAML file of options and their values, such as `partition: short`.
  ///
  /// - Throws: ``SlurmError`` that names the file and the line.
  public init(profile text: String, file: String) throws(SlurmError) {
    let root: Node?
    do {
      root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    } catch {
      throw .profile(file: file, line: nil, problem: "it is no YAML: \(error)")
    }
    guard let root else { return }
    guard case .mapping(let mapping) = root else {
      throw .profile(file: file, line: 1, problem: "it is a list of options, such as 'time: 60'")
    }
    for (key, value) in mapping {
      let line = key.mark?.line
      guard let name = key.scalar?.string, let option = BatchOption(rawValue: name) else {
        throw .profile(
          file: file, line: line,
          problem: "there is no option '\(key.scalar?.string ?? "…")'; there are: "
            + BatchOption.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard let text = value.scalar?.string else {
        throw .profile(file: file, line: line, problem: "'\(name)' takes one value")
      }
      try set(option, to: text, at: "\(file):\(line ?? 1)")
    }
  }

  /// These options, and of the others those that are not given here; of the two for memory Slurm takes one.
  public func over(_ others: BatchOptions) -> BatchOptions {
    var merged = others
    if values[.mem] != nil { merged.values[.memPerCPU] = nil }
    if values[.memPerCPU] != nil { merged.values[.mem] = nil }
    merged.values.merge(values) { $1 }
    return merged
  }

  /// The limit of a task's time, in seconds.
  public var timeLimit: TimeLimit? { values[.time].flatMap { TimeLimit($0) } }

  func number(_ option: BatchOption) -> Int? { values[option].flatMap { Int($0) } }

  public var arrayTasks: Int? { number(.arrayTasks) }
  public var cpusPerTask: Int? { number(.cpusPerTask) }

  /// The options of `sbatch`, in the order of their names.
  var directives: [(name: String, value: String)] {
    BatchOption.allCases.filter(\.isOfSlurm).compactMap { option in
      values[option].map { (option.rawValue, $0) }
    }
  }
}
