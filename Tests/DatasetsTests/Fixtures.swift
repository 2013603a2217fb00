import Crypto
import Foundation

/// A folder that is removed at the end of a test.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "datasets-\(UUID())")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let result = Result { try body(folder.path()) }
  try FileManager.default.removeItem(at: folder)
  try result.get()
}

/// Numbers as 32 bits each, highest byte first.
func bigEndian(_ values: [Int]) -> [UInt8] {
  values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
}

/// An IDX file of images, each filled with its number.
func images(_ count: Int, side: Int = 28) -> [UInt8] {
  bigEndian([0x803, count, side, side])
    + (0..<count).flatMap { Array(repeating: UInt8($0), count: side * side) }
}

/// An IDX file of labels 0, 1, 2, … modulo 10.
func labels(_ count: Int) -> [UInt8] {
  bigEndian([0x801, count]) + (0..<count).map { UInt8($0 % 10) }
}

/// Writes a dataset of three training and two test images, some files changed, and returns its folder.
func writeDataset(
  in data: String, name: String = "mnist", changing changes: [String: [UInt8]] = [:]
) throws -> String {
  let folder = "\(data)/\(name)"
  try FileManager.default.createDirectory(
    atPath: folder, withIntermediateDirectories: true)
  let files = [
    "train-images-idx3-ubyte": images(3), "train-labels-idx1-ubyte": labels(3),
    "t10k-images-idx3-ubyte": images(2), "t10k-labels-idx1-ubyte": labels(2),
  ].merging(changes) { $1 }
  for (name, bytes) in files {
    try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
  }
  return folder
}

/// The output of a program, which must succeed.
@discardableResult
func run(_ program: String, _ arguments: String...) throws -> Data {
  let (process, output) = (Process(), Pipe())
  process.executableURL = URL(filePath: program)
  process.arguments = arguments
  process.standardOutput = output
  try process.run()
  let data = try output.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw ProgramError(program: program) }
  return data
}

struct ProgramError: Error { let program: String }

func sha256(_ bytes: some DataProtocol) -> String {
  SHA256.hash(data: bytes).map { byte in
    let hex = String(byte, radix: 16)
    return hex.count == 1 ? "0" + hex : hex
  }.joined()
}
