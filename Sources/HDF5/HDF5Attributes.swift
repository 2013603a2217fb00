internal import CHDF5

/// The attributes of a group or dataset.
public struct HDF5Attributes: ~Copyable {
  private let id: OwnedID

  init(_ id: consuming OwnedID) { self.id = id }

  private func subject(_ name: String) -> String { "\(id.subject)@\(name)" }

  // MARK: Writing

  /// Writes one number.
  public func write<Scalar: HDF5Scalar>(_ value: Scalar, _ name: String) throws(HDF5Error) {
    try write([value], shape: nil, name)
  }

  /// Writes a list of numbers.
  public func write<Scalar: HDF5Scalar>(_ values: [Scalar], _ name: String) throws(HDF5Error) {
    try write(values, shape: [values.count], name)
  }

  /// Writes a text, in UTF-8 without a length of its own, which h5py reads as `str`.
  public func write(_ text: String, _ name: String) throws(HDF5Error) {
    try write([text], shape: nil, name)
  }

  /// Writes a list of texts.
  public func write(_ texts: [String], _ name: String) throws(HDF5Error) {
    try write(texts, shape: [texts.count], name)
  }

  /// Writes a text of fixed length, as HDF5's dimension scales and netCDF-4 want theirs.
  public func write(fixed text: String, _ name: String) throws(HDF5Error) {
    let bytes = Array(text.utf8) + [0]
    let type = try OwnedID.text(bytes: bytes.count, for: subject(name))
    try write(name, shape: nil, type) { attribute, type in
      bytes.withUnsafeBytes { H5Awrite(attribute, type, $0.baseAddress) }
    }
  }

  private func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], shape: [Int]?, _ name: String
  ) throws(HDF5Error) {
    let stored = try OwnedID("H5Tcopy", subject(name), release: H5Tclose) {
      H5Tcopy(Scalar.hdf5Type.stored)
    }
    try write(name, shape: shape, stored) { attribute, _ in
      values.withUnsafeBytes { H5Awrite(attribute, Scalar.hdf5Type.native, $0.baseAddress) }
    }
  }

  private func write(
    _ texts: [String], shape: [Int]?, _ name: String
  ) throws(HDF5Error) {
    let type = try OwnedID.text(for: subject(name))
    try write(name, shape: shape, type) { attribute, type in
      withCStrings(texts) { H5Awrite(attribute, type, $0) }
    }
  }

  /// The corresponding C functions are `H5Acreate2` and `H5Awrite`.
  func write(
    _ name: String, shape: [Int]?, _ type: borrowing OwnedID,
    _ body: (_ attribute: hid_t, _ type: hid_t) -> herr_t
  ) throws(HDF5Error) {
    let subject = subject(name)
    let space = try OwnedID.space(shape, for: subject)
    let (owner, extent, typeID) = (id.raw, space.raw, type.raw)
    let attribute = try OwnedID("H5Acreate2", subject, release: H5Aclose) {
      H5Acreate2(owner, name, typeID, extent, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    }
    let raw = attribute.raw
    _ = try Library.call("H5Awrite", subject) { body(raw, typeID) }
  }

  // MARK: Reading

  /// Whether there is an attribute of this name.
  ///
  /// The corresponding C function is `H5Aexists`.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    let raw = id.raw
    return try Library.call("H5Aexists", subject(name)) { H5Aexists(raw, name) } > 0
  }

  /// The names of all attributes, sorted.
  ///
  /// The corresponding C functions are `H5Aget_num_attrs` and `H5Aget_name_by_idx`.
  public var names: [String] {
    get throws(HDF5Error) {
      let raw = id.raw
      let count = try Library.call("H5Aget_num_attrs", id.subject) { H5Aget_num_attrs(raw) }
      var names: [String] = []
      for index in 0..<hsize_t(count) {
        names.append(
          try HDF5.text("H5Aget_name_by_idx", id.subject) { buffer, size in
            H5Aget_name_by_idx(
              raw, ".", H5_INDEX_NAME, H5_ITER_INC, index, buffer, size, hid_t(H5P_DEFAULT))
          })
      }
      return names
    }
  }

  /// One number.
  public func number<Scalar: HDF5Scalar>(
    _ name: String, as scalar: Scalar.Type
  ) throws(HDF5Error) -> Scalar {
    let values = try numbers(name, as: scalar)
    guard values.count == 1 else { throw wrongCount(name, values.count) }
    return values[0]
  }

  /// A list of numbers.
  public func numbers<Scalar: HDF5Scalar>(
    _ name: String, as scalar: Scalar.Type
  ) throws(HDF5Error) -> [Scalar] {
    let attribute = try open(name)
    let raw = attribute.raw
    let type = try OwnedID("H5Aget_type", attribute.subject, release: H5Tclose) {
      H5Aget_type(raw)
    }
    try Scalar.hdf5Type.check(type)
    let count = try count(attribute)
    return try HDF5.values(count: count, "H5Aread", attribute.subject) {
      H5Aread(raw, Scalar.hdf5Type.native, $0)
    }
  }

  /// One text.
  public func text(_ name: String) throws(HDF5Error) -> String {
    let values = try texts(name)
    guard values.count == 1 else { throw wrongCount(name, values.count) }
    return values[0]
  }

  /// A list of texts.
  public func texts(_ name: String) throws(HDF5Error) -> [String] {
    let attribute = try open(name)
    let raw = attribute.raw
    let type = try OwnedID("H5Aget_type", attribute.subject, release: H5Tclose) {
      H5Aget_type(raw)
    }
    return try readTexts(count: try count(attribute), type, "H5Aread") { type, buffer in
      H5Aread(raw, type, buffer)
    }
  }

  /// The corresponding C function is `H5Aopen`.
  private func open(_ name: String) throws(HDF5Error) -> OwnedID {
    let raw = id.raw
    return try OwnedID("H5Aopen", subject(name), release: H5Aclose) {
      H5Aopen(raw, name, hid_t(H5P_DEFAULT))
    }
  }

  /// The corresponding C functions are `H5Aget_space` and `H5Sget_simple_extent_npoints`.
  private func count(_ attribute: borrowing OwnedID) throws(HDF5Error) -> Int {
    let raw = attribute.raw
    let space = try OwnedID("H5Aget_space", attribute.subject, release: H5Sclose) {
      H5Aget_space(raw)
    }
    let extent = space.raw
    return try Library.call("H5Sget_simple_extent_npoints", attribute.subject) {
      Int(H5Sget_simple_extent_npoints(extent))
    }
  }

  private func wrongCount(_ name: String, _ count: Int) -> HDF5Error {
    HDF5Error("H5Aread", subject(name), ["it holds \(count) values, not one"])
  }
}
