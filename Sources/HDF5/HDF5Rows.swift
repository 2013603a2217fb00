internal import CHDF5

/// A dataset of numbers in two dimensions, read or written row by row.
public struct HDF5Rows<Scalar: HDF5Scalar>: ~Copyable {
  private let dataset: OwnedID
  /// The number of rows.
  public let count: Int
  /// The number of values in each row.
  public let length: Int

  init(_ dataset: consuming OwnedID, count: Int, length: Int) {
    self.dataset = dataset
    (self.count, self.length) = (count, length)
  }

  /// Reads a row, from 0.
  ///
  /// The corresponding C function is `H5Dread`.
  public func read(_ row: Int) throws(HDF5Error) -> [Scalar] {
    let file = try space(of: row)
    let memory = try OwnedID.space([length], for: dataset.subject)
    let (raw, from, to) = (dataset.raw, file.raw, memory.raw)
    return try values(count: length, "H5Dread", dataset.subject) {
      H5Dread(raw, Scalar.hdf5Type.native, to, from, hid_t(H5P_DEFAULT), $0)
    }
  }

  /// Writes a row, from 0.
  ///
  /// The corresponding C function is `H5Dwrite`.
  public func write(_ values: [Scalar], to row: Int) throws(HDF5Error) {
    precondition(values.count == length, "the values fill the row")
    let file = try space(of: row)
    let memory = try OwnedID.space([length], for: dataset.subject)
    let (raw, from, to) = (dataset.raw, memory.raw, file.raw)
    _ = try Library.call("H5Dwrite", dataset.subject) {
      values.withUnsafeBytes {
        H5Dwrite(raw, Scalar.hdf5Type.native, from, to, hid_t(H5P_DEFAULT), $0.baseAddress)
      }
    }
  }

  /// The row in the file.
  ///
  /// The corresponding C functions are `H5Dget_space` and `H5Sselect_hyperslab`.
  private func space(of row: Int) throws(HDF5Error) -> OwnedID {
    precondition(row >= 0 && row < count, "the dataset has the row")
    let (raw, subject) = (dataset.raw, dataset.subject)
    let file = try OwnedID("H5Dget_space", subject, release: H5Sclose) { H5Dget_space(raw) }
    let (space, start, extent) = (file.raw, [hsize_t(row), 0], [1, hsize_t(length)])
    _ = try Library.call("H5Sselect_hyperslab", subject) {
      H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, extent, nil)
    }
    return file
  }
}

extension HDF5Group {
  /// Opens a dataset of numbers of exactly this type, or gives `nil` if it has not two dimensions.
  public func rows<Scalar: HDF5Scalar>(
    _ name: String, as scalar: Scalar.Type
  ) throws(HDF5Error) -> HDF5Rows<Scalar>? {
    let dataset = try open(name)
    let raw = dataset.raw
    let type = try OwnedID("H5Dget_type", dataset.subject, release: H5Tclose) { H5Dget_type(raw) }
    try Scalar.hdf5Type.check(type)
    let (shape, _) = try extent(dataset, bytesEach: MemoryLayout<Scalar>.size)
    guard shape.count == 2 else { return nil }
    return HDF5Rows(dataset, count: shape[0], length: shape[1])
  }

  /// Makes a dataset of numbers in two dimensions, whose rows are yet to be written.
  public func createRows<Scalar: HDF5Scalar>(
    _ name: String, count: Int, length: Int, as scalar: Scalar.Type
  ) throws(HDF5Error) -> HDF5Rows<Scalar> {
    let subject = path(of: name)
    let creation = try properties(subject, [count, length], .contiguous)
    let type = try OwnedID("H5Tcopy", subject, release: H5Tclose) {
      H5Tcopy(Scalar.hdf5Type.stored)
    }
    return HDF5Rows(
      try create(name, subject, type, [count, length], creation), count: count, length: length)
  }

  /// Whether a dataset holds numbers of exactly this type.
  ///
  /// The corresponding C function is `H5Tequal`.
  public func holds<Scalar: HDF5Scalar>(
    _ scalar: Scalar.Type, in name: String
  ) throws(HDF5Error) -> Bool {
    let dataset = try open(name)
    let raw = dataset.raw
    let type = try OwnedID("H5Dget_type", dataset.subject, release: H5Tclose) { H5Dget_type(raw) }
    let found = type.raw
    return try Library.call("H5Tequal", dataset.subject) {
      H5Tequal(found, Scalar.hdf5Type.stored)
    } > 0
  }
}
