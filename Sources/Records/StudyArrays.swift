import HDF5
import Studies

/// Writes a ``StudyTable`` to a group as netCDF-4 variables on dimension scales.
struct StudyArrays {
  private let table: StudyTable
  private let shape: [Int]
  private let records: [CellRecord?]

  init(_ table: StudyTable) {
    self.table = table
    shape = table.dimensions.map(\.count)
    records = table.records
  }

  /// - Parameter firstDimension: the first free number of a dimension in the file; moved on.
  func write(
    to group: borrowing HDF5Group, firstDimension: inout Int
  ) throws(HDF5Error) {
    var scales: [String] = []
    for dimension in table.dimensions {
      try writeScale(dimension, to: group, number: firstDimension)
      scales.append("\(group.path)/\(dimension.name)")
      firstDimension += 1
    }
    let epochs = StudyTable.Dimension(Array(1...max(1, table.epochs)), "epoch", "epoch, from 1")
    try writeScale(epochs, to: group, number: firstDimension)
    firstDimension += 1
    let cells = try writeCells(to: group)
    let curves = try writeCurves(to: group)
    try group.attachScales(
      cells.map { HDF5DimensionUse(dataset: $0, scales: scales) }
        + curves.map { HDF5DimensionUse(dataset: $0, scales: scales + ["\(group.path)/epoch"]) })
  }

  private func writeScale(
    _ dimension: StudyTable.Dimension, to group: borrowing HDF5Group, number: Int
  ) throws(HDF5Error) {
    switch dimension.values {
    case .numbers(let values): try group.write(values, to: dimension.name)
    case .integers(let values): try group.write(values, to: dimension.name)
    }
    try group.makeScale(dimension.name)
    let attributes = try group.attributes(of: dimension.name)
    try attributes.write(Int32(number), "_Netcdf4Dimid")
    try attributes.write("1", "units")
    try attributes.write(dimension.meaning, "long_name")
    if case .numbers(let values) = dimension.values, dimension.words.count == values.count {
      try attributes.write(values, "flag_values")
      try attributes.write(dimension.words.joined(separator: " "), "flag_meanings")
    }
  }

  /// Writes the variables with one value for each cell; returns their names.
  private func writeCells(to group: borrowing HDF5Group) throws(HDF5Error) -> [String] {
    try write(
      records.map { $0?.finalTestError ?? .nan }, "final_test_error",
      "top-1 test error after the last epoch", to: group)
    try write(
      records.map { $0?.bestTestError ?? .nan }, "best_test_error",
      "smallest top-1 test error after any epoch", to: group)
    try write(
      records.map { Int32($0?.bestEpoch ?? 0) }, "best_epoch",
      "earliest epoch with the smallest test error; 0 for none", to: group)
    try write(
      records.map { Int32($0.flatMap(divergence)?.epoch ?? 0) }, "diverged_epoch",
      "epoch in which the run diverged; 0 for none", to: group)
    try write(
      records.map { Int32($0.flatMap(divergence)?.step ?? 0) }, "diverged_step",
      "step of that epoch in which the run diverged; 0 for none, or in an evaluation", to: group)
    try writeOutcomes(to: group)
    let ids = try group.write(table.ids, shape: shape, to: "cell").attributes()
    try ids.write("id of the cell", "long_name")
    return [
      "final_test_error", "best_test_error", "best_epoch", "diverged_epoch", "diverged_step",
      "outcome", "cell",
    ]
  }

  private func writeOutcomes(to group: borrowing HDF5Group) throws(HDF5Error) {
    let outcomes = table.states.map { state -> Int8 in
      switch state {
      case .missing: 0
      case .finished(let record): record.outcome == .completed ? 1 : 2
      case .failed: 3
      }
    }
    let attributes = try group.write(outcomes, shape: shape, to: "outcome").attributes()
    try attributes.write("how the run ended", "long_name")
    try attributes.write([0, 1, 2, 3] as [Int8], "flag_values")
    try attributes.write("missing completed diverged failed", "flag_meanings")
  }

  /// Writes the curves, NaN where a run has no value; returns their names.
  private func writeCurves(to group: borrowing HDF5Group) throws(HDF5Error) -> [String] {
    var kinds: [Curve] = []
    var known: Set<String> = ["epoch"]
    for curve in records.lazy.compactMap({ $0 }).flatMap(\.curves)
    where known.insert(curve.name).inserted {
      kinds.append(curve)
    }
    let dimensions = Set(table.dimensions.map(\.name))
    var names: [String] = []
    for kind in kinds {
      var values: [Double] = []
      values.reserveCapacity(records.count * table.epochs)
      for record in records {
        let curve = record?.curves.first { $0.name == kind.name }?.values.prefix(table.epochs) ?? []
        values += curve
        values += repeatElement(.nan, count: max(1, table.epochs) - curve.count)
      }
      // The learning rate of each epoch is another thing than the axis of that name.
      let name = dimensions.contains(kind.name) ? "\(kind.name)_by_epoch" : kind.name
      try write(
        values, name, kind.meaning, unit: kind.unit, shape: shape + [max(1, table.epochs)],
        to: group)
      names.append(name)
    }
    return names
  }

  private func write(
    _ values: [Double], _ name: String, _ meaning: String, unit: String = "1",
    shape: [Int]? = nil, to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    let shape = shape ?? self.shape
    let attributes = try group.write(
      values, shape: shape, to: name, layout: layout(of: shape), fill: .nan
    ).attributes()
    try attributes.write([Double.nan], "_FillValue")
    try attributes.write(unit, "units")
    try attributes.write(meaning, "long_name")
  }

  private func write(
    _ values: [Int32], _ name: String, _ meaning: String, to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    let attributes = try group.write(values, shape: shape, to: name).attributes()
    try attributes.write("1", "units")
    try attributes.write(meaning, "long_name")
  }
}

private func divergence(_ record: CellRecord) -> (epoch: Int, step: Int?)? {
  if case .diverged(let epoch, let step) = record.outcome { (epoch, step) } else { nil }
}

/// Small arrays as they are, others compressed in chunks of at most a mebibyte.
private func layout(of shape: [Int]) -> HDF5Layout {
  let budget = (1 << 20) / MemoryLayout<Double>.size
  if shape.reduce(1, *) < 1024 { return .contiguous }
  var chunk: [Int] = []
  var room = budget
  for length in shape.reversed() {
    let part = max(1, min(length, room))
    chunk.insert(part, at: 0)
    room /= part
  }
  return .compressed(chunk: chunk)
}
