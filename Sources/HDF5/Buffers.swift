internal import CHDF5

/// So many numbers, filled by a C function.
func values<Scalar: HDF5Scalar>(
  count: Int, _ function: String, _ subject: String, _ fill: (UnsafeMutableRawPointer) -> herr_t
) throws(HDF5Error) -> [Scalar] {
  var failure: HDF5Error?
  let values = [Scalar](unsafeUninitializedCapacity: count) { buffer, filled in
    // A list of no numbers has no address, and C wants one.
    guard count > 0, let start = UnsafeMutableRawBufferPointer(buffer).baseAddress else { return }
    do throws(HDF5Error) {
      _ = try Library.call(function, subject) { fill(start) }
      filled = count
    } catch {
      failure = error
    }
  }
  if let failure { throw failure }
  return values
}

/// Gives a C function an array of C strings.
func withCStrings(
  _ texts: [String], _ body: (UnsafeRawPointer?) -> herr_t
) -> herr_t {
  // All texts one after another, each ended by a zero byte.
  var bytes: [UInt8] = []
  var starts: [Int] = []
  for text in texts {
    starts.append(bytes.count)
    bytes += text.utf8
    bytes.append(0)
  }
  return bytes.withUnsafeBytes { bytes in
    let pointers = starts.map { bytes.baseAddress.map { UnsafeRawPointer($0) }?.advanced(by: $0) }
    return pointers.withUnsafeBytes { body($0.baseAddress) }
  }
}

/// So many texts of a file's type, of fixed or of any length, filled by a C function.
///
/// The corresponding C functions are `H5Tget_class`, `H5Tis_variable_str`, `H5Tget_size` and
/// `H5free_memory`.
func readTexts(
  count: Int, _ type: borrowing OwnedID, _ function: String,
  _ fill: (_ type: hid_t, _ buffer: UnsafeMutableRawPointer) -> herr_t
) throws(HDF5Error) -> [String] {
  let (raw, subject) = (type.raw, type.subject)
  let kind = try Library.call("H5Tget_class", subject) { H5Tget_class(raw).rawValue }
  guard kind == H5T_STRING.rawValue else {
    throw HDF5Error("H5Tget_class", subject, ["it does not hold text"])
  }
  if count == 0 { return [] }
  if try Library.call("H5Tis_variable_str", subject, { H5Tis_variable_str(raw) }) > 0 {
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    defer { for pointer in pointers { Library.release { H5free_memory(pointer) } } }
    _ = try Library.call(function, subject) {
      pointers.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { fill(raw, $0) } ?? -1
      }
    }
    return pointers.map { $0.map { String(cString: $0) } ?? "" }
  }
  let size = try Library.call("H5Tget_size", subject) { Int(H5Tget_size(raw)) }
  let bytes: [UInt8] = try values(count: count * size, function, subject) { fill(raw, $0) }
  return (0..<count).map { index in
    let text = bytes[index * size..<(index + 1) * size].prefix { $0 != 0 }
    return String(decoding: text, as: UTF8.self)
  }
}

/// The text of a C function that is asked first for its length, then for its bytes.
func text(
  _ function: String, _ subject: String, _ read: (UnsafeMutablePointer<CChar>?, Int) -> Int
) throws(HDF5Error) -> String {
  let length = try Library.call(function, subject) { read(nil, 0) }
  var bytes = [CChar](repeating: 0, count: length + 1)
  _ = try Library.call(function, subject) {
    bytes.withUnsafeMutableBufferPointer { read($0.baseAddress, length + 1) }
  }
  return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
