import Storage
import Studies

/// What a study's records held when they were last collected, in one file, so that an export need not open thousands.
///
/// An entry counts only while the record's block still has the SHA-256 under which it was collected, so it can be out of date
/// for no record. Weights, optimizer state and provenance are left out. The file is a copy: without it, or if it is
/// damaged, the records themselves are read.
public struct CollectedRecords: Sendable {
  private var entries: [Cell.ID: Entry] = [:]

  private struct Entry: Sendable {
    /// The SHA-256 in the record's block, 64 hex digits.
    let fingerprint: String
    /// The record without its cell.
    let bytes: ArraySlice<UInt8>
  }

  private static let title = "INERTIA COLLECTED 1\n"

  /// Nothing collected yet.
  public init() {}

  /// What a file holds; nothing if there is none, or one that is damaged or of another version.
  public init(path: String) throws(StorageError) {
    guard let status = try Files.status(path), !status.isFolder else { return }
    let bytes = try Files.read(path, limit: status.size)
    let start = Self.title.utf8.count
    guard bytes.count > start + 64, bytes.starts(with: Self.title.utf8),
      hexDigest(bytes[(start + 64)...]).utf8.elementsEqual(bytes[start..<start + 64])
    else { return }
    var reader = ByteReader(bytes[(start + 64)...])
    while !reader.isAtEnd {
      guard let id = Cell.ID(reader.text()) else { return }
      entries[id] = Entry(fingerprint: reader.text(), bytes: reader.bytes())
    }
  }

  /// The record of a cell, without weights, if it was collected as the store has it now.
  public func record(of cell: Cell, id: Cell.ID, in store: RecordStore) throws -> CellRecord? {
    guard let entry = entries[id], try store.fingerprint(of: id) == entry.fingerprint else {
      return nil
    }
    var reader = ByteReader(entry.bytes)
    return reader.record(of: cell)
  }

  /// Adds a record that the store has, unless it is a simulation's: these are few, and read soon enough.
  public mutating func add(_ record: CellRecord, id: Cell.ID, in store: RecordStore) throws {
    guard record.cell.simulation == nil, let fingerprint = try store.fingerprint(of: id) else {
      return
    }
    var writer = ByteWriter()
    writer.add(record)
    entries[id] = Entry(fingerprint: fingerprint, bytes: writer.bytes[...])
  }

  /// The file; the same bytes for the same records.
  public var file: [UInt8] {
    var writer = ByteWriter()
    for (id, entry) in entries.sorted(by: { $0.key < $1.key }) {
      writer.add(id.hex)
      writer.add(entry.fingerprint)
      writer.add(entry.bytes)
    }
    return Array(Self.title.utf8) + Array(hexDigest(writer.bytes[...]).utf8) + writer.bytes
  }
}

/// Appends values as bytes: numbers as 8 little-endian bytes, lists after their length.
private struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func add(_ value: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
    }
  }

  mutating func add(_ value: Int) { add(UInt64(bitPattern: Int64(value))) }

  mutating func add(_ values: some Collection<UInt8>) {
    add(values.count)
    bytes.append(contentsOf: values)
  }

  mutating func add(_ text: String) { add(text.utf8) }

  mutating func add(_ record: CellRecord) {
    switch record.outcome {
    case .completed: add(0)
    case .diverged(let epoch, let step):
      add(epoch)
      add(step ?? 0)
    }
    add(record.finalTestError.bitPattern)
    add(record.bestTestError.bitPattern)
    add(record.bestEpoch)
    add(record.curves.count)
    for curve in record.curves {
      add(curve.name)
      add(curve.unit)
      add(curve.meaning)
      add(curve.values.count)
      for value in curve.values { add(value.bitPattern) }
    }
    add(record.testCorrectFinal)
    add(record.testCorrectBest)
  }
}

/// Takes values from bytes that ``ByteWriter`` wrote.
private struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func word() -> UInt64 {
    var value: UInt64 = 0
    for byte in rest.prefix(8).reversed() { value = value << 8 | UInt64(byte) }
    rest = rest.dropFirst(8)
    return value
  }

  mutating func integer() -> Int { Int(Int64(bitPattern: word())) }

  mutating func number() -> Double { Double(bitPattern: word()) }

  mutating func bytes() -> ArraySlice<UInt8> {
    let count = integer()
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }

  mutating func record(of cell: Cell) -> CellRecord {
    let epoch = integer()
    let outcome: Outcome
    if epoch == 0 {
      outcome = .completed
    } else {
      let step = integer()
      outcome = .diverged(epoch: epoch, step: step > 0 ? step : nil)
    }
    let (final, best, bestEpoch) = (number(), number(), integer())
    let curves = (0..<integer()).map { _ in
      Curve(
        name: text(), unit: text(), meaning: text(), values: (0..<integer()).map { _ in number() })
    }
    return CellRecord(
      cell: cell, outcome: outcome, finalTestError: final, bestTestError: best,
      bestEpoch: bestEpoch, curves: curves, testCorrectFinal: Array(bytes()),
      testCorrectBest: Array(bytes()), finalWeights: [], bestWeights: [], optimizerState: [])
  }
}
