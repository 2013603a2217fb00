import Foundation
import Testing

/// The digests of the tiny studies are the committed ones: no bit has moved since they were made.
///
/// A change that is meant to move bits raises `Cell.currentNumerics`, and with it every id; then
/// `INERTIA_SNAPSHOTS=write swift test -c release --disable-testable-imports --filter GoldenDigestTests` writes new ones.
@Suite struct GoldenDigestTests {
  @Test(arguments: [
    "tiny", "tiny-lenet", "tiny-optimizers", "tiny-saddle", "tiny-escape", "tiny-network-escape",
    "tiny-network-saddle", "tiny-convergence",
  ])
  func `no bit has moved`(name: String) throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let golden = here.appending(path: "Golden/\(name).txt")
    let studies = here.appending(path: "../../studies").standardizedFileURL
    let inertia = try Inertia()
    try inertia.succeed("run", studies.appending(path: "\(name).yaml").path)
    let digests = try inertia.folder.read("results/\(name)/digests.txt")
    if ProcessInfo.processInfo.environment["INERTIA_SNAPSHOTS"] == "write" {
      try digests.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(try digests == String(contentsOf: golden, encoding: .utf8))
  }
}
