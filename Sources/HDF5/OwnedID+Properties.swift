internal import CHDF5

extension OwnedID {
  /// How files, groups and datasets are made: without times, in an order that is remembered.
  ///
  /// netCDF-4 wants the order of links and attributes kept.
  ///
  /// The corresponding C functions are `H5Pcreate`, `H5Pset_obj_track_times`,
  /// `H5Pset_attr_creation_order` and, but for datasets, `H5Pset_link_creation_order`.
  static func creationProperties(
    of subject: String, _ kind: () -> hid_t, linking: Bool = true
  ) throws(HDF5Error) -> OwnedID {
    let properties = try OwnedID("H5Pcreate", subject, release: H5Pclose) { H5Pcreate(kind()) }
    let raw = properties.raw
    let order = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)
    _ = try Library.call("H5Pset_obj_track_times", subject) {
      H5Pset_obj_track_times(raw, false)
    }
    _ = try Library.call("H5Pset_attr_creation_order", subject) {
      H5Pset_attr_creation_order(raw, order)
    }
    if linking {
      _ = try Library.call("H5Pset_link_creation_order", subject) {
        H5Pset_link_creation_order(raw, order)
      }
    }
    return properties
  }

  /// The corresponding C function is `H5Screate_simple`, or `H5Screate` for a single value.
  static func space(_ shape: [Int]?, for subject: String) throws(HDF5Error) -> OwnedID {
    guard let shape else {
      return try OwnedID("H5Screate", subject, release: H5Sclose) { H5Screate(H5S_SCALAR) }
    }
    let extents = shape.map { hsize_t($0) }
    return try OwnedID("H5Screate_simple", subject, release: H5Sclose) {
      H5Screate_simple(CInt(extents.count), extents, nil)
    }
  }

  /// Text in UTF-8 of any length, or of this many bytes, then padded with zeros.
  ///
  /// The corresponding C functions are `H5Tcopy`, `H5Tset_size`, `H5Tset_cset` and `H5Tset_strpad`.
  static func text(bytes: Int? = nil, for subject: String) throws(HDF5Error) -> OwnedID {
    let type = try OwnedID("H5Tcopy", subject, release: H5Tclose) { H5Tcopy(chdf5_c_string()) }
    let raw = type.raw
    _ = try Library.call("H5Tset_size", subject) {
      H5Tset_size(raw, bytes ?? chdf5_variable())
    }
    if bytes == nil {
      _ = try Library.call("H5Tset_cset", subject) { H5Tset_cset(raw, H5T_CSET_UTF8) }
    }
    return type
  }
}
