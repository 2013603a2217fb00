internal import CHDF5

/// An HDF5 identifier with exactly one owner, released when that owner ends.
///
/// This is the only type that closes identifiers. Because it is noncopyable, a double close or a use
/// after close does not compile.
struct OwnedID: ~Copyable {
  let raw: hid_t
  /// What it names, for messages.
  let subject: String
  private let close: (hid_t) -> herr_t
  private var isOpen = true

  /// Takes what a C function returns.
  init(
    _ function: String, _ subject: String, release close: @escaping (hid_t) -> herr_t,
    _ open: () -> hid_t
  ) throws(HDF5Error) {
    raw = try Library.call(function, subject, open)
    (self.subject, self.close) = (subject, close)
  }

  deinit {
    let (raw, close) = (raw, close)
    if isOpen { Library.release { close(raw) } }
  }

  /// Releases it now and reports a failure: closing a file writes what is left of it.
  consuming func close(_ function: String) throws(HDF5Error) {
    isOpen = false
    let (raw, close) = (raw, close)
    _ = try Library.call(function, subject) { close(raw) }
  }

  /// A second identifier of the same object.
  ///
  /// The corresponding C function is `H5Iinc_ref`.
  borrowing func shared() throws(HDF5Error) -> OwnedID {
    let raw = raw
    return try OwnedID("H5Iinc_ref", subject, release: { H5Idec_ref($0) < 0 ? -1 : 0 }) {
      H5Iinc_ref(raw) < 0 ? -1 : raw
    }
  }
}
