/// The datasets a study can name.
public enum DatasetCatalog {
  /// Their names, in the order `inertia data list` gives them.
  public static let names =
    files.map(\.name) + SyntheticDataset.all.map(\.name) + [DatasetOutline.imageNet.name]

  /// Those that lie in files.
  static let files: [any FileDataset] = IDXDataset.all + CIFARDataset.all

  /// The first images of a dataset; all, where no number is given.
  ///
  /// Files are looked for in the folder of the dataset's name in `INERTIA_DATA`, then where a system package
  /// puts them. Only as much of them is decompressed as is used.
  ///
  /// - Throws: ``DatasetError`` if there is no such dataset, if it is not on this machine, if its files are
  ///   not what they should be or if it has fewer images.
  public static func load(
    _ name: String, train: Int?, test: Int?, environment: [String: String]
  ) throws(DatasetError) -> ImageDataset {
    if let synthetic = SyntheticDataset.all.first(where: { $0.name == name }) {
      return try synthetic.load(train: train, test: test)
    }
    let dataset = try dataset(name)
    return try dataset.load(
      from: try dataset.folder(environment: environment), train: train, test: test)
  }

  /// What is known of a dataset that need not be on this machine; `nil` for those that are computed.
  public static func outline(_ name: String) -> DatasetOutline? {
    if name == DatasetOutline.imageNet.name { return .imageNet }
    return files.first { $0.name == name }?.outline
  }

  /// What is known of a dataset without reading it.
  public struct Listing: Hashable, Sendable {
    public let name: String
    /// What it is, in one line.
    public let summary: String
    public let location: Location
  }

  /// Where a dataset is.
  public enum Location: Hashable, Sendable {
    /// It is computed and needs no files.
    case computed
    case folder(String)
    /// It is not on this machine; the error says where it was looked for and how to get it.
    case missing(DatasetError)
  }

  /// Every dataset with where it is.
  public static func list(environment: [String: String]) -> [Listing] {
    let listings = files.map { dataset in
      Listing(
        name: dataset.name, summary: dataset.summary,
        location: location(of: dataset, environment: environment))
    }
    return listings
      + SyntheticDataset.all.map {
        Listing(name: $0.name, summary: $0.summary, location: .computed)
      }
      + [
        Listing(
          name: DatasetOutline.imageNet.name,
          summary: "photographs of a thousand kinds of things, 224×224 in colour; for plans only",
          location: .missing(.notRead(name: DatasetOutline.imageNet.name)))
      ]
  }

  /// Reads all of a dataset and compares it with the published one, as far as that is known.
  ///
  /// - Throws: ``DatasetError``, also if it is another.
  public static func verify(
    _ name: String, environment: [String: String]
  ) throws(DatasetError) -> VerifiedDataset {
    guard let dataset = files.first(where: { $0.name == name }) else {
      return VerifiedDataset(
        dataset: try load(name, train: nil, test: nil, environment: environment),
        isPublished: false)
    }
    return try dataset.verify(in: try dataset.folder(environment: environment))
  }

  static func dataset(_ name: String) throws(DatasetError) -> any FileDataset {
    if name == DatasetOutline.imageNet.name { throw .notRead(name: name) }
    guard let dataset = files.first(where: { $0.name == name }) else {
      throw .unknown(name: name, known: names)
    }
    return dataset
  }

  private static func location(
    of dataset: any FileDataset, environment: [String: String]
  ) -> Location {
    do throws(DatasetError) {
      return .folder(try dataset.folder(environment: environment))
    } catch {
      return .missing(error)
    }
  }
}
