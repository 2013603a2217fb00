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
    let dataset: IDXDataset
    do throws(DatasetError) {
      dataset = try DatasetCatalog.files(name)
    } catch {
      throw .dataset(error)
    }
    guard let data = environment["INERTIA_DATA"], !data.isEmpty else { throw .noFolder }
    var source = folder ?? dataset.origin.folder
    if source.hasSuffix("/") { source.removeLast() }
    for file in dataset.origin.files {
      let path = "\(data)/\(name)/\(file.name)"
      let download = Download(
        address: "\(source)/\(file.name)", sha256: file.sha256, limit: file.size)
      let wasFetched = try download.save(to: path, environment: environment)
      report(Item(path: path, wasFetched: wasFetched))
    }
  }
}
