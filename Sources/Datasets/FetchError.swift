import Storage

/// A download that failed.
public enum FetchError: Error, Hashable, CustomStringConvertible {
  /// The dataset is unknown.
  case dataset(DatasetError)
  /// The dataset is computed, so there is nothing to fetch.
  case nothingToFetch(name: String)
  /// `INERTIA_DATA` is not set.
  case noFolder
  /// Not an https or file address, nor http on this machine.
  case badAddress(String)
  /// The program that downloads is not installed.
  case noCurl
  /// curl failed with this exit status.
  case failed(address: String, status: Int32, reason: String)
  case tooLarge(address: String, limit: Int)
  case wrongDigest(address: String, expected: String, found: String)
  /// An archive does not hold a file, or another one of its name.
  case notInArchive(file: String, archive: String)
  case storage(StorageError)
  /// The partial file, or the program that downloads, could not be used.
  case local(path: String, reason: String)

  public var description: String {
    switch self {
    case .dataset(let error): error.description
    case .nothingToFetch(let name): "the dataset '\(name)' is computed and needs no files"
    case .noFolder: "INERTIA_DATA is not set; set it to the folder in which datasets are to be kept"
    case .badAddress(let address):
      "'\(address)' is not an address to fetch from; give https://, file:// or http://localhost"
    case .noCurl: "fetching needs curl; install it with: apt-get install curl"
    case .failed(let address, let status, let reason):
      "cannot fetch '\(address)': \(reason.isEmpty ? "curl ended with status \(status)" : reason)"
    case .tooLarge(let address, let limit):
      "'\(address)' is longer than the \(limit) bytes it may have; nothing of it is kept"
    case .wrongDigest(let address, let expected, let found):
      "'\(address)' has the SHA-256 \(found), not \(expected); nothing of it is kept"
    case .notInArchive(let file, let archive):
      "'\(archive)' does not hold the published '\(file)'"
    case .storage(let error): error.description
    case .local(let path, let reason): "cannot use '\(path)': \(reason)"
    }
  }
}
