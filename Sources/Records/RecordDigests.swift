import Crypto
import Studies

/// What two records of one cell must have in common.
///
/// Integers and floating-point numbers are hashed little-endian; a text as the number of its UTF-8 bytes
/// (32 bits), then the bytes; a NaN, whose bits differ between processors, as one chosen NaN.
public struct RecordDigests: Hashable, Sendable {
  /// SHA-256, in hex, over the tensors after the last epoch in network order, each as its name, its rank
  /// (32 bits), each dimension (64 bits) and its values (float32, row-major). `-` for a diverged cell
  /// and for a simulation.
  public let weights: String

  /// SHA-256, in hex, over the outcome's name; if diverged, its epoch and step (64 bits each; 0 for
  /// none); the number of curves without `seconds` (32 bits), each as its name, its length (64 bits) and
  /// its values (float64); then the per-image bits after the last and after the best epoch, each as the
  /// number of its bytes (64 bits) and the bytes; then, if it has measurements, ``measurements(_:)`` of them as a text.
  public let metrics: String

  public init(weights: String, metrics: String) {
    (self.weights, self.metrics) = (weights, metrics)
  }

  /// The digests of a record that was just made, with all its weights.
  public init(_ record: CellRecord) {
    metrics = Self.metrics(of: record)
    weights = Self.weights(of: record)
  }

  /// SHA-256, in hex, over measurements in order: for each its name; the number of its facts (32 bits), each as its
  /// name and text, sorted by name; the number of its dimensions, each as its name, unit, length (64 bits)
  /// and coordinates (float64); the number of its variables, each as its name, unit, the number of its
  /// dimensions, their names, and its values (float64). Meanings are words, and not in it.
  public static func measurements(_ measurements: [Measurement]) -> String {
    var digest = Digest()
    for measurement in measurements {
      digest.add(measurement.name)
      digest.add(UInt32(measurement.facts.count))
      for (name, text) in measurement.facts.sorted(by: { $0.key < $1.key }) {
        digest.add(name)
        digest.add(text)
      }
      digest.add(UInt32(measurement.dimensions.count))
      for dimension in measurement.dimensions {
        digest.add(dimension.name)
        digest.add(dimension.unit)
        digest.add(UInt64(dimension.coordinates.count))
        digest.add(dimension.coordinates)
      }
      digest.add(UInt32(measurement.variables.count))
      for variable in measurement.variables {
        digest.add(variable.name)
        digest.add(variable.unit)
        digest.add(UInt32(variable.dimensions.count))
        for dimension in variable.dimensions { digest.add(dimension) }
        digest.add(variable.values)
      }
    }
    return digest.finish()
  }

  static func weights(of record: CellRecord) -> String {
    guard record.outcome == .completed, record.cell.simulation == nil else { return "-" }
    var digest = Digest()
    for tensor in record.finalWeights {
      digest.add(tensor.name)
      digest.add(UInt32(tensor.shape.count))
      for dimension in tensor.shape { digest.add(UInt64(dimension)) }
      digest.add(tensor.values)
    }
    return digest.finish()
  }

  static func metrics(of record: CellRecord) -> String {
    var digest = Digest()
    digest.add(record.outcome.name)
    if case .diverged(let epoch, let step) = record.outcome {
      digest.add(UInt64(epoch))
      digest.add(UInt64(step ?? 0))
    }
    let curves = record.curves.filter { $0.name != "seconds" }
    digest.add(UInt32(curves.count))
    for curve in curves {
      digest.add(curve.name)
      digest.add(UInt64(curve.values.count))
      digest.add(curve.values)
    }
    for bits in [record.testCorrectFinal, record.testCorrectBest] {
      digest.add(UInt64(bits.count))
      digest.add(bits)
    }
    if !record.measurements.isEmpty { digest.add(measurements(record.measurements)) }
    return digest.finish()
  }
}

/// The SHA-256 of bytes, 64 hex digits.
func hexDigest(_ bytes: ArraySlice<UInt8>) -> String { hex(SHA256.hash(data: bytes)) }

private func hex(_ digest: SHA256.Digest) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// A SHA-256 that is fed values instead of bytes.
private struct Digest {
  private var hash = SHA256()

  mutating func add(_ bytes: [UInt8]) { hash.update(data: bytes) }

  mutating func add(_ text: String) {
    add(UInt32(text.utf8.count))
    add(Array(text.utf8))
  }

  mutating func add(_ number: UInt32) {
    var bytes: [UInt8] = []
    append(number, to: &bytes)
    add(bytes)
  }

  mutating func add(_ number: UInt64) {
    var bytes: [UInt8] = []
    append(number, to: &bytes)
    add(bytes)
  }

  mutating func add(_ values: [Float]) {
    add(values) { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern }
  }

  mutating func add(_ values: [Double]) {
    add(values) { $0.isNaN ? 0x7ff8_0000_0000_0000 : $0.bitPattern }
  }

  private mutating func add<Value, Bits: FixedWidthInteger>(
    _ values: [Value], _ bits: (Value) -> Bits
  ) {
    // In pieces, so that large tensors are not copied whole.
    let piece = 1 << 14
    var bytes: [UInt8] = []
    bytes.reserveCapacity(piece * Bits.bitWidth / 8)
    for start in stride(from: 0, to: values.count, by: piece) {
      bytes.removeAll(keepingCapacity: true)
      for value in values[start..<min(values.count, start + piece)] {
        append(bits(value), to: &bytes)
      }
      add(bytes)
    }
  }

  mutating func finish() -> String { hex(hash.finalize()) }
}

/// Appends a number's bytes, the least significant first.
private func append<Bits: FixedWidthInteger>(_ number: Bits, to bytes: inout [UInt8]) {
  for shift in stride(from: 0, to: Bits.bitWidth, by: 8) {
    bytes.append(UInt8(truncatingIfNeeded: number >> shift))
  }
}
