import Crypto
import Storage

/// A published dataset that lies in files.
package protocol FileDataset: Sendable {
  var name: String { get }
  /// What it is, in one line.
  var summary: String { get }
  /// Where a system package puts it, if one does.
  var packagedFolder: String? { get }
  /// How many images of which shape it has as published.
  var outline: DatasetOutline { get }
  /// How to get it.
  var remedy: String { get }
  /// The digest of the whole dataset as published, if known.
  var digest: String? { get }
  /// Where its files are to be had.
  var origin: DatasetOrigin { get }

  /// Whether a folder holds all its files.
  func isComplete(in folder: String) throws(DatasetError) -> Bool

  /// The first images of the files in a folder; all, where no number is given.
  func load(from folder: String, train: Int?, test: Int?) throws(DatasetError) -> ImageDataset
}

extension FileDataset {
  package var packagedFolder: String? { nil }

  package var digest: String? { nil }

  package var remedy: String {
    "set INERTIA_DATA to a folder for datasets and run: inertia data fetch \(name)"
  }

  /// Where it is looked for, in this order; the first folder that has all files counts.
  func folders(environment: [String: String]) -> [String] {
    var folders: [String] = []
    if let data = environment["INERTIA_DATA"], !data.isEmpty { folders.append("\(data)/\(name)") }
    if let packagedFolder { folders.append(packagedFolder) }
    return folders
  }

  /// The folder it is in.
  func folder(environment: [String: String]) throws(DatasetError) -> String {
    let folders = folders(environment: environment)
    for folder in folders where try isComplete(in: folder) { return folder }
    throw .missing(
      name: name, folders: folders.isEmpty ? ["$INERTIA_DATA/\(name)"] : folders, remedy: remedy)
  }

  /// Reads all of it and compares it with the published one, as far as that is known.
  package func verify(in folder: String) throws(DatasetError) -> VerifiedDataset {
    var compared = 0
    // By its digest, if one of the images is known; else file by file. A file is read as published if it is there so; one
    // unpacked by hand tells nothing.
    for file in origin.archive == nil && digest != nil ? [] : origin.files {
      let path = "\(folder)/\(file.name)"
      let found: String
      do throws(StorageError) {
        if origin.archive == nil, try Files.status(path) == nil { continue }
        found = hexadecimal(SHA256.hash(data: try Files.read(path, limit: 1 << 30)))
      } catch {
        throw .storage(error)
      }
      compared += 1
      guard found == file.sha256 else {
        // Damage that shows has a clearer message than a digest.
        _ = try load(from: folder, train: nil, test: nil)
        throw .wrongFile(file: path, expected: file.sha256, found: found)
      }
    }
    let dataset = try load(from: folder, train: nil, test: nil)
    if let digest {
      let found = dataset.digest
      guard found == digest else {
        throw .wrongDigest(name: name, folder: folder, expected: digest, found: found)
      }
    }
    return VerifiedDataset(
      dataset: dataset, isPublished: digest != nil || compared == origin.files.count)
  }
}

/// A dataset that was read whole.
public struct VerifiedDataset: Hashable, Sendable {
  public let dataset: ImageDataset
  /// Whether it is known to be the published one; if it were another, reading it would have failed.
  public let isPublished: Bool

  public init(dataset: ImageDataset, isPublished: Bool) {
    (self.dataset, self.isPublished) = (dataset, isPublished)
  }
}
