internal import CHDF5
import Synchronization

/// The one door to libhdf5: every call goes through it, one at a time.
enum Library {
  /// Debian's library guards itself; others do not.
  private static let lock = Mutex(())

  /// Makes a call whose negative result is a failure.
  static func call<Result: SignedInteger>(
    _ function: String, _ subject: String, _ body: () -> Result
  ) throws(HDF5Error) -> Result {
    let (result, messages) = lock.withLock { _ in
      // The library prints its errors unless told not to, and a thread-safe one must be told in each thread.
      H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
      let result = body()
      return (result, result < 0 ? errorStack() : [])
    }
    if result < 0 { throw HDF5Error(function, subject, messages) }
    return result
  }

  /// Makes a call whose failure changes nothing for anybody: releasing what is no longer needed.
  static func release(_ body: () -> herr_t) {
    lock.withLock { _ in
      H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
      _ = body()
    }
  }

  /// The messages of the calling thread's error stack, from the call inwards.
  ///
  /// The corresponding C function is `H5Ewalk2`.
  private static func errorStack() -> [String] {
    var messages: [String] = []
    withUnsafeMutablePointer(to: &messages) { pointer in
      _ = H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_DOWNWARD,
        { _, error, messages in
          if let text = error?.pointee.desc, let messages {
            messages.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
          }
          return 0
        }, pointer)
    }
    return messages
  }
}
