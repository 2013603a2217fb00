internal import CHDF5

/// A dataset and the dimension scale of each of its dimensions.
public struct HDF5DimensionUse: Hashable, Sendable {
  /// The dataset's name in its group.
  public let dataset: String
  /// The paths of the scales in the file, one for each dimension.
  public let scales: [String]

  public init(dataset: String, scales: [String]) {
    (self.dataset, self.scales) = (dataset, scales)
  }
}

/// Dimension scales, as "HDF5 Dimension Scale Specification" says: a dataset is a scale by its `CLASS`,
/// its users refer to it in `DIMENSION_LIST`, and it refers to them in `REFERENCE_LIST`.
///
/// - Note: The library's `H5DSattach_scale` writes the same, but lets uninitialised bytes into the file,
///   so that the same content would not give the same bytes.
extension HDF5Group {
  /// Makes a dataset of one dimension a dimension scale.
  public func makeScale(_ name: String) throws(HDF5Error) {
    let attributes = try attributes(of: name)
    try attributes.write(fixed: "DIMENSION_SCALE", "CLASS")
    try attributes.write(fixed: name, "NAME")
  }

  /// Attaches scales to the datasets of this group; once for each scale, with all its users.
  public func attachScales(_ uses: [HDF5DimensionUse]) throws(HDF5Error) {
    var users: [(scale: String, uses: [DimensionReference])] = []
    for use in uses {
      let dataset = try reference(to: path(of: use.dataset))
      var scales: [hobj_ref_t] = []
      for (dimension, scale) in use.scales.enumerated() {
        scales.append(try reference(to: scale))
        let entry = DimensionReference(dataset: dataset, dimension: UInt32(dimension), padding: 0)
        if let index = users.firstIndex(where: { $0.scale == scale }) {
          users[index].uses.append(entry)
        } else {
          users.append((scale, [entry]))
        }
      }
      try writeDimensionList(scales, to: use.dataset)
    }
    for user in users { try writeReferenceList(user.uses, to: user.scale) }
  }

  /// The corresponding C function is `H5Rcreate`.
  private func reference(to path: String) throws(HDF5Error) -> hobj_ref_t {
    let raw = id.raw
    var reference = hobj_ref_t()
    _ = try Library.call("H5Rcreate", path) {
      H5Rcreate(&reference, raw, path, H5R_OBJECT, -1)
    }
    return reference
  }

  /// For each dimension a list of its scales, here of one.
  ///
  /// The corresponding C function is `H5Tvlen_create`.
  private func writeDimensionList(
    _ scales: [hobj_ref_t], to name: String
  ) throws(HDF5Error) {
    let type = try OwnedID("H5Tvlen_create", path(of: name), release: H5Tclose) {
      H5Tvlen_create(chdf5_reference())
    }
    var scales = scales
    try attributes(of: name).write("DIMENSION_LIST", shape: [scales.count], type) {
      attribute, type in
      scales.withUnsafeMutableBufferPointer { scales in
        let lists = scales.indices.map { index in
          hvl_t(len: 1, p: scales.baseAddress.map { UnsafeMutableRawPointer($0 + index) })
        }
        return lists.withUnsafeBytes { H5Awrite(attribute, type, $0.baseAddress) }
      }
    }
  }

  /// Every use of a scale: a dataset, and which of its dimensions.
  ///
  /// The corresponding C functions are `H5Tcreate` and `H5Tinsert`.
  private func writeReferenceList(
    _ uses: [DimensionReference], to scale: String
  ) throws(HDF5Error) {
    let type = try OwnedID("H5Tcreate", scale, release: H5Tclose) {
      H5Tcreate(H5T_COMPOUND, MemoryLayout<DimensionReference>.stride)
    }
    let raw = type.raw
    _ = try Library.call("H5Tinsert", scale) { H5Tinsert(raw, "dataset", 0, chdf5_reference()) }
    _ = try Library.call("H5Tinsert", scale) {
      H5Tinsert(raw, "dimension", 8, chdf5_native_int32())
    }
    let group = id.raw
    let dataset = try OwnedID("H5Dopen2", scale, release: H5Dclose) {
      H5Dopen2(group, scale, hid_t(H5P_DEFAULT))
    }
    try HDF5Attributes(dataset).write("REFERENCE_LIST", shape: [uses.count], type) {
      attribute, type in
      uses.withUnsafeBytes { H5Awrite(attribute, type, $0.baseAddress) }
    }
  }
}

/// An entry of `REFERENCE_LIST`, as it lies in memory and in the file.
private struct DimensionReference {
  var dataset: hobj_ref_t
  var dimension: UInt32
  /// Named, so that it is zero and not whatever was there.
  var padding: UInt32
}
