import CZlib

/// A gzip stream that cannot be decompressed.
struct GzipError: Error {
  /// The offset in the compressed bytes at which it shows.
  let offset: Int
  let reason: String
}

/// Decompression of gzip files through zlib, whose functions are called in this file only.
enum Gzip {
  /// Whether the bytes start as gzip files do.
  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// The first `count` decompressed bytes, or fewer if the stream ends before.
  ///
  /// No more than `count` bytes are ever made, whatever the stream holds. A stream that is read to its end is
  /// checked against the CRC it carries.
  static func prefix(_ count: Int, of bytes: [UInt8]) throws(GzipError) -> [UInt8] {
    guard count > 0 else { return [] }
    var stream = unsafe z_stream()
    // 15 bits of window, and 16 for the gzip format.
    let version = unsafe zlibVersion()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(&stream, 15 + 16, version, size) == Z_OK else {
      throw GzipError(offset: 0, reason: "zlib cannot start")
    }
    defer { _ = unsafe inflateEnd(&stream) }
    var (consumed, status) = (0, Z_OK)
    let output = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
      unsafe bytes.withUnsafeBufferPointer { input in
        while status == Z_OK, written < count {
          // zlib counts both sides in 32 bits.
          let most = min(input.count - consumed, 1 << 30)
          let room = min(count - written, 1 << 30)
          unsafe stream.next_in = input.baseAddress.map {
            unsafe UnsafeMutablePointer(mutating: $0) + consumed
          }
          unsafe stream.avail_in = UInt32(most)
          unsafe stream.next_out = buffer.baseAddress.map { unsafe $0 + written }
          unsafe stream.avail_out = UInt32(room)
          status = unsafe inflate(&stream, Z_NO_FLUSH)
          consumed += unsafe most - Int(stream.avail_in)
          written += unsafe room - Int(stream.avail_out)
        }
      }
    }
    switch status {
    case Z_STREAM_END: return output
    case Z_OK where output.count == count: return output
    case Z_OK, Z_BUF_ERROR:
      throw GzipError(offset: consumed, reason: "the compressed data end too early")
    default: throw GzipError(offset: consumed, reason: "the compressed data are damaged")
    }
  }
}
