import ArgumentParser
import Storage

/// `inertia doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try whether a folder's file system does what results folders rely on.",
    discussion: """
      Makes small files in a folder of its own inside DIR, and removes them: exclusive creation, links, \
      renames and synchronization must work, also when several processes try at once. Ends with status 1 \
      if one does not: keep results elsewhere.

      For example:
        inertia doctor results
        inertia doctor /mnt/shared
      """)

  @Argument(
    help: "A folder, on the file system that results are to be kept on.", completion: .directory)
  var folder = "."

  func run() throws {
    guard try Files.status(folder)?.isFolder == true else {
      throw CommandError.noFolder(folder)
    }
    let findings = try FileSystemCheck.findings(in: folder)
    for finding in findings {
      put(
        "\(finding.problem == nil ? "yes" : "NO ")  \(finding.name)"
          + (finding.problem.map { ": \($0)" } ?? ""))
    }
    if findings.contains(where: { $0.problem != nil }) { throw ExitCode.failure }
  }
}
