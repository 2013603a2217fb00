import HDF5
import Storage
import Studies

/// The checkpoints of unfinished cells: `work/<id>.checkpoint`, replaced as training goes on.
///
/// A ``FileBlock``, then HDF5, uncompressed: attributes `id`, `cell`, `epoch`, `step`, `loss_sum`, `mistakes`
/// and `seconds`; datasets `parameters`, `statistics`, `memory/<slot>`, `curves/<metric>`,
/// `test_correct/last` and `best`, `best/parameters` and `statistics`.
public struct CheckpointStore: Hashable, Sendable {
  public let resultsFolder: String

  public init(resultsFolder: String) { self.resultsFolder = resultsFolder }

  /// Where the checkpoint of a cell is, or would be.
  public func path(of id: Cell.ID) -> String { "\(resultsFolder)/work/\(id).checkpoint" }

  /// Saves a checkpoint in the place of its cell's last one: there is always a whole one.
  ///
  /// - Throws: ``StorageError`` and `HDF5Error`.
  public func save(_ checkpoint: Checkpoint) throws {
    let id = checkpoint.cell.id
    let file = try HDF5File(inMemoryWithUserBlock: FileBlock.size)
    try write(checkpoint, id, to: try file.root())
    let image = try file.image()
    try file.close()
    let path = path(of: id)
    try Files.makeFolder(Files.folder(of: path))
    try Files.writeAtomically(path, FileBlock.file(.checkpoint, id, image: image))
  }

  /// The checkpoint of a cell with every bit as it was saved, or `nil` if it has none.
  ///
  /// - Throws: ``RecordError/damaged(path:reason:)`` after moving a damaged one aside, so that the cell
  ///   can begin afresh; ``RecordError/otherVersion(path:found:)``; ``StorageError``.
  public func load(_ id: Cell.ID) throws -> Checkpoint? {
    let path = path(of: id)
    do {
      let (_, bytes) = try wholeFile(path, .checkpoint, id)
      return try read(bytes, id, path)
    } catch RecordError.missing {
      return nil
    } catch RecordError.damaged(let path, let reason) {
      let aside = try moveAside(path)
      throw RecordError.damaged(path: aside, reason: reason)
    }
  }

  /// Removes the checkpoint of a cell, if it has one.
  public func remove(_ id: Cell.ID) throws(StorageError) { try Files.remove(path(of: id)) }

  private func write(
    _ checkpoint: Checkpoint, _ id: Cell.ID, to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    let attributes = try root.attributes()
    try attributes.write(id.hex, "id")
    try attributes.write(checkpoint.cell.canonicalJSON, "cell")
    try attributes.write(Int64(checkpoint.epoch), "epoch")
    try attributes.write(Int64(checkpoint.step), "step")
    try attributes.write(checkpoint.lossSum, "loss_sum")
    try attributes.write(Int64(checkpoint.mistakes), "mistakes")
    try attributes.write(checkpoint.seconds, "seconds")
    try root.write(checkpoint.parameters, to: "parameters")
    try root.write(checkpoint.statistics, to: "statistics")
    let memory = try root.createGroup("memory")
    for (slot, values) in checkpoint.memory.enumerated() {
      try memory.write(values, to: String(slot))
    }
    try root.write(curves: checkpoint.curves)
    let correct = try root.createGroup("test_correct")
    try correct.write(checkpoint.testCorrectLast, to: "last")
    try correct.write(checkpoint.testCorrectBest, to: "best")
    let best = try root.createGroup("best")
    try best.write(checkpoint.bestParameters, to: "parameters")
    try best.write(checkpoint.bestStatistics, to: "statistics")
  }

  private func read(
    _ bytes: [UInt8], _ id: Cell.ID, _ path: String
  ) throws(RecordError) -> Checkpoint {
    do {
      return try read(HDF5File(image: bytes, name: path).root(), id)
    } catch {
      throw .damaged(path: path, reason: "\(error)")
    }
  }

  private func read(_ root: borrowing HDF5Group, _ id: Cell.ID) throws -> Checkpoint {
    let attributes = try root.attributes()
    func integer(_ name: String) throws -> Int {
      Int(try root.attributes().number(name, as: Int64.self))
    }
    let memory = try root.group("memory")
    var slots: [[Float]] = []
    for slot in try memory.names { slots.append(try memory.read(slot, as: Float.self).values) }
    let correct = try root.group("test_correct")
    let best = try root.group("best")
    return Checkpoint(
      cell: try Cell(canonicalJSON: try attributes.text("cell")), epoch: try integer("epoch"),
      step: try integer("step"), parameters: try root.read("parameters", as: Float.self).values,
      statistics: try root.read("statistics", as: Float.self).values, memory: slots,
      lossSum: try attributes.number("loss_sum", as: Double.self),
      mistakes: try integer("mistakes"),
      seconds: try attributes.number("seconds", as: Double.self), curves: try root.readCurves(),
      testCorrectLast: try correct.read("last", as: UInt8.self).values,
      testCorrectBest: try correct.read("best", as: UInt8.self).values,
      bestParameters: try best.read("parameters", as: Float.self).values,
      bestStatistics: try best.read("statistics", as: Float.self).values)
  }
}
