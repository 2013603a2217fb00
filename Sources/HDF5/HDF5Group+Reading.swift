internal import CHDF5

/// The values of a dataset in row-major order, with its shape.
public struct HDF5Array<Element: Hashable & Sendable>: Hashable, Sendable {
  public let shape: [Int]
  public let values: [Element]
}

extension HDF5Group {
  /// Reads a dataset of numbers of exactly this type.
  ///
  /// The corresponding C function is `H5Dread`.
  public func read<Scalar: HDF5Scalar & Hashable>(
    _ name: String, as scalar: Scalar.Type
  ) throws(HDF5Error) -> HDF5Array<Scalar> {
    let dataset = try open(name)
    let raw = dataset.raw
    let type = try OwnedID("H5Dget_type", dataset.subject, release: H5Tclose) { H5Dget_type(raw) }
    try Scalar.hdf5Type.check(type)
    let (shape, count) = try extent(dataset, bytesEach: MemoryLayout<Scalar>.size)
    let numbers: [Scalar] = try values(count: count, "H5Dread", dataset.subject) {
      H5Dread(
        raw, Scalar.hdf5Type.native, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), $0)
    }
    return HDF5Array(shape: shape, values: numbers)
  }

  /// Reads a dataset of texts.
  ///
  /// The corresponding C function is `H5Dread`.
  public func readTexts(_ name: String) throws(HDF5Error) -> HDF5Array<String> {
    let dataset = try open(name)
    let raw = dataset.raw
    let type = try OwnedID("H5Dget_type", dataset.subject, release: H5Tclose) { H5Dget_type(raw) }
    // A text of any length takes 16 bytes where it is referred to.
    let (shape, count) = try extent(dataset, bytesEach: 16)
    let texts = try HDF5.readTexts(count: count, type, "H5Dread") { type, buffer in
      H5Dread(raw, type, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), buffer)
    }
    return HDF5Array(shape: shape, values: texts)
  }

  /// The attributes of a dataset.
  public func attributes(of name: String) throws(HDF5Error) -> HDF5Attributes {
    HDF5Attributes(try open(name))
  }

  /// The corresponding C function is `H5Dopen2`.
  func open(_ name: String) throws(HDF5Error) -> OwnedID {
    let parent = id.raw
    return try OwnedID("H5Dopen2", path(of: name), release: H5Dclose) {
      H5Dopen2(parent, name, hid_t(H5P_DEFAULT))
    }
  }
}

/// The shape of a dataset and its product, which may not claim more than its bytes in the file can hold.
///
/// The corresponding C functions are `H5Dget_space`, `H5Sget_simple_extent_ndims`,
/// `H5Sget_simple_extent_dims` and `H5Dget_storage_size`.
func extent(
  _ dataset: borrowing OwnedID, bytesEach: Int
) throws(HDF5Error) -> (shape: [Int], count: Int) {
  let (raw, subject) = (dataset.raw, dataset.subject)
  let space = try OwnedID("H5Dget_space", subject, release: H5Sclose) { H5Dget_space(raw) }
  let extent = space.raw
  let rank = try Library.call("H5Sget_simple_extent_ndims", subject) {
    H5Sget_simple_extent_ndims(extent)
  }
  var lengths = [hsize_t](repeating: 0, count: Int(rank))
  _ = try Library.call("H5Sget_simple_extent_dims", subject) {
    H5Sget_simple_extent_dims(extent, &lengths, nil)
  }
  let stored = try Library.call("H5Dget_storage_size", subject) {
    Int64(clamping: H5Dget_storage_size(raw))
  }
  // zlib makes at most 1,032 bytes of one; a small dataset may have been left to its fill value.
  let limit = max(0x1p20, Double(stored) * 1032)
  guard lengths.reduce(Double(bytesEach), { $0 * Double($1) }) <= limit else {
    throw HDF5Error("H5Dread", subject, ["it claims more values than its bytes can hold"])
  }
  let shape = lengths.map { Int(clamping: $0) }
  return (shape, shape.contains(0) ? 0 : shape.reduce(1, *))
}
