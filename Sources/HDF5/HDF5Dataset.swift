internal import CHDF5

/// How a dataset lies in its file.
public enum HDF5Layout: Hashable, Sendable {
  /// As it is, in one piece: quickest, and right for what does not compress.
  case contiguous
  /// In chunks of this shape, bytes of one significance together, compressed by zlib.
  case compressed(chunk: [Int])
}

/// A dataset that was just made.
public struct HDF5Dataset: ~Copyable {
  let id: OwnedID

  init(_ id: consuming OwnedID) { self.id = id }

  /// Its attributes.
  public func attributes() throws(HDF5Error) -> HDF5Attributes {
    HDF5Attributes(try id.shared())
  }
}

extension HDF5Group {
  /// Makes a dataset of numbers in row-major order.
  ///
  /// - Parameters:
  ///   - shape: the length of each dimension; any may be 0.
  ///   - fill: what readers are told stands for a value that was never written.
  ///
  /// The corresponding C functions are `H5Dcreate2` and `H5Dwrite`.
  @discardableResult
  public func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], shape: [Int], to name: String, layout: HDF5Layout = .contiguous,
    fill: Scalar? = nil
  ) throws(HDF5Error) -> HDF5Dataset {
    precondition(values.count == shape.reduce(1, *), "the values fill the shape")
    let subject = path(of: name)
    let creation = try properties(subject, shape, layout)
    let properties = creation.raw
    if var fill {
      _ = try Library.call("H5Pset_fill_value", subject) {
        H5Pset_fill_value(properties, Scalar.hdf5Type.native, &fill)
      }
    }
    let type = try OwnedID("H5Tcopy", subject, release: H5Tclose) {
      H5Tcopy(Scalar.hdf5Type.stored)
    }
    let dataset = try create(name, subject, type, shape, creation)
    let raw = dataset.raw
    if !values.isEmpty {
      _ = try Library.call("H5Dwrite", subject) {
        values.withUnsafeBytes {
          H5Dwrite(
            raw, Scalar.hdf5Type.native, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT),
            $0.baseAddress)
        }
      }
    }
    return HDF5Dataset(dataset)
  }

  /// Makes a dataset of numbers in one dimension.
  @discardableResult
  public func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], to name: String
  ) throws(HDF5Error) -> HDF5Dataset {
    try write(values, shape: [values.count], to: name)
  }

  /// Makes a dataset of texts in UTF-8.
  ///
  /// The corresponding C functions are `H5Dcreate2` and `H5Dwrite`.
  @discardableResult
  public func write(
    _ texts: [String], shape: [Int], to name: String
  ) throws(HDF5Error) -> HDF5Dataset {
    precondition(texts.count == shape.reduce(1, *), "the values fill the shape")
    let subject = path(of: name)
    let creation = try properties(subject, shape, .contiguous)
    let type = try OwnedID.text(for: subject)
    let dataset = try create(name, subject, type, shape, creation)
    let (raw, typeID) = (dataset.raw, type.raw)
    if !texts.isEmpty {
      _ = try Library.call("H5Dwrite", subject) {
        withCStrings(texts) {
          H5Dwrite(raw, typeID, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), $0)
        }
      }
    }
    return HDF5Dataset(dataset)
  }

  func create(
    _ name: String, _ subject: String, _ type: borrowing OwnedID, _ shape: [Int],
    _ creation: borrowing OwnedID
  ) throws(HDF5Error) -> OwnedID {
    let space = try OwnedID.space(shape, for: subject)
    let (parent, typeID, extent, properties) = (id.raw, type.raw, space.raw, creation.raw)
    return try OwnedID("H5Dcreate2", subject, release: H5Dclose) {
      H5Dcreate2(
        parent, name, typeID, extent, hid_t(H5P_DEFAULT), properties, hid_t(H5P_DEFAULT))
    }
  }
}

/// The corresponding C functions are `H5Pset_chunk`, `H5Pset_shuffle` and `H5Pset_deflate`.
func properties(
  _ subject: String, _ shape: [Int], _ layout: HDF5Layout
) throws(HDF5Error) -> OwnedID {
  let creation = try OwnedID.creationProperties(of: subject, chdf5_dataset_create, linking: false)
  let raw = creation.raw
  // An empty dataset has no chunks.
  if case .compressed(let chunk) = layout, !shape.contains(0) {
    precondition(chunk.count == shape.count, "a chunk has the dimensions of its dataset")
    let extents = chunk.map { hsize_t($0) }
    _ = try Library.call("H5Pset_chunk", subject) {
      H5Pset_chunk(raw, CInt(extents.count), extents)
    }
    _ = try Library.call("H5Pset_shuffle", subject) { H5Pset_shuffle(raw) }
    _ = try Library.call("H5Pset_deflate", subject) { H5Pset_deflate(raw, 4) }
  }
  return creation
}
