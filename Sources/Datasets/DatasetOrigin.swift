/// Where the files of a dataset are to be had, and what they must be.
package struct DatasetOrigin: Sendable {
  package struct File: Sendable {
    package let name: String
    /// Its length in bytes.
    package let size: Int
    /// Its SHA-256, 64 hex digits.
    package let sha256: String

    package init(_ name: String, size: Int, sha256: String) {
      (self.name, self.size, self.sha256) = (name, size, sha256)
    }
  }

  /// A compressed tar archive that has the files.
  package struct Archive: Sendable {
    package let file: File
    /// The folder they are in, in the archive.
    package let folder: String
    /// More bytes than it has when it is decompressed.
    package let mostBytes: Int

    package init(_ file: File, folder: String, mostBytes: Int) {
      (self.file, self.folder, self.mostBytes) = (file, folder, mostBytes)
    }
  }

  /// The address of the folder, without a slash at its end.
  package let folder: String
  package let files: [File]
  /// What has the files, if the address does not have them one by one.
  package let archive: Archive?

  package init(folder: String, files: [File], archive: Archive? = nil) {
    (self.folder, self.files, self.archive) = (folder, files, archive)
  }
}
