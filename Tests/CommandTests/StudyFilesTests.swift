import Foundation
import Testing

/// The study files of this repository, each planned as a user would.
struct StudyFilesTests {
  private static let folder = Inertia.repository.appending(path: "studies")

  static let files: [String] = {
    let paths = FileManager.default.enumerator(atPath: folder.path(percentEncoded: false))
    return (paths?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  @Test func thereAreStudiesOfThePaperAndOfTwoCores() {
    #expect(Self.files.contains { $0.hasPrefix("paper/") })
    #expect(Self.files.contains { $0.hasPrefix("cpu/") })
  }

  @Test(arguments: files)
  func everyStudyIsPlanned(file: String) throws {
    let inertia = try Inertia()
    let path = Self.folder.appending(path: file).path(percentEncoded: false)
    // Datasets that no package brings are not on a new machine; an outline of them is enough.
    let plan = try inertia.run("plan", path)
    #expect(plan.status == 0, "\(plan.errors)")
    for line in ["state: ", "work: ", "time: ", "disk: "] {
      #expect(plan.output.contains("\n\(line)"))
    }
    #expect(!inertia.folder.exists("results"))
  }
}
