import Crypto

extension ImageDataset {
  /// The SHA-256, 64 hex digits, of the images and labels, whatever file they came from.
  ///
  /// It is taken over six numbers, 64 bits each, lowest byte first: training images, test images, channels,
  /// height, width and classes; then over the training pixels (image × row × column × channel, a byte each),
  /// the training labels (a byte each), the test pixels and the test labels. It is computed at every call.
  public var digest: String {
    var hash = SHA256()
    let sizes = [train.count, test.count, train.channels, train.height, train.width, classes]
    hash.update(
      data: sizes.flatMap { size in (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } })
    for part in [train, test] {
      for bytes in [part.pixels, part.labels] {
        bytes.withSpan { bytes in
          unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        }
      }
    }
    return hexadecimal(hash.finalize())
  }
}

/// Two lower-case hex digits for each byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
