import HDF5
import Studies

/// Records as the bytes of their files: a ``FileBlock``, then HDF5.
///
///     /                              attributes id, cell, outcome, final_test_error, best_test_error,
///                                    best_epoch, weights_sha256, metrics_sha256; if diverged,
///                                    diverged_epoch and, if it was in a step, diverged_step
///     /curves/<metric>               float64, attributes units and description
///     /test_correct/final, best      uint8, one bit per test image
///     /weights/<module>/<name>       float32; attribute `tensors` of /weights lists the full names in
///                                    network order
///     /weights_best/…                the same
///     /optimizer_state/<slot>        float32
///     /measurements/<name>/…         float64, of a simulation
///     /provenance                    attributes
///
/// Nothing is compressed: trained weights shrink by a tenth, and a cell's record must take milliseconds.
enum RecordFile {
  static func bytes(_ stored: StoredRecord) throws(HDF5Error) -> [UInt8] {
    let record = stored.record
    let id = record.cell.id
    let file = try HDF5File(inMemoryWithUserBlock: FileBlock.size)
    try write(stored, id: id, to: try file.root())
    let image = try file.image()
    try file.close()
    return FileBlock.file(
      .record, id, keeps: stored.keeps, ending: FileBlock.Ending(record.outcome), image: image)
  }

  private static func write(
    _ stored: StoredRecord, id: Cell.ID, to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    let record = stored.record
    let attributes = try root.attributes()
    try attributes.write(id.hex, "id")
    try attributes.write(record.cell.canonicalJSON, "cell")
    try attributes.write(record.outcome.name, "outcome")
    if case .diverged(let epoch, let step) = record.outcome {
      try attributes.write(Int64(epoch), "diverged_epoch")
      if let step { try attributes.write(Int64(step), "diverged_step") }
    }
    try attributes.write(record.finalTestError, "final_test_error")
    try attributes.write(record.bestTestError, "best_test_error")
    try attributes.write(Int64(record.bestEpoch), "best_epoch")
    try attributes.write(stored.digests.weights, "weights_sha256")
    try attributes.write(stored.digests.metrics, "metrics_sha256")

    try root.write(curves: record.curves)
    let correct = try root.createGroup("test_correct")
    try correct.write(record.testCorrectFinal, to: "final")
    try correct.write(record.testCorrectBest, to: "best")
    if stored.keeps.finalWeights { try root.write(tensors: record.finalWeights, to: "weights") }
    if stored.keeps.bestWeights {
      try root.write(tensors: record.bestWeights, to: "weights_best")
    }
    if stored.keeps.optimizerState {
      let state = try root.createGroup("optimizer_state")
      for tensor in record.optimizerState {
        try state.write(tensor.values, shape: tensor.shape, to: tensor.name)
      }
    }
    if !record.measurements.isEmpty { try root.write(measurements: record.measurements) }
    let provenance = try root.createGroup("provenance").attributes()
    for (name, value) in stored.provenance.facts.sorted(by: { $0.key < $1.key }) {
      try provenance.write(value, name)
    }
  }

  /// Reads a record whose block has been checked.
  ///
  /// - Parameter weights: whether to read weights and optimizer state; if not, they are empty.
  static func read(
    _ bytes: [UInt8], _ block: FileBlock, path: String, weights: Bool
  ) throws(RecordError) -> StoredRecord {
    do {
      return try read(HDF5File(image: bytes, name: path).root(), block, path, weights: weights)
    } catch {
      // Its bytes are those that were written, so it was written wrong, or not by us.
      throw .damaged(path: path, reason: "\(error)")
    }
  }

  private static func read(
    _ root: borrowing HDF5Group, _ block: FileBlock, _ path: String, weights: Bool
  ) throws -> StoredRecord {
    let attributes = try root.attributes()
    let cell = try Cell(canonicalJSON: try attributes.text("cell"))
    guard try attributes.text("id") == block.id.hex, cell.id == block.id else {
      throw RecordError.damaged(path: path, reason: "its cell is \(cell.id)")
    }
    let outcome = try outcome(attributes, path)
    guard FileBlock.Ending(outcome) == block.ending else {
      throw RecordError.damaged(path: path, reason: "its block has another outcome than it")
    }
    let correct = try root.group("test_correct")
    var record = CellRecord(
      cell: cell, outcome: outcome,
      finalTestError: try attributes.number("final_test_error", as: Double.self),
      bestTestError: try attributes.number("best_test_error", as: Double.self),
      bestEpoch: Int(try attributes.number("best_epoch", as: Int64.self)),
      curves: try root.readCurves(),
      testCorrectFinal: try correct.read("final", as: UInt8.self).values,
      testCorrectBest: try correct.read("best", as: UInt8.self).values,
      finalWeights: [], bestWeights: [], optimizerState: [])
    if try root.contains("measurements") { record.measurements = try root.readMeasurements() }
    if weights {
      if block.keeps.finalWeights { record.finalWeights = try root.readTensors("weights") }
      if block.keeps.bestWeights { record.bestWeights = try root.readTensors("weights_best") }
      if block.keeps.optimizerState { record.optimizerState = try slots(root) }
    }
    var facts: [String: String] = [:]
    let provenance = try root.group("provenance").attributes()
    for name in try provenance.names { facts[name] = try provenance.text(name) }
    return StoredRecord(
      record, Provenance(facts: facts),
      RecordDigests(
        weights: try attributes.text("weights_sha256"),
        metrics: try attributes.text("metrics_sha256")),
      keeps: block.keeps)
  }

  private static func outcome(
    _ attributes: borrowing HDF5Attributes, _ path: String
  ) throws -> Outcome {
    switch try attributes.text("outcome") {
    case "completed": return .completed
    case "diverged":
      let epoch = Int(try attributes.number("diverged_epoch", as: Int64.self))
      let hasStep = try attributes.contains("diverged_step")
      return .diverged(
        epoch: epoch,
        step: hasStep ? Int(try attributes.number("diverged_step", as: Int64.self)) : nil)
    case let other:
      throw RecordError.damaged(path: path, reason: "it knows an outcome '\(other)'")
    }
  }

  private static func slots(_ root: borrowing HDF5Group) throws -> [Tensor] {
    let group = try root.group("optimizer_state")
    var tensors: [Tensor] = []
    for name in try group.names {
      let array = try group.read(name, as: Float.self)
      tensors.append(Tensor(name: name, shape: array.shape, values: array.values))
    }
    return tensors
  }
}
