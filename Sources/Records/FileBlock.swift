import Crypto
import Studies

/// The 512 bytes before the HDF5 part of records and checkpoints.
///
/// A file is believed, and shown to libhdf5, only if its block agrees with it to the byte. The block is text
/// in lines of fixed width, then zeros (`head -8` shows it):
///
///     offset  bytes
///          0      8  "INERTIA\n"
///          8      9  format version, 8 decimal digits, "\n"
///         17     21  length of the whole file in bytes, 20 decimal digits, "\n"
///         38     65  SHA-256 of everything from offset 103 to the end of the file, 64 lower-case
///                    hex digits, "\n"
///        103     11  "record    ", "checkpoint" or "measured  ", "\n"
///        114     17  id of the cell or of the measurement, 16 lower-case hex digits, "\n"
///        131      4  what a record keeps besides its curves: "w" or "-", the final weights; "b" or "-",
///                    the best epoch's; "o" or "-", the optimizer's state; "\n"
///        135     10  how a record's run ended, "completed" or "diverged "; "-        " for the
///                    others; "\n"
///        145    367  zeros
struct FileBlock: Hashable {
  enum Kind: String, CaseIterable {
    case record = "record    "
    case checkpoint = "checkpoint"
    case measurement = "measured  "
  }

  /// How the run ended.
  enum Ending: String {
    case completed = "completed"
    case diverged = "diverged "
    case none = "-        "

    init(_ outcome: Outcome) {
      switch outcome {
      case .completed: self = .completed
      case .diverged: self = .diverged
      }
    }
  }

  /// The version of the block and of what follows it.
  static let version = 1
  static let size = 512
  /// Where that begins which the SHA-256 is over.
  private static let hashed = 103

  var kind: Kind
  var id: Cell.ID
  var keeps: RecordOptions
  var ending: Ending
  /// The length of the whole file in bytes.
  var length: Int
  /// 64 hex digits.
  var sha256: String

  /// The whole file: this block and the HDF5 part.
  ///
  /// - Parameter image: an HDF5 file with a user block of 512 bytes, which is overwritten.
  static func file(
    _ kind: Kind, _ id: Cell.ID, keeps: RecordOptions = .nothing, ending: Ending = .none,
    image: [UInt8]
  ) -> [UInt8] {
    var bytes = image
    var block = FileBlock(
      kind: kind, id: id, keeps: keeps, ending: ending, length: image.count,
      sha256: String(repeating: "0", count: 64))
    bytes.replaceSubrange(..<size, with: block.bytes)
    block.sha256 = hexDigest(bytes[hashed...])
    bytes.replaceSubrange(..<size, with: block.bytes)
    return bytes
  }

  private var bytes: [UInt8] {
    let flags = [
      keeps.finalWeights ? "w" : "-", keeps.bestWeights ? "b" : "-",
      keeps.optimizerState ? "o" : "-",
    ].joined()
    let text = "INERTIA\n\(padded(Self.version, 8))\n\(padded(length, 20))\n\(sha256)\n"
    let bytes = Array((text + "\(kind.rawValue)\n\(id)\n\(flags)\n\(ending.rawValue)\n").utf8)
    return bytes + [UInt8](repeating: 0, count: Self.size - bytes.count)
  }

  /// Reads the block at the start of a file of this length.
  ///
  /// - Throws: ``RecordError`` if it is not the block of that kind, cell and length.
  init(
    _ start: [UInt8], kind: Kind, id: Cell.ID, fileLength: Int, path: String
  ) throws(RecordError) {
    func damaged(_ reason: String) -> RecordError { .damaged(path: path, reason: reason) }
    guard start.count >= Self.size else { throw damaged("it is shorter than its block") }
    let bytes = Array(start[..<Self.size])
    let lines = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count == 9, lines[0] == "INERTIA" else { throw damaged("its block is not ours") }
    guard let version = Int(lines[1]), padded(version, 8) == lines[1] else {
      throw damaged("its format version is not a number")
    }
    guard version == Self.version else { throw .otherVersion(path: path, found: version) }
    guard let length = Int(lines[2]), length == fileLength else {
      throw damaged("it has \(fileLength) bytes and its block says \(lines[2])")
    }
    guard lines[4] == kind.rawValue, lines[5] == id.hex else {
      throw damaged("it is the \(lines[4]) of cell \(lines[5])")
    }
    guard let ending = Ending(rawValue: lines[7]) else {
      throw damaged("it knows an outcome '\(lines[7])'")
    }
    self.init(
      kind: kind, id: id,
      keeps: RecordOptions(
        finalWeights: lines[6].hasPrefix("w"), bestWeights: lines[6].dropFirst().hasPrefix("b"),
        optimizerState: lines[6].hasSuffix("o")),
      ending: ending, length: length, sha256: lines[3])
    // Whatever this reading lets pass, writing it again would not give.
    guard self.bytes == bytes else { throw damaged("its block is not as it was written") }
  }

  private init(
    kind: Kind, id: Cell.ID, keeps: RecordOptions, ending: Ending, length: Int, sha256: String
  ) {
    (self.kind, self.id, self.keeps, self.ending) = (kind, id, keeps, ending)
    (self.length, self.sha256) = (length, sha256)
  }

  /// Checks the whole file against its block.
  func check(_ file: [UInt8], path: String) throws(RecordError) {
    guard file.count == length, hexDigest(file[Self.hashed...]) == sha256 else {
      throw .damaged(path: path, reason: "its bytes are not those its SHA-256 was made of")
    }
  }
}

extension RecordOptions {
  static let nothing = RecordOptions(
    finalWeights: false, bestWeights: false, optimizerState: false)
  static let everything = RecordOptions(
    finalWeights: true, bestWeights: true, optimizerState: true)

  /// Whether what is kept under these options is enough for a study that asks for others.
  func satisfies(_ wanted: RecordOptions) -> Bool { union(wanted) == self }

  /// What is kept under either.
  func union(_ other: RecordOptions) -> RecordOptions {
    RecordOptions(
      finalWeights: finalWeights || other.finalWeights,
      bestWeights: bestWeights || other.bestWeights,
      optimizerState: optimizerState || other.optimizerState)
  }
}

/// A number in decimal, filled up with zeros from the left.
private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
