internal import CHDF5
import Synchronization

/// An HDF5 file, on disk or in memory, open until its owner ends.
///
/// Files are made in a format that HDF5 1.8 reads, keep no times, and remember the order in which groups,
/// datasets and attributes were made: the same calls give the same bytes.
public struct HDF5File: ~Copyable {
  private let id: OwnedID
  /// How many zero bytes precede HDF5's own in ``image()``.
  private let userBlock: Int

  /// Makes a file in memory; ``image()`` gives its bytes.
  ///
  /// - Parameter userBlock: how many zero bytes precede HDF5's own: 0, or a power of two from 512.
  ///
  /// The corresponding C functions are `H5Pset_fapl_core` and `H5Fcreate`.
  public init(inMemoryWithUserBlock userBlock: Int = 0) throws(HDF5Error) {
    let access = try accessProperties()
    let raw = access.raw
    // The file grows by this many bytes at a time; nothing is written to disk.
    _ = try Library.call("H5Pset_fapl_core", "memory") { H5Pset_fapl_core(raw, 1 << 20, false) }
    id = try create(uniqueName("memory"), chdf5_truncate, userBlock, access)
    self.userBlock = userBlock
  }

  /// Makes a file that must not exist yet.
  ///
  /// The corresponding C function is `H5Fcreate`.
  public init(creating path: String) throws(HDF5Error) {
    id = try create(path, chdf5_exclusive, 0, try accessProperties())
    userBlock = 0
  }

  /// Opens a file to read.
  ///
  /// The corresponding C function is `H5Fopen`.
  public init(opening path: String) throws(HDF5Error) {
    id = try OwnedID("H5Fopen", path, release: H5Fclose) {
      H5Fopen(path, chdf5_read_only(), hid_t(H5P_DEFAULT))
    }
    userBlock = 0
  }

  /// Opens a file to read that may be made to do harm.
  ///
  /// This process will load no filters from outside, now or later. Damage may still end it or make it run
  /// forever, so it should be a process for this file alone.
  ///
  /// The corresponding C functions are `H5PLset_loading_state` and `H5Fopen`.
  public init(openingUntrusted path: String) throws(HDF5Error) {
    _ = try Library.call("H5PLset_loading_state", path) { H5PLset_loading_state(0) }
    try self.init(opening: path)
  }

  /// Opens the bytes of a file to read; they are copied. A user block is skipped.
  ///
  /// - Parameter name: what messages call it.
  ///
  /// The corresponding C functions are `H5Pset_file_image` and `H5Fopen`.
  public init(image: [UInt8], name: String) throws(HDF5Error) {
    let access = try accessProperties()
    let raw = access.raw
    _ = try Library.call("H5Pset_fapl_core", name) { H5Pset_fapl_core(raw, 1 << 20, false) }
    _ = try Library.call("H5Pset_file_image", name) {
      // The library's declaration says it may write to the bytes; it copies them.
      image.withUnsafeBytes { bytes in
        H5Pset_file_image(raw, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
      }
    }
    let unique = uniqueName(name)
    id = try OwnedID("H5Fopen", name, release: H5Fclose) {
      H5Fopen(unique, chdf5_read_only(), raw)
    }
    userBlock = 0
  }

  /// The group that holds everything.
  ///
  /// The corresponding C function is `H5Gopen2`.
  public func root() throws(HDF5Error) -> HDF5Group {
    let raw = id.raw
    return HDF5Group(
      try OwnedID("H5Gopen2", "/", release: H5Gclose) {
        H5Gopen2(raw, "/", hid_t(H5P_DEFAULT))
      }, path: "/")
  }

  /// The bytes of a file that was made here, its user block included.
  ///
  /// The corresponding C functions are `H5Fflush` and `H5Fget_file_image`.
  public func image() throws(HDF5Error) -> [UInt8] {
    let raw = id.raw
    _ = try Library.call("H5Fflush", id.subject) { H5Fflush(raw, H5F_SCOPE_GLOBAL) }
    let size = try Library.call("H5Fget_file_image", id.subject) {
      H5Fget_file_image(raw, nil, 0)
    }
    // The library's image leaves the user block out.
    var bytes = [UInt8](repeating: 0, count: userBlock + size)
    _ = try Library.call("H5Fget_file_image", id.subject) {
      bytes.withUnsafeMutableBytes { bytes in
        H5Fget_file_image(raw, bytes.baseAddress.map { $0 + userBlock }, size)
      }
    }
    return bytes
  }

  /// Writes what is left and closes the file.
  ///
  /// The corresponding C function is `H5Fclose`.
  public consuming func close() throws(HDF5Error) {
    try id.close("H5Fclose")
  }
}

/// The library takes two files in memory of one name for the same file.
private func uniqueName(_ name: String) -> String {
  "\(name)#\(filesInMemory.wrappingAdd(1, ordering: .relaxed).newValue)"
}

private let filesInMemory = Atomic(0)

/// Files may use what HDF5 1.8 knows, where they need it.
///
/// - Note: Not what it knows throughout: its newer superblock has a checksum, which `H5Fget_file_image`
///   does not keep up to date.
///
/// The corresponding C functions are `H5Pcreate` and `H5Pset_libver_bounds`.
private func accessProperties() throws(HDF5Error) -> OwnedID {
  let access = try OwnedID("H5Pcreate", "file access", release: H5Pclose) {
    H5Pcreate(chdf5_file_access())
  }
  let raw = access.raw
  _ = try Library.call("H5Pset_libver_bounds", "file access") {
    H5Pset_libver_bounds(raw, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18)
  }
  return access
}

private func create(
  _ path: String, _ flags: () -> UInt32, _ userBlock: Int, _ access: borrowing OwnedID
) throws(HDF5Error) -> OwnedID {
  let creation = try OwnedID.creationProperties(of: "file", chdf5_file_create)
  let (properties, raw) = (access.raw, creation.raw)
  _ = try Library.call("H5Pset_userblock", path) { H5Pset_userblock(raw, hsize_t(userBlock)) }
  return try OwnedID("H5Fcreate", path, release: H5Fclose) {
    H5Fcreate(path, flags(), raw, properties)
  }
}
