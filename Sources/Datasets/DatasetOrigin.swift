/// Where the files of a dataset are to be had, and what they must be.
struct DatasetOrigin {
  struct File {
    let name: String
    /// Its length in bytes.
    let size: Int
    /// Its SHA-256, 64 hex digits.
    let sha256: String

    init(_ name: String, size: Int, sha256: String) {
      (self.name, self.size, self.sha256) = (name, size, sha256)
    }
  }

  /// The address of the folder, without a slash at its end.
  let folder: String
  let files: [File]
}
