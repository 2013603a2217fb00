import Foundation
import Storage
import Testing

@Suite struct FilesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aFileIsReadAsItWasWritten() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try Files.writeAtomically(folder("a"), bytes)
    #expect(try Files.read(folder("a"), limit: 3_000_000) == bytes)
    #expect(try Files.prefix(folder("a"), count: 5) == Array(bytes.prefix(5)))
    #expect(try Files.status(folder("a"))?.size == 3_000_000)
    #expect(try Files.list(folder.path) == ["a"])
    try Files.writeAtomically(folder("a"), [])
    #expect(try Files.read(folder("a"), limit: 0) == [])
    #expect(try Files.prefix(folder("a"), count: 5) == [])
  }

  @Test func aFileLongerThanTheLimitIsRefused() throws {
    try Files.writeAtomically(folder("a"), [1, 2, 3])
    #expect(try Files.read(folder("a"), limit: 3) == [1, 2, 3])
    let error = #expect(throws: StorageError.self) { try Files.read(folder("a"), limit: 2) }
    #expect(error?.description == "cannot read '\(folder("a"))': File too large")
  }

  @Test func aFileOfUnknownSizeIsReadToItsEnd() throws {
    let bytes = try Files.read("/proc/self/status", limit: 1 << 20)
    #expect(String(decoding: bytes, as: UTF8.self).contains("Pid:"))
  }

  @Test func exclusiveCreationNeverReplaces() throws {
    try Files.createExclusively(folder("claim"), [1])
    let error = #expect(throws: StorageError.self) {
      try Files.createExclusively(folder("claim"), [2])
    }
    #expect(error?.isAlreadyThere == true)
    #expect(error?.description == "cannot create '\(folder("claim"))': File exists")
    #expect(try Files.read(folder("claim"), limit: 9) == [1])
  }

  @Test func publicationNeverReplacesAndLeavesNoTemporary() throws {
    try Files.makeFolder(folder("work"))
    let attempts: [(UInt8, Publication)] = [(1, .published), (2, .alreadyThere)]
    for (content, expected) in attempts {
      let temporary = try Files.writeTemporary([content], for: folder("x"), in: folder("work"))
      #expect(temporary.hasPrefix(folder("work/x.")))
      #expect(try Files.publish(temporary, as: folder("x")) == expected)
    }
    #expect(try Files.read(folder("x"), limit: 9) == [1])
    #expect(try Files.list(folder("work")) == [])
  }

  @Test func aFailedPublicationOrWriteLeavesNothing() throws {
    let temporary = try Files.writeTemporary([1], for: folder("x"), in: folder.path)
    #expect(throws: StorageError.self) {
      try Files.publish(temporary, as: folder("nowhere/x"))
    }
    try Files.makeFolder(folder("taken"))
    #expect(throws: StorageError.self) { try Files.writeAtomically(folder("taken"), [1]) }
    #expect(try Files.list(folder.path) == ["taken"])
  }

  @Test func movingNeverReplaces() throws {
    try Files.createExclusively(folder("a"), [1])
    try Files.createExclusively(folder("b"), [2])
    #expect(try Files.move(folder("a"), to: folder("b")) == .alreadyThere)
    #expect(try Files.move(folder("a"), to: folder("c")) == .published)
    #expect(try Files.list(folder.path) == ["b", "c"])
    #expect(try Files.read(folder("b"), limit: 9) == [2])
  }

  @Test func foldersAreMadeWithThoseAbove() throws {
    try Files.makeFolder(folder("a/b/c"))
    try Files.makeFolder(folder("a/b/c/"))
    #expect(try Files.status(folder("a/b/c"))?.isFolder == true)
    try Files.createExclusively(folder("file"), [])
    let error = #expect(throws: StorageError.self) { try Files.makeFolder(folder("file")) }
    #expect(error?.description == "cannot create the folder '\(folder("file"))': Not a directory")
  }

  @Test func whatIsNotThereIsSaid() throws {
    #expect(try Files.status(folder("no")) == nil)
    #expect(try Files.remove(folder("no")) == false)
    let error = #expect(throws: StorageError.self) { try Files.read(folder("no"), limit: 1) }
    #expect(error?.isNotFound == true)
    #expect(error?.description == "cannot open '\(folder("no"))': No such file or directory")
  }

  @Test func aFullDiskIsNamed() {
    let full = StorageError(.write, "/x/y", errno: ENOSPC)
    #expect(full.description == "cannot write '/x/y': No space left on device")
    #expect(full.isOutOfSpace)
  }

  @Test func permissionsAreWhatTheUmaskLeaves() throws {
    let mask = umask(0o027)
    defer { umask(mask) }
    try Files.writeAtomically(folder("a"), [])
    try Files.makeFolder(folder("f"))
    let attributes = FileManager.default.attributesOfItem
    #expect(try attributes(folder("a"))[.posixPermissions] as? Int == 0o640)
    #expect(try attributes(folder("f"))[.posixPermissions] as? Int == 0o750)
  }

  @Test func temporariesOfTheKilledAreRemovedByAge() throws {
    let old = try Files.writeTemporary([], for: folder("old"), in: folder.path)
    let new = try Files.writeTemporary([], for: folder("new"), in: folder.path)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: old)
    let removed = try Files.removeTemporaries(in: folder.path, olderThan: 3600)
    #expect(removed.map { folder($0) } == [old])
    #expect(try Files.list(folder.path).map { folder($0) } == [new])
  }

  @Test func temporariesOfTheDeadAreAbandonedAtOnce() throws {
    let mine = try Files.writeTemporary([], for: folder("mine"), in: folder.path)
    #expect(try Files.abandonedTemporaries(in: folder.path, olderThan: 3600) == [])
    // The same process number, started at another time.
    var parts = mine.split(separator: "-", omittingEmptySubsequences: false)
    parts[parts.count - 3] = "1"
    let dead = parts.joined(separator: "-")
    try FileManager.default.moveItem(atPath: mine, toPath: dead)
    #expect(try Files.removeTemporaries(in: folder.path).map { folder($0) } == [dead])
    #expect(try Files.list(folder.path) == [])
  }

  @Test func aFileSystemThatDoesWhatIsReliedOnPassesTheCheck() throws {
    let findings = try FileSystemCheck.findings(in: folder.path)
    #expect(findings.count == 7)
    #expect(findings.compactMap(\.problem) == [])
    #expect(try Files.list(folder.path) == [])
  }

  @Test func foldersOfPaths() {
    #expect(Files.folder(of: "/a/b/c") == "/a/b")
    #expect(Files.folder(of: "/a/b/") == "/a")
    #expect(Files.folder(of: "/a") == "/")
    #expect(Files.folder(of: "/") == "/")
    #expect(Files.folder(of: "a") == ".")
  }

  @Test func `a private folder is this user's, and nobody else's`() throws {
    let path = try Files.makePrivateFolder(in: folder("shared"))
    #expect(path == folder("shared/inertia-\(geteuid())"))
    func permissions() throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
    #expect(try permissions() == 0o700)
    #expect(try Files.makePrivateFolder(in: folder("shared")) == path)
    // One that others may write to, a link to a folder, and a file are refused.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
    #expect(throws: StorageError(.createFolder, path, errno: EPERM)) {
      try Files.makePrivateFolder(in: folder("shared"))
    }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(
      atPath: folder("elsewhere"), withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    try FileManager.default.createSymbolicLink(
      atPath: path, withDestinationPath: folder("elsewhere"))
    #expect(throws: StorageError.self) { try Files.makePrivateFolder(in: folder("shared")) }
    try FileManager.default.removeItem(atPath: path)
    try Files.createExclusively(path, [])
    #expect(throws: StorageError.self) { try Files.makePrivateFolder(in: folder("shared")) }
  }
}
