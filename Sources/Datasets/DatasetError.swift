import Storage

/// A dataset that cannot be used.
public enum DatasetError: Error, Hashable, CustomStringConvertible {
  case unknown(name: String, known: [String])
  /// None of these folders holds the dataset's files; `remedy` says how to get them.
  case missing(name: String, folders: [String], remedy: String)
  /// The dataset is known, but nothing here reads it.
  case notRead(name: String)
  /// The dataset has fewer images in this part than were asked for.
  case tooFew(name: String, part: String, asked: Int, available: Int)
  case storage(StorageError)

  // The files.
  case notGzip(file: String)
  case damaged(file: String, offset: Int, reason: String)
  case wrongMagic(file: String, found: UInt32, expected: UInt32)
  case wrongDimensions(file: String, dimensions: [Int])
  /// The file ends at `offset`, before all it announces.
  case truncated(file: String, offset: Int, expected: Int)
  /// The file goes on at `offset`, after all it announces.
  case oversized(file: String, offset: Int)
  case labelOutOfRange(file: String, offset: Int, label: Int, classes: Int)
  case countMismatch(images: String, count: Int, labels: String, labelCount: Int)
  /// Well formed, but not the published file or files.
  case wrongFile(file: String, expected: String, found: String)
  case wrongDigest(name: String, folder: String, expected: String, found: String)

  // A user's own file.
  /// The file is not as it must be, for the reason given.
  case refused(file: String, reason: String)
  /// Reading the file, in a process of its own, did not end well.
  case unreadable(file: String, how: String)

  /// Whether the dataset is just not on this machine.
  public var isAbsence: Bool {
    switch self {
    case .missing, .notRead: true
    default: false
    }
  }

  public var description: String {
    switch self {
    case .unknown(let name, let known):
      "there is no dataset '\(name)'; there are: \(known.joined(separator: ", "))"
    case .missing(let name, let folders, let remedy):
      "the dataset '\(name)' is not in \(folders.joined(separator: " or ")); \(remedy)"
    case .notRead(let name):
      "the dataset '\(name)' cannot be read yet: a study of it can be planned, not run"
    case .tooFew(let name, let part, let asked, let available):
      "the dataset '\(name)' has \(available) \(part) images, fewer than the \(asked) asked for"
    case .storage(let error): error.description
    case .notGzip(let file): "\(file): byte 0: not a gzip file, although its name says so"
    case .damaged(let file, let offset, let reason): "\(file): byte \(offset): \(reason)"
    case .wrongMagic(let file, let found, let expected):
      "\(file): byte 0: the file starts with \(hex(found)), not with \(hex(expected))"
    case .wrongDimensions(let file, let dimensions):
      "\(file): byte 4: the file announces \(product(dimensions)) values, which this dataset cannot have"
    case .truncated(let file, let offset, let expected):
      "\(file): byte \(offset): the file ends here, but announces \(expected) bytes; get it again"
    case .oversized(let file, let offset):
      "\(file): byte \(offset): the file goes on after all it announces; get it again"
    case .labelOutOfRange(let file, let offset, let label, let classes):
      "\(file): byte \(offset): the label \(label) is not in 0 to \(classes - 1)"
    case .countMismatch(let images, let count, let labels, let labelCount):
      "\(images) has \(count) images, but \(labels) has \(labelCount) labels"
    case .wrongFile(let file, let expected, let found):
      "\(file) is not the published file: its SHA-256 is \(found), not \(expected)"
    case .refused(let file, let reason): "\(file): \(reason)"
    case .unreadable(let file, let how):
      "\(file): reading it \(how); the file is damaged, or made to do harm"
    case .wrongDigest(let name, let folder, let expected, let found):
      "\(folder) does not hold the published '\(name)': its digest is \(found), not \(expected)"
    }
  }
}

private func hex(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}

private func product(_ dimensions: [Int]) -> String {
  dimensions.map(String.init).joined(separator: "×")
}
