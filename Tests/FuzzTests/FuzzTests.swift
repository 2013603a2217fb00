import Foundation
import Studies
import Testing

/// Damaged files through every reader: each is refused by an error, soon and in little memory.
///
/// A few hundred files of each kind here; `INERTIA_FUZZ=10000` asks for as many as that, as `make fuzz` does.
@Suite(.serialized) struct FuzzTests {
  static let count =
    ProcessInfo.processInfo.environment["INERTIA_FUZZ"].flatMap { Int($0) } ?? 300

  @Test(arguments: Reader.allCases) func `damaged files are refused`(reader: Reader) throws {
    let folder = try ScratchFolder()
    try Seed.putImages(in: folder)
    let good = try Seed.bytes(for: reader)
    let taken = try reader.takes(good, in: folder)
    #expect(taken, "the file that is to be damaged must be good")
    var mutator = Mutator(seed: 1)
    for _ in 0..<Self.count {
      let bad = mutator.mutation(of: good)
      let start = ContinuousClock.now
      let isTaken = try reader.takes(bad, in: folder)
      // Seconds, for the machine may be busy; a hang is what is looked for.
      #expect(start.duration(to: .now) < .seconds(10))
      switch reader {
      case .record, .checkpoint:
        if isTaken { #expect(bad == good, "a changed file was taken") }
      case .claim, .failure, .digests, .study, .cell, .images, .compressed, .photographs: break
      }
      try folder.removeDamaged()
    }
    if Self.count >= 10_000 { #expect(try peakMemory() < 256 << 10) }
  }

  /// The most memory this process has had, in KiB.
  private func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM") })
    return try #require(Int(line.filter(\.isNumber)))
  }
}

/// Damages files: bytes changed, cut out, put in, repeated; numbers made huge; the end cut off.
struct Mutator {
  private var random: Random

  init(seed: UInt64) { random = Random(state: seed) }

  mutating func mutation(of good: [UInt8]) -> [UInt8] {
    var bytes = good
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: 0...max(0, bytes.count - 1), using: &random)
      let length = min(bytes.count - index, Int.random(in: 1...64, using: &random))
      guard !bytes.isEmpty else { return [UInt8.random(in: 0...255, using: &random)] }
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.removeSubrange(index..<index + length)
      case 3: bytes.insert(contentsOf: bytes[index..<index + length], at: index)
      case 4: bytes.removeLast(bytes.count - index)
      case 5: for offset in 0..<length { bytes[index + offset] = 0xFF }
      case 6: bytes.insert(contentsOf: Array("99999999999999999999".utf8), at: index)
      default:
        bytes.insert(
          [0x5B, 0x7B, 0x26, 0x2A, 0x00, 0x0A].randomElement(using: &random)!, at: index)
      }
    }
    return bytes
  }

  /// SplitMix64: the same damage every time.
  private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}

extension ScratchFolder {
  /// Removes the checkpoints that were set aside.
  fileprivate func removeDamaged() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: "\(path)/work")
    where name.contains(".damaged-") {
      try FileManager.default.removeItem(atPath: "\(path)/work/\(name)")
    }
  }
}
