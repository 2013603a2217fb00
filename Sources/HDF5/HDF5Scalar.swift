internal import CHDF5

/// A number that datasets and attributes hold; files keep it little-endian.
public protocol HDF5Scalar: BitwiseCopyable, Sendable {
  static var hdf5Type: HDF5ScalarType { get }
}

/// The kinds of number that files hold.
public enum HDF5ScalarType: String, Hashable, Sendable {
  case float64, float32, int64, int32, int8, uint8
}

extension Double: HDF5Scalar { public static var hdf5Type: HDF5ScalarType { .float64 } }
extension Float: HDF5Scalar { public static var hdf5Type: HDF5ScalarType { .float32 } }
extension Int64: HDF5Scalar { public static var hdf5Type: HDF5ScalarType { .int64 } }
extension Int32: HDF5Scalar { public static var hdf5Type: HDF5ScalarType { .int32 } }
extension Int8: HDF5Scalar { public static var hdf5Type: HDF5ScalarType { .int8 } }
extension UInt8: HDF5Scalar { public static var hdf5Type: HDF5ScalarType { .uint8 } }

extension HDF5ScalarType {
  /// The type in files; called inside ``Library/call(_:_:_:)`` only.
  var stored: hid_t {
    switch self {
    case .float64: chdf5_float64()
    case .float32: chdf5_float32()
    case .int64: chdf5_int64()
    case .int32: chdf5_int32()
    case .int8: chdf5_int8()
    case .uint8: chdf5_uint8()
    }
  }

  /// The type in memory; called inside ``Library/call(_:_:_:)`` only.
  var native: hid_t {
    switch self {
    case .float64: chdf5_native_double()
    case .float32: chdf5_native_float()
    case .int64: chdf5_native_int64()
    case .int32: chdf5_native_int32()
    case .int8: chdf5_native_int8()
    case .uint8: chdf5_native_uint8()
    }
  }

  /// Checks that a dataset or attribute holds numbers of this type: nothing is converted silently.
  ///
  /// The corresponding C function is `H5Tequal`.
  func check(_ type: borrowing OwnedID) throws(HDF5Error) {
    let raw = type.raw
    guard try Library.call("H5Tequal", type.subject, { H5Tequal(raw, stored) }) > 0 else {
      throw HDF5Error("H5Tequal", type.subject, ["it does not hold \(rawValue) values"])
    }
  }
}
