internal import CHDF5

/// A group of an HDF5 file: named groups and datasets, in the order they were made.
///
/// Names may contain dots, not slashes.
public struct HDF5Group: ~Copyable {
  let id: OwnedID
  /// Its path in the file.
  public let path: String

  init(_ id: consuming OwnedID, path: String) {
    self.id = id
    self.path = path
  }

  /// The path of a child.
  func path(of name: String) -> String {
    precondition(!name.isEmpty && !name.utf8.contains(UInt8(ascii: "/")), "a name has no slash")
    return path == "/" ? "/\(name)" : "\(path)/\(name)"
  }

  /// Its attributes.
  public func attributes() throws(HDF5Error) -> HDF5Attributes {
    HDF5Attributes(try id.shared())
  }

  /// Makes a group.
  ///
  /// The corresponding C function is `H5Gcreate2`.
  public func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    let child = path(of: name)
    let creation = try OwnedID.creationProperties(of: child, chdf5_group_create)
    let (parent, properties, links) = (id.raw, creation.raw, hid_t(H5P_DEFAULT))
    return HDF5Group(
      try OwnedID("H5Gcreate2", child, release: H5Gclose) {
        H5Gcreate2(parent, name, links, properties, hid_t(H5P_DEFAULT))
      }, path: child)
  }

  /// Opens a group.
  ///
  /// The corresponding C function is `H5Gopen2`.
  public func group(_ name: String) throws(HDF5Error) -> HDF5Group {
    let child = path(of: name)
    let parent = id.raw
    return HDF5Group(
      try OwnedID("H5Gopen2", child, release: H5Gclose) {
        H5Gopen2(parent, name, hid_t(H5P_DEFAULT))
      }, path: child)
  }

  /// Whether there is a group or dataset of this name.
  ///
  /// The corresponding C function is `H5Lexists`.
  public func contains(_ name: String) throws(HDF5Error) -> Bool {
    let child = path(of: name)
    let parent = id.raw
    return try Library.call("H5Lexists", child) {
      H5Lexists(parent, name, hid_t(H5P_DEFAULT))
    } > 0
  }

  /// The names of its groups and datasets, in the order they were made, or by name if the file keeps no order.
  ///
  /// The corresponding C functions are `H5Gget_info` and `H5Lget_name_by_idx`.
  public var names: [String] {
    get throws(HDF5Error) {
      let raw = id.raw
      var information = H5G_info_t()
      _ = try Library.call("H5Gget_info", path) { H5Gget_info(raw, &information) }
      let order = try isOrdered ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME
      var names: [String] = []
      for index in 0..<information.nlinks {
        names.append(
          try text("H5Lget_name_by_idx", path) { buffer, size in
            H5Lget_name_by_idx(
              raw, ".", order, H5_ITER_INC, index, buffer, size, hid_t(H5P_DEFAULT))
          })
      }
      return names
    }
  }

  /// The corresponding C functions are `H5Gget_create_plist` and `H5Pget_link_creation_order`.
  private var isOrdered: Bool {
    get throws(HDF5Error) {
      let raw = id.raw
      let creation = try OwnedID("H5Gget_create_plist", path, release: H5Pclose) {
        H5Gget_create_plist(raw)
      }
      let properties = creation.raw
      var flags: UInt32 = 0
      _ = try Library.call("H5Pget_link_creation_order", path) {
        H5Pget_link_creation_order(properties, &flags)
      }
      return flags & UInt32(H5P_CRT_ORDER_INDEXED) != 0
    }
  }
}
