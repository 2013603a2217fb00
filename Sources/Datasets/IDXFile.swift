import Storage

/// A file in the IDX format of MNIST, plain or compressed by gzip, of which only as much is decompressed as
/// is asked for.
///
/// A magic number, whose last byte is the number of dimensions; the dimensions, 32 bits each, highest byte
/// first; then the elements, one byte each, the last dimension fastest.
struct IDXFile {
  let path: String
  /// The number of elements along each dimension.
  let dimensions: [Int]
  private let content: [UInt8]
  private let isCompressed: Bool

  /// Images: count × rows × columns of unsigned bytes.
  static let images: UInt32 = 0x0000_0803
  /// Labels: a list of unsigned bytes.
  static let labels: UInt32 = 0x0000_0801

  /// The largest file read, in bytes.
  private static let largestFile = 1 << 30
  /// The most elements a file may announce.
  private static let mostElements = 1 << 30

  /// Opens a file whose magic number must be this one.
  init(path: String, magic: UInt32) throws(DatasetError) {
    do throws(StorageError) {
      content = try Files.read(path, limit: Self.largestFile)
    } catch {
      throw .storage(error)
    }
    isCompressed = path.hasSuffix(".gz")
    self.path = path
    if isCompressed, !Gzip.isGzip(content) { throw .notGzip(file: path) }
    let rank = Int(magic & 0xFF)
    let header = try Self.prefix(4 + 4 * rank, of: content, isCompressed, path)
    let words = stride(from: 0, to: header.count - header.count % 4, by: 4).map { offset in
      header[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    if let found = words.first, found != magic {
      throw .wrongMagic(file: path, found: found, expected: magic)
    }
    guard header.count == 4 + 4 * rank else {
      throw .truncated(file: path, offset: header.count, expected: 4 + 4 * rank)
    }
    dimensions = words.dropFirst().map { Int($0) }
    var elements = 1
    for dimension in dimensions {
      let (product, overflow) = elements.multipliedReportingOverflow(by: dimension)
      guard dimension > 0, !overflow, product <= Self.mostElements else {
        throw .wrongDimensions(file: path, dimensions: dimensions)
      }
      elements = product
    }
  }

  /// The length of what comes before the elements.
  var headerLength: Int { 4 + 4 * dimensions.count }

  /// The elements of the first `count` entries along the first dimension.
  ///
  /// If that is all, the file must end after them.
  func elements(first count: Int) throws(DatasetError) -> [UInt8] {
    precondition(count <= dimensions[0])
    let size = dimensions.dropFirst().reduce(1, *)
    let end = headerLength + count * size
    // One byte more shows whether the file goes on, and makes zlib check the end of its stream.
    let isAll = count == dimensions[0]
    let bytes = try Self.prefix(isAll ? end + 1 : end, of: content, isCompressed, path)
    guard bytes.count >= end else {
      let whole = headerLength + dimensions.reduce(1, *)
      throw .truncated(file: path, offset: bytes.count, expected: whole)
    }
    guard bytes.count == end else { throw .oversized(file: path, offset: end) }
    return Array(bytes[headerLength...])
  }

  private static func prefix(
    _ count: Int, of content: [UInt8], _ isCompressed: Bool, _ path: String
  ) throws(DatasetError) -> [UInt8] {
    guard isCompressed else { return Array(content.prefix(count)) }
    do throws(GzipError) {
      return try Gzip.prefix(count, of: content)
    } catch {
      throw .damaged(file: path, offset: error.offset, reason: error.reason)
    }
  }
}
