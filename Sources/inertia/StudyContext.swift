import Analysis
import ArgumentParser
import Datasets
import Diffusion
import Foundation
import Networks
import Records
import Running
import Storage
import Studies

/// The study file and the results folder: what most commands are given.
struct StudyOptions: ParsableArguments {
  @Argument(help: "The study file, such as studies/quick.yaml.", completion: .file())
  var study: String

  @OptionGroup var folder: ResultsOption
  var results: String { folder.results }
}

/// `--results`.
struct ResultsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("The folder for results.", valueName: "dir"), completion: .directory)
  var results = "results"

  func validate() throws {
    // With nothing before it, /cells would be the folder of the records.
    if results.isEmpty { throw ValidationError("--results takes the path of a folder") }
  }
}

/// A study, its grid over the images it uses, and what a results folder holds of it.
struct StudyContext: Sendable {
  let path: String
  /// The text of the study file.
  let text: [UInt8]
  let resultsFolder: String
  let grid: StudyGrid
  /// The images, if they were loaded.
  private let loaded: SharedImages?

  var study: Study { grid.study }
  /// The study's own folder of tables and figures.
  var folder: String { "\(resultsFolder)/\(study.name)" }
  /// Where tables and figures are written, the study's own folder first.
  var foldersOfTables: [String] { [folder, "\(folder)/tables", "\(folder)/figures"] }
  var records: RecordStore { RecordStore(resultsFolder: resultsFolder) }
  var work: WorkFolder { WorkFolder(resultsFolder: resultsFolder) }

  /// Reads a study and the images it uses; changes nothing.
  init(study path: String, resultsFolder: String) throws {
    if try Files.status(path)?.isFolder == true { throw CommandError.aFolder(path) }
    let study = try StudyReader.read(path: path)
    let text = try Files.read(path, limit: 1 << 24)
    try self.init(study, path: path, text: text, resultsFolder: resultsFolder)
  }

  init(_ options: StudyOptions) throws {
    try self.init(study: options.study, resultsFolder: options.results)
  }

  /// Reads a study to plan it: of a published dataset that is not on this machine its outline will do.
  ///
  /// Then ``isOutline`` is true, and the ids of the cells are not those they will have.
  init(planning options: StudyOptions) throws {
    do {
      try self.init(options)
    } catch let error as DatasetError {
      let study = try StudyReader.read(path: options.study)
      let outline = DatasetCatalog.outline(study.dataset.name)
      guard error.isAbsence, let outline else { throw error }
      try self.init(
        study, path: options.study, text: [], resultsFolder: options.results,
        identity: DatasetIdentity(outline, of: study.dataset))
    }
  }

  /// Whether the images are not on this machine and only their number and shape are known.
  var isOutline: Bool { study.images != nil && grid.dataset.digest.isEmpty }

  /// The study whose results a folder holds, such as results/quick.
  init(results folder: String) throws {
    var plain = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    // The folder's own name is needed, and `.` and `..` do not tell it.
    if plain.split(separator: "/").last?.allSatisfy({ $0 == "." }) ?? true {
      plain = URL(filePath: plain).standardizedFileURL.path(percentEncoded: false)
      if plain.count > 1, plain.hasSuffix("/") { plain.removeLast() }
    }
    let path = "\(plain)/study.yaml"
    guard try Files.status(path) != nil else { throw CommandError.notAStudyFolder(folder) }
    let study = try StudyReader.read(path: path)
    let text = try Files.read(path, limit: 1 << 24)
    try self.init(
      study, path: path, text: text, resultsFolder: Files.folder(of: plain),
      identity: study.images != nil ? try keptIdentity(of: study.dataset, in: plain) : nil)
    guard plain.split(separator: "/").last.map(String.init) == study.name else {
      throw CommandError.renamedFolder(path: folder, study: study.name)
    }
  }

  /// - Parameter identity: which images they are, where the images themselves are not needed.
  private init(
    _ study: Study, path: String, text: [UInt8], resultsFolder: String,
    identity known: DatasetIdentity? = nil
  ) throws {
    (self.path, self.text, self.resultsFolder) = (path, text, resultsFolder)
    guard study.images != nil else {
      loaded = nil
      grid = try StudyGrid(study, dataset: nil)
      return
    }
    loaded = known == nil ? try load(study.dataset, of: path) : nil
    guard let identity = known ?? loaded.map({ DatasetIdentity($0) }) else {
      preconditionFailure("the images are loaded or known")
    }
    // An unsuitable network is found here, not in every worker.
    if let simulation = study.simulation {
      try Self.check(simulation, on: identity, file: path)
    } else {
      try study.training.check(images: identity.train, file: path)
      try study.measure?.check(images: identity.train - study.training.validation, file: path)
      let shape = Shape(
        channels: identity.channels, height: identity.height, width: identity.width)
      _ = try study.network.network(input: shape, classes: identity.classes)
    }
    grid = try StudyGrid(study, dataset: identity)
  }

  /// Whether a small network can see images of this shape, and has the directions that are asked for.
  private static func check(
    _ simulation: Simulation, on images: DatasetIdentity, file: String
  ) throws {
    func unusable(_ key: String, _ reason: String) -> StudyError {
      StudyError(file: file, line: nil, problem: .unusable(key: key, reason: reason))
    }
    guard let network = simulation.network else { return }
    guard [images.height, images.width].allSatisfy({ $0.isMultiple(of: network.pool) }) else {
      throw unusable(
        "pool",
        "\(network.pool) does not divide images of \(images.height) x \(images.width) pixels")
    }
    guard case .networkSaddle(let saddle) = simulation else { return }
    let inputs = images.channels * images.height * images.width / (network.pool * network.pool)
    let count = network.parameterCount(inputs: inputs, classes: images.classes)
    guard count <= NetworkSaddle.mostParameters else {
      throw unusable(
        "hidden",
        "the network has \(count) parameters, and a saddle is sought in at most "
          + "\(NetworkSaddle.mostParameters); give it fewer, or a larger 'pool'")
    }
    if let place = saddle.directions.first(where: { $0.magnitude > count }) {
      throw unusable("directions", "\(place) is beyond the network's \(count) parameters")
    }
  }

  /// Makes sure that the study's folder is free or holds this study.
  ///
  /// An edited study keeps its folder. It counts as another one when its dataset or its network is
  /// another: then no cell, no table and no axis of the two has anything in common.
  func checkName() throws { try Self.checkName(of: study, at: path, folder: folder) }

  /// Makes sure of it without reading images.
  static func checkName(of study: Study, at path: String, folder: String) throws {
    let kept = "\(folder)/study.yaml"
    guard try Files.status(kept) != nil else { return }
    let other = try StudyReader.read(path: kept)
    let what: String
    if other.kind != study.kind {
      what = "kind is \(other.kind)"
    } else if study.simulation != nil {
      return
    } else if other.dataset.name != study.dataset.name {
      what = "dataset is \(other.dataset.name)"
    } else if other.network.name != study.network.name {
      what = "network is \(other.network.name)"
    } else {
      return
    }
    throw CommandError.nameTaken(name: study.name, by: path, folder: folder, what: what)
  }

  /// Keeps the study file in the study's folder, so that the cells of an unfinished study are known to be its
  /// own, which images it uses, so that its results can be read without them, and the published table that it names.
  func keepText() throws {
    _ = try published()
    try Files.makeFolder(folder)
    var files = [("study.yaml", text)]
    if study.images != nil {
      files.append((datasetFile, Array((grid.dataset.canonicalJSON + "\n").utf8)))
    }
    if let table = try publishedFile() { files.append(table) }
    for (name, content) in files {
      let path = "\(folder)/\(name)"
      if try Files.status(path) != nil, try Files.read(path, limit: 1 << 24) == content { continue }
      try Files.writeAtomically(path, content)
    }
  }

  /// The images; `nil` for a simulation without.
  func images() throws -> SharedImages? {
    guard study.images != nil else { return nil }
    return try loaded ?? load(study.dataset, of: path)
  }

  /// The network it trains.
  func network() throws -> Network {
    let dataset = grid.dataset
    return try study.network.network(
      input: Shape(channels: dataset.channels, height: dataset.height, width: dataset.width),
      classes: dataset.classes)
  }
}

/// Where a study's folder says which images the study uses.
private let datasetFile = "dataset.json"

/// Which images a study's folder says that the study uses, if it says so of the images that are asked for.
private func keptIdentity(
  of request: DatasetRequest, in folder: String
) throws -> DatasetIdentity? {
  let path = "\(folder)/\(datasetFile)"
  guard try Files.status(path) != nil else { return nil }
  let text = String(decoding: try Files.read(path, limit: 1 << 16), as: UTF8.self)
  guard let identity = try? DatasetIdentity(canonicalJSON: String(text.dropLast())) else {
    throw CommandError.damagedIdentity(path)
  }
  let isOfRequest =
    identity.name == request.name && request.train ?? identity.train == identity.train
    && request.test ?? identity.test == identity.test
  return isOfRequest ? identity : nil
}

/// The images that a study asks for.
private func load(_ request: DatasetRequest, of study: String) throws -> SharedImages {
  guard let file = request.file else {
    return try SharedImages(
      try DatasetCatalog.load(
        request.name, train: request.train, test: request.test,
        environment: ProcessInfo.processInfo.environment))
  }
  func mistake(_ reason: String) -> StudyError {
    StudyError(file: study, line: file.line, problem: .unusable(key: "file", reason: reason))
  }
  guard !DatasetCatalog.names.contains(request.name) else {
    throw mistake("there is a dataset '\(request.name)'; give the images in the file another name")
  }
  let path =
    file.path.hasPrefix("/") ? file.path : "\(Files.folder(of: study))/\(file.path)"
  do throws(DatasetError) {
    return try SharedImages(
      try ReadImages.reader.load(
        path, name: request.name, train: request.train, test: request.test))
  } catch {
    // A study's folder has a copy of its file, to which paths are then relative.
    let isCopy = try Files.status("\(Files.folder(of: study))/\(datasetFile)") != nil
    guard isCopy, !file.path.hasPrefix("/"), try Files.status(path) == nil else {
      throw mistake(error.description)
    }
    throw mistake(
      "there is no '\(path)'; from the results, 'file' is looked for beside \(study): link it there, or give an "
        + "absolute path in the study file")
  }
}

extension MeasureSettings {
  /// Checks likewise what is measured.
  fileprivate func check(images: Int, file: String) throws(StudyError) {
    for samples in [hessian?.samples, noise?.samples] {
      guard let samples, samples > images else { continue }
      throw StudyError(
        file: file, line: nil,
        problem: .outOfRange(
          key: "samples", expected: "at most the \(images) images trained on", found: "\(samples)"))
    }
  }
}

extension TrainingSettings {
  /// Checks what the reader of study files cannot where the file leaves the number of images open.
  fileprivate func check(images: Int, file: String) throws(StudyError) {
    func mistake(_ key: String, _ expected: String, _ found: Int) -> StudyError {
      StudyError(
        file: file, line: nil,
        problem: .outOfRange(key: key, expected: expected, found: "\(found)"))
    }
    guard validation < images else {
      throw mistake("validation", "less than the \(images) training images", validation)
    }
    if case .images(let count) = batch, count > images - validation {
      throw mistake("batch", "at most the \(images - validation) images trained on, or all", count)
    }
  }
}

extension DatasetIdentity {
  init(_ images: SharedImages) {
    let dataset = images.dataset
    self.init(
      name: dataset.name, train: dataset.train.count, test: dataset.test.count,
      digest: images.digest, mean: dataset.mean, standardDeviation: dataset.standardDeviation,
      channels: dataset.train.channels, height: dataset.train.height, width: dataset.train.width,
      classes: dataset.classes)
  }

  /// The images that a study asks for of a dataset that is not here; without their digest.
  init(_ outline: DatasetOutline, of request: DatasetRequest) {
    self.init(
      name: outline.name, train: min(request.train ?? outline.train, outline.train),
      test: min(request.test ?? outline.test, outline.test), digest: "", mean: outline.mean,
      standardDeviation: outline.standardDeviation, channels: outline.channels,
      height: outline.height, width: outline.width, classes: outline.classes)
  }
}
