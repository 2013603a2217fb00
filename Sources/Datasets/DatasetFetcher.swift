import Crypto
import Storage

/// Gets datasets from where they are published.
public enum DatasetFetcher {
  /// A file that was fetched, or was there already.
  public struct Item: Hashable, Sendable {
    public let path: String
    public let wasFetched: Bool
  }

  /// Fetches the files of a dataset into the folder of its name in `INERTIA_DATA`.
  ///
  /// - Parameters:
  ///   - folder: the address of a folder that has the same files, instead of the published one.
  ///   - report: told each file when it is in its place.
  /// - Throws: ``FetchError``. Files fetched before stay; running again goes on.
  public static func fetch(
    _ name: String, from folder: String? = nil, environment: [String: String],
    report: (Item) -> Void = { _ in }
  ) throws(FetchError) {
    guard !SyntheticDataset.all.contains(where: { $0.name == name }) else {
      throw .nothingToFetch(name: name)
    }
    let dataset: any FileDataset
    do throws(DatasetError) {
      dataset = try DatasetCatalog.dataset(name)
    } catch {
      throw .dataset(error)
    }
    guard let data = environment["INERTIA_DATA"], !data.isEmpty else { throw .noFolder }
    try fetch(
      dataset.origin, from: folder ?? dataset.origin.folder, into: "\(data)/\(name)",
      environment: environment, report: report)
  }

  /// Fetches what an origin has from an address into a folder.
  package static func fetch(
    _ origin: DatasetOrigin, from address: String, into folder: String,
    environment: [String: String], report: (Item) -> Void = { _ in }
  ) throws(FetchError) {
    let source = address.hasSuffix("/") ? String(address.dropLast()) : address
    func download(_ file: DatasetOrigin.File) -> Download {
      Download(address: "\(source)/\(file.name)", sha256: file.sha256, limit: file.size)
    }
    guard let archive = origin.archive else {
      for file in origin.files {
        let path = "\(folder)/\(file.name)"
        let wasFetched = try download(file).save(to: path, environment: environment)
        report(Item(path: path, wasFetched: wasFetched))
      }
      return
    }
    var isMissing: [Bool] = []
    for file in origin.files {
      isMissing.append(try !download(file).isThere("\(folder)/\(file.name)"))
    }
    if isMissing.contains(true) {
      let path = "\(folder)/\(archive.file.name)"
      try download(archive.file).save(to: path, environment: environment)
      try unpack(archive, at: path, origin.files, into: folder)
    }
    for (file, wasFetched) in zip(origin.files, isMissing) {
      report(Item(path: "\(folder)/\(file.name)", wasFetched: wasFetched))
    }
  }

  /// Unpacks files of an archive whose digest was checked, and removes it.
  private static func unpack(
    _ archive: DatasetOrigin.Archive, at path: String, _ files: [DatasetOrigin.File],
    into folder: String
  ) throws(FetchError) {
    do {
      let compressed = try Files.read(path, limit: archive.file.size)
      let content = TarArchive(try Gzip.prefix(archive.mostBytes, of: compressed))
      for file in files {
        guard let bytes = content.file("\(archive.folder)/\(file.name)"),
          hexadecimal(SHA256.hash(data: bytes)) == file.sha256
        else { throw FetchError.notInArchive(file: file.name, archive: path) }
        try Files.writeAtomically("\(folder)/\(file.name)", Array(bytes))
      }
      try Files.remove(path)
    } catch let error as StorageError {
      throw .storage(error)
    } catch let error as GzipError {
      throw .dataset(.damaged(file: path, offset: error.offset, reason: error.reason))
    } catch let error as FetchError {
      throw error
    } catch {
      throw .local(path: path, reason: "\(error)")
    }
  }
}
