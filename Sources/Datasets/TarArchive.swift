/// The plain files of a tar archive.
///
/// Only archives whose digest is known are read, so what it does not understand it passes over.
struct TarArchive {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private static let block = 512

  /// The content of the file of this path, if the archive has one.
  func file(_ path: String) -> ArraySlice<UInt8>? {
    var header = 0
    while header + Self.block <= bytes.count {
      let start = header + Self.block
      guard let size = octal(bytes[header + 124..<header + 136]), size <= bytes.count - start
      else { return nil }
      // A plain file has the type 0, in ASCII or not at all.
      let isFile = bytes[header + 156] == UInt8(ascii: "0") || bytes[header + 156] == 0
      if isFile, text(bytes[header..<header + 100]) == path { return bytes[start..<start + size] }
      header = start + (size + Self.block - 1) / Self.block * Self.block
    }
    return nil
  }

  private func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func octal(_ field: ArraySlice<UInt8>) -> Int? {
    Int(text(field).filter { $0 != " " }, radix: 8)
  }
}
