internal import CHDF5

/// A dataset of whole numbers, opened only because all of it is in its file and nothing unusual is needed to
/// read it: what can be read of a file that may be made to do harm.
public struct PlainDataset: ~Copyable {
  private let dataset: OwnedID
  /// The length of each dimension, at least one.
  public let shape: [Int]

  fileprivate init(_ dataset: consuming OwnedID, shape: [Int]) {
    self.dataset = dataset
    self.shape = shape
  }

  /// The numbers of some entries along the first dimension, converted to a type that can hold them, or to
  /// its nearest number.
  ///
  /// The corresponding C functions are `H5Sselect_hyperslab` and `H5Dread`.
  public func read<Scalar: HDF5Scalar>(
    _ range: Range<Int>, as scalar: Scalar.Type
  ) throws(HDF5Error) -> [Scalar] {
    precondition(range.lowerBound >= 0 && range.upperBound <= shape[0])
    let (raw, subject) = (dataset.raw, dataset.subject)
    let file = try OwnedID("H5Dget_space", subject, release: H5Sclose) { H5Dget_space(raw) }
    let extents = [range.count] + shape.dropFirst()
    let memory = try OwnedID.space(extents, for: subject)
    let (from, to) = (file.raw, memory.raw)
    let start = [hsize_t(range.lowerBound)] + shape.dropFirst().map { _ in 0 }
    let count = extents.map { hsize_t($0) }
    _ = try Library.call("H5Sselect_hyperslab", subject) {
      H5Sselect_hyperslab(from, H5S_SELECT_SET, start, nil, count, nil)
    }
    return try values(count: extents.reduce(1, *), "H5Dread", subject) {
      H5Dread(raw, Scalar.hdf5Type.native, to, from, hid_t(H5P_DEFAULT), $0)
    }
  }
}

/// Something that a file has and that ``PlainDataset`` does not read.
public struct HDF5Refusal: Error, Hashable, CustomStringConvertible {
  /// The path of the group or dataset.
  public let subject: String
  public let reason: String

  public init(_ subject: String, _ reason: String) {
    (self.subject, self.reason) = (subject, reason)
  }

  public var description: String { "\(subject): \(reason)" }
}

extension HDF5Group {
  /// Opens a group that is in the file itself.
  ///
  /// - Throws: ``HDF5Refusal`` and ``HDF5Error``.
  public func plainGroup(_ name: String) throws -> HDF5Group {
    try requireHardLink(name)
    return try group(name)
  }

  /// Opens a dataset of whole numbers, if it is plain.
  ///
  /// - Parameters:
  ///   - byte: whether its numbers must be unsigned bytes.
  ///   - mostBytes: the most bytes its numbers may take.
  /// - Throws: ``HDF5Refusal`` and ``HDF5Error``.
  ///
  /// The corresponding C functions are `H5Dget_type`, `H5Tget_class`, `H5Tget_size`, `H5Tget_sign` and
  /// those named below.
  public func plainDataset(
    _ name: String, ofBytes byte: Bool, mostBytes: Int
  ) throws -> PlainDataset {
    try requireHardLink(name)
    let dataset = try open(name)
    let (raw, subject) = (dataset.raw, dataset.subject)
    let type = try OwnedID("H5Dget_type", subject, release: H5Tclose) { H5Dget_type(raw) }
    let typeID = type.raw
    let kind = try Library.call("H5Tget_class", subject) { H5Tget_class(typeID).rawValue }
    guard kind == H5T_INTEGER.rawValue else {
      throw HDF5Refusal(
        subject, "it does not hold whole numbers\(byte ? ", which must be uint8" : "")")
    }
    let size = try Library.call("H5Tget_size", subject) { Int(H5Tget_size(typeID)) }
    let sign = try Library.call("H5Tget_sign", subject) { H5Tget_sign(typeID).rawValue }
    guard !byte || size == 1 && sign == H5T_SGN_NONE.rawValue else {
      throw HDF5Refusal(subject, "it does not hold unsigned bytes (uint8)")
    }
    try requirePlainStorage(dataset, bytesEach: size)
    let (shape, _) = try extent(dataset, bytesEach: max(size, byte ? 1 : 8))
    guard !shape.isEmpty, !shape.contains(0) else {
      throw HDF5Refusal(subject, "it is empty")
    }
    guard shape.reduce(Double(byte ? 1 : 8), { $0 * Double($1) }) <= Double(mostBytes) else {
      throw HDF5Refusal(subject, "it has more than the \(mostBytes) bytes that are read")
    }
    return PlainDataset(dataset, shape: shape)
  }

  /// Refuses links to elsewhere, in the file or out of it, and names that are not there.
  ///
  /// The corresponding C functions are `H5Lexists` and `H5Lget_info`.
  private func requireHardLink(_ name: String) throws {
    let child = path(of: name)
    guard try contains(name) else { throw HDF5Refusal(child, "there is no such group or dataset") }
    let parent = id.raw
    let kind = try Library.call("H5Lget_info", child) { chdf5_link_kind(parent, name) }
    guard kind == H5L_TYPE_HARD.rawValue else {
      throw HDF5Refusal(child, "it is a link to elsewhere; put the data itself there")
    }
  }
}

/// The largest chunk that is read, in bytes: the library takes a whole one into memory.
private let largestChunk = 64 << 20

/// Refuses a dataset whose numbers are not all in the file, or need a filter that not every library has.
///
/// The corresponding C functions are `H5Dget_create_plist`, `H5Pget_external_count`, `H5Pget_layout`,
/// `H5Pget_chunk`, `H5Pget_nfilters` and `H5Pget_filter2`.
private func requirePlainStorage(_ dataset: borrowing OwnedID, bytesEach: Int) throws {
  let (raw, subject) = (dataset.raw, dataset.subject)
  let creation = try OwnedID("H5Dget_create_plist", subject, release: H5Pclose) {
    H5Dget_create_plist(raw)
  }
  let properties = creation.raw
  let files = try Library.call("H5Pget_external_count", subject) {
    H5Pget_external_count(properties)
  }
  guard files == 0 else {
    throw HDF5Refusal(subject, "its data are in another file; put them into this one")
  }
  let layout = try Library.call("H5Pget_layout", subject) { H5Pget_layout(properties).rawValue }
  guard layout != H5D_VIRTUAL.rawValue else {
    throw HDF5Refusal(subject, "it is a virtual dataset; put the data themselves there")
  }
  if layout == H5D_CHUNKED.rawValue {
    var lengths = [hsize_t](repeating: 0, count: 32)
    let rank = try Library.call("H5Pget_chunk", subject) { H5Pget_chunk(properties, 32, &lengths) }
    let bytes = lengths.prefix(Int(rank)).reduce(Double(bytesEach)) { $0 * Double($1) }
    guard bytes <= Double(largestChunk) else {
      throw HDF5Refusal(
        subject, "its chunks are larger than the \(largestChunk) bytes that are read")
    }
  }
  let filters = try Library.call("H5Pget_nfilters", subject) { H5Pget_nfilters(properties) }
  for index in 0..<UInt32(filters) {
    var name = [CChar](repeating: 0, count: 64)
    let filter = try Library.call("H5Pget_filter2", subject) {
      chdf5_filter(properties, index, &name, name.count - 1)
    }
    guard [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32].contains(filter) else {
      let text = String(
        decoding: name.prefix { $0 > 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw HDF5Refusal(
        subject,
        "it is stored through the filter \(filter)\(text.isEmpty ? "" : " (\(text))"), which is not"
          + " read; store it plain or with gzip")
    }
  }
}
