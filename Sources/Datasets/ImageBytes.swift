import Storage

/// Bytes to read: an array, or a part of memory that processes share.
///
/// A slice of it copies nothing.
public struct ImageBytes: RandomAccessCollection, Sendable {
  private enum Storage: Sendable {
    case array([UInt8])
    case shared(SealedMemory)
  }

  private let storage: Storage
  private let range: Range<Int>

  public init(_ bytes: [UInt8]) {
    (storage, range) = (.array(bytes), bytes.indices)
  }

  /// - Precondition: the memory has these bytes.
  init(_ memory: SealedMemory, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= memory.count)
    (storage, self.range) = (.shared(memory), range)
  }

  private init(_ storage: Storage, _ range: Range<Int>) {
    (self.storage, self.range) = (storage, range)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { range.count }

  public subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < range.count)
    switch storage {
    case .array(let bytes): return bytes[range.lowerBound + index]
    case .shared(let memory):
      let place = range.lowerBound + index
      return unsafe memory.withBytes(place..<place + 1) { unsafe $0[0] }
    }
  }

  /// The bytes in this range, counted from 0.
  public func part(_ part: Range<Int>) -> ImageBytes {
    precondition(part.lowerBound >= 0 && part.upperBound <= range.count)
    return ImageBytes(
      storage, range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
  }

  /// All the bytes, side by side.
  public func withSpan<Value>(_ body: (Span<UInt8>) throws -> Value) rethrows -> Value {
    switch storage {
    case .array(let bytes): try body(bytes.span.extracting(range))
    case .shared(let memory):
      unsafe try memory.withBytes(range) { bytes in
        try body(unsafe Span(_unsafeElements: bytes.bindMemory(to: UInt8.self)))
      }
    }
  }

  public func withContiguousStorageIfAvailable<Value>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Value
  ) rethrows -> Value? {
    try withSpan { try unsafe $0.withUnsafeBufferPointer(body) }
  }
}

extension ImageBytes: Hashable {
  public static func == (one: ImageBytes, other: ImageBytes) -> Bool { one.elementsEqual(other) }

  public func hash(into hasher: inout Hasher) {
    for byte in self { hasher.combine(byte) }
  }
}

extension ImageBytes: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: UInt8...) { self.init(elements) }
}
